"""The pages work in a browser under the policies that we send with them."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry

from accounts.models import User
from artetore.tests.browsers import PHONE, WIDE, hindrances, opened, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server):
    with opened(browser, live_server.url) as page:
        yield page


def test_the_home_page_has_its_styles(page):
    page.goto("/")
    width = page.locator("body").evaluate("body => getComputedStyle(body).maxWidth")
    assert width != "none"
    assert page.faults == []


def test_the_documentation_is_drawn_and_tries_a_route(page):
    page.goto("/api/docs/")
    route = page.locator(".opblock", has_text="/ip/").first
    route.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text("127.0.0.1").first.wait_for()
    assert page.faults == []


def test_the_staff_site_is_entered(page, admin_user):
    sign_in(page, "admin", "password")
    page.get_by_role("link", name="Users").click()
    page.get_by_role("link", name="Add user").first.wait_for()
    assert page.faults == []


@pytest.mark.parametrize(("window", "shown"), [(WIDE, "none"), (PHONE, "flex")])
def test_rows_of_a_history_have_labels_on_a_phone_alone(
    page, admin_user, window, shown
):
    LogEntry.objects.log_actions(
        admin_user.pk, User.objects.all(), CHANGE, "Changed.", single_object=True
    )
    page.set_viewport_size(window)
    sign_in(page, "admin", "password")
    page.goto(f"/staff/accounts/user/{admin_user.pk}/history/")
    label = "cell => getComputedStyle(cell, '::before').display"
    cells = page.locator("tbody [data-label]").all()
    assert [cell.evaluate(label) for cell in cells] == [shown] * 3


@pytest.mark.parametrize(("scheme", "ink"), [("light", 0), ("dark", 255)])
def test_a_page_of_an_error_is_dark_in_the_dark(
    browser, live_server, admin_user, scheme, ink
):
    with opened(browser, live_server.url, color_scheme=scheme) as page:
        sign_in(page, "admin", "password")
        page.goto("/staff/nope/")
        text = page.locator("h1").evaluate("h1 => getComputedStyle(h1).color")
    assert text == f"rgb({ink}, {ink}, {ink})"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/staff/login/", "/staff/nope/"])
def test_pages_for_strangers_shut_nobody_out(browser, live_server, path, scheme):
    with opened(browser, live_server.url, color_scheme=scheme) as page:
        page.goto(path)
        assert hindrances(page) == []


def test_the_browser_tells_its_zone(browser, live_server, admin_user):
    with opened(browser, live_server.url, timezone_id="Asia/Tokyo") as page:
        sign_in(page, "admin", "password")
        cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["timezone"]["value"] == "Asia/Tokyo"
    assert cookies["timezone"]["path"] == "/staff/"
