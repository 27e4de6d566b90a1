"""The pages work in a browser under the policies that we send with them."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry

from accounts.admin import PersonAdmin
from accounts.models import User
from artetore.tests.browsers import (
    PHONE,
    TOO_WIDE,
    WIDE,
    hindrances,
    opened,
    sign_in,
)

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


@pytest.mark.parametrize(("scheme", "shade"), [("light", 250), ("dark", 28)])
def test_the_documentation_is_dark_in_the_dark(browser, live_server, scheme, shade):
    with opened(browser, live_server.url, color_scheme=scheme) as page:
        page.goto("/api/docs/")
        page.locator(".opblock").first.wait_for()
        behind = page.evaluate(
            """[document.body, document.documentElement]
              .map((part) => getComputedStyle(part).backgroundColor)
              .find((color) => color !== "rgba(0, 0, 0, 0)")"""
        )
        assert behind.startswith(f"rgb({shade}, ")
        assert page.faults == []


@pytest.fixture
def many(admin_user, monkeypatch):
    """Users of a list of thirty pages."""
    monkeypatch.setattr(PersonAdmin, "list_per_page", 2)
    User.objects.bulk_create(User(username=f"user-{n}") for n in range(59))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_long_list_is_read_on_a_phone(browser, live_server, many, scheme):
    with opened(browser, live_server.url, color_scheme=scheme) as page:
        page.set_viewport_size(PHONE)
        sign_in(page, "admin", "password")
        page.goto("/staff/accounts/user/?p=15")
        page.locator("tbody").get_by_role("checkbox").first.check()
        page.get_by_text("1 of 2 selected").wait_for()
        assert hindrances(page) == []
        assert page.evaluate(TOO_WIDE) <= 0
        assert page.locator("h1").inner_text() == "Users"
        assert page.locator("[aria-current=page]").inner_text() == "15"
        labels = "cells => cells.map((cell) => cell.dataset.label)"
        names = page.locator("tbody tr").first.locator("[data-label]")
        assert names.evaluate_all(labels)[:3] == [
            *("Select", "Username", "Email address"),
        ]
        case = "cell => getComputedStyle(cell, '::before').textTransform"
        assert names.first.evaluate(case) == "none"
