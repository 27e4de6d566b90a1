"""The pages of OneDrive in a browser, under the policy that is sent with them."""

import os
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from conftest import PASSWORD, png
from onedrive.models import Import
from onedrive.sync import sync
from onedrive.worker import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTS = ("gallery/group", "gallery/image", "accounts/user") + tuple(
    f"onedrive/{name}" for name in ("import", "importitem", "drivefolder", "connection")
)


@pytest.fixture
def page(live_server, staff):
    """Signed in as the one whose OneDrive it is; `page.faults` is what went wrong."""
    staff.is_superuser = True
    staff.save()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        page = browser.new_page(base_url=live_server.url)
        page.faults = []
        watch(page, urlsplit(live_server.url).netloc)
        page.goto("/staff/login/")
        page.get_by_label("Username").fill("staff")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/staff/")
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def watch(page, host):
    def on_request(request):
        place = urlsplit(request.url)
        if place.scheme in ("http", "https") and place.netloc != host:
            page.faults.append(request.url)

    def on_console(line):
        if line.type in ("error", "warning"):
            page.faults.append(line.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: page.faults.append(str(error)))


@pytest.fixture
def filled(standin, tree, staff, connection):
    standin.seed(tree({"Alps": ["a.png", "broken.png"]}))
    sync(owner=staff)
    Worker().run()
    return standin.store


def test_every_page_keeps_to_its_policy_and_to_a_phone(filled, page):
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "onedrive/sync/", *(f"{name}/" for name in LISTS)):
        page.goto(f"/staff/{path}")
        wider = "document.documentElement.scrollWidth - window.innerWidth"
        assert page.evaluate(wider) <= 0, path
        link = page.locator("#result_list tbody a").first
        if link.count():
            link.click()
            page.wait_for_load_state()
            assert page.evaluate(wider) <= 0, page.url
    assert page.faults == []


def lost_and_back(page):
    """While the site is away its page says so."""
    page.context.set_offline(True)
    page.get_by_text("The site does not answer.").wait_for()
    page.context.set_offline(False)
    page.get_by_text("The site does not answer.").wait_for(state="hidden")
    page.faults.clear()  # browsers tell of what they asked in vain


def test_changes_are_looked_for_applied_and_followed(filled, page, shelf, standin):
    shelf.file("new.png", png(90), filled.at(standin.home, "Alps"))
    page.goto("/staff/onedrive/sync/")
    page.get_by_role("button", name="Look for changes").click()
    page.get_by_text("Alps/new.png").wait_for()
    page.get_by_role("button", name="Apply").click()

    page.get_by_text("0 of 1").first.wait_for()
    lost_and_back(page)
    Worker(runs=[Import.objects.latest("pk").pk]).run()
    page.get_by_text("Ended").wait_for()
    page.get_by_role("link", name="Alps").wait_for()
    assert page.get_by_text("What is new is being fetched.").is_visible()
    assert page.faults == []


def test_the_first_page_follows_an_import(filled, page, shelf, standin, staff):
    shelf.file("new.png", png(90), shelf.folder("Sea"))
    sync(owner=staff)
    page.goto("/staff/")
    imports, wall = page.locator("#imports"), page.locator("#newest")
    imports.get_by_text("0 of 1").wait_for()
    assert wall.get_by_text("Sea").count() == 0
    page.get_by_text("of 5.0").wait_for()
    lost_and_back(page)
    Worker().run()
    imports.get_by_text("1 of 1").wait_for()
    wall.get_by_text("Sea").wait_for()
    page.wait_for_function("!document.querySelector('#imports[hx-trigger]')")
    assert page.faults == []
