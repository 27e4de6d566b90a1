"""Names and titles without a space, as long as they may be, leave the pages of the
staff site whole."""

import pytest

from accounts.models import User
from artetore.tests.browsers import PHONE, WIDE, opened, sign_in
from artetore.tests.staff_addresses import one_of_everything
from gallery.models import Group, Image
from onedrive.models import DriveFolder, ImportFolder, ImportItem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    *("", "gallery/group/", "gallery/group/{gallery/group}/change/", "gallery/image/"),
    *("onedrive/drivefolder/", "onedrive/import/{onedrive/import}/change/"),
    *("onedrive/importitem/", "accounts/user/"),
)
# What goes beyond the edge of its cell, its card or its page.
BOXES = "html, #imports div, .simplebar-content-wrapper, th, td, .card"
CUT = """boxes => [...document.querySelectorAll(boxes)]
  .filter((box) => box.clientWidth && box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.tagName} ${box.innerText.slice(0, 40)}`)"""


@pytest.fixture
def keys(admin_user, added):
    """Of rows with the longest names that there may be."""
    keys = one_of_everything(admin_user, *added(0))
    Group.objects.update(title="G" * 200)
    Image.objects.update(
        **{"name": "n" * 250, "folder_name": "f" * 250},
        **{"title": "t" * 200, "caption": "c" * 1000},
    )
    for model in (DriveFolder, ImportFolder):
        model.objects.update(name="F" * 250)
    ImportItem.objects.update(file_name="i" * 250, reason="r" * 250)
    User.objects.create(username="u" * 150, first_name="o" * 150, last_name="w" * 150)
    return keys


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def page(request, browser, live_server, keys):
    with opened(browser, live_server.url) as page:
        page.set_viewport_size(request.param)
        sign_in(page, "admin", "password")
        yield page


def cut(page, path) -> list[str]:
    page.goto(f"/staff/{path}")
    return page.evaluate(CUT, BOXES)


def test_no_page_is_wider_or_cut(page, keys):
    found = {path: cut(page, path.format_map(keys)) for path in PAGES}
    assert found == dict.fromkeys(PAGES, [])


def test_pictures_keep_their_size(page, keys):
    page.goto("/staff/gallery/image/")
    box = page.locator("img.picture").bounding_box()
    assert (box["width"], box["height"]) == (120, 77)


def test_cards_of_a_wall_stay_low(page, keys):
    page.goto("/staff/gallery/group/{gallery/group}/change/".format_map(keys))
    assert page.locator(".card").bounding_box()["height"] < 400


def test_the_number_of_a_group_stays_on_its_line(page, keys):
    Group.objects.update(number=1234)
    page.goto("/staff/gallery/group/")
    number = page.locator(".wall a").get_by_text("1234", exact=True)
    assert number.bounding_box()["height"] < 30
