"""The pages work in a browser under the policies that we send with them."""

import os

import pytest
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page():
    # Playwright's own loop runs in this thread; Django must not mistake us for it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.refusals = []
        page.on("console", lambda line: page.refusals.append(line.text))
        page.on("pageerror", lambda error: page.refusals.append(f"Refused: {error}"))
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def assert_nothing_refused(page):
    told = ("Content Security Policy", "Refused")
    assert not [text for text in page.refusals if any(word in text for word in told)]


def test_the_home_page_has_its_styles(page, live_server):
    page.goto(live_server.url)
    width = page.locator("body").evaluate("body => getComputedStyle(body).maxWidth")
    assert width != "none"
    assert_nothing_refused(page)


def test_the_documentation_is_drawn_and_tries_a_route(page, live_server):
    page.goto(f"{live_server.url}/api/docs/")
    route = page.locator(".opblock", has_text="/ip/").first
    route.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text("127.0.0.1").first.wait_for()
    assert_nothing_refused(page)


def test_the_staff_site_is_entered(page, live_server, admin_user):
    page.goto(f"{live_server.url}/staff/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Users").click()
    page.get_by_role("link", name="Add user").first.wait_for()
    assert_nothing_refused(page)
