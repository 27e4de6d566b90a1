"""A day with the staff site, from consent to what visitors see of it."""

import random

import pytest
import requests
from django.contrib.admin.models import CHANGE, DELETION, LogEntry

from artetore.tests.browsers import opened, sign_in
from artetore.tests.staff_addresses import curator_of
from conftest import png
from gallery.models import Group
from onedrive.tests.drives import Shelf
from onedrive.worker import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "brush-and-canvas"
NOISE = random.Random(8).randbytes(4_000_000)


@pytest.fixture
def drive(standin):
    """Of two folders. One file in them is no picture yet."""
    shelf = Shelf(standin)
    for folder, names in (("Alps", "abc"), ("Sea", "d")):
        place = shelf.folder(folder)
        for name in names:
            shelf.file(f"{name}.png", png(ord(name)), place)
    shelf.late = shelf.file("late.png", b"It comes later.", place)
    return shelf


@pytest.fixture
def page(browser, live_server, settings, django_user_model, drive):
    settings.SITE_URL = live_server.url
    curator_of(django_user_model, "ines", PASSWORD)
    with opened(browser, live_server.url) as page:
        sign_in(page, "ines", PASSWORD)
        yield page


@pytest.fixture
def seen(live_server):
    """By visitors, under `/image/`."""

    def look(path: str, key: str) -> list:
        url = f"{live_server.url}/image/{path}"
        answer = requests.get(url, timeout=10).json()["data"]
        return [each[key] for each in answer] if isinstance(answer, list) else answer

    return look


def test_from_consent_to_what_visitors_see(page, drive, seen):
    connect(page)
    upload_into(page, "Sea")
    take(page, "Alps", "Sea")
    try_again(page, drive)
    alps, sea = Group.objects.get(title="Alps"), Group.objects.get(title="Sea")
    assert sorted(seen("page", "group")) == sorted([alps.number, sea.number])
    in_alps = f"group?group={alps.number}"
    assert seen(in_alps, "imageName") == ["a.png", "b.png", "c.png"]

    page.goto(f"/staff/gallery/group/{alps.pk}/change/")
    grip(page, "c.png").drag_to(grip(page, "a.png"), target_position={"x": 5, "y": 40})
    page.get_by_text("Saved the new order.").wait_for()
    assert seen(in_alps, "imageName") == ["c.png", "a.png", "b.png"]

    page.get_by_label("b.png is the cover").click()
    page.get_by_text("Saved the new cover.").wait_for()
    assert "b.png" in seen("page", "image_name")

    title = page.get_by_label("Title of a.png")
    title.fill("Dawn")
    title.press("Enter")
    page.get_by_text("Saved.", exact=True).wait_for()
    number = alps.images.get(name="a.png").number
    shown = seen(f"?group={alps.number}&image_id={number}", "title")
    assert shown["title"] == "Dawn"

    move_to_new_group(page, "c.png", "Far away")
    assert seen(in_alps, "imageName") == ["a.png", "b.png"]
    far = Group.objects.get(title="Far away")
    assert seen(f"group?group={far.number}", "imageName") == ["c.png"]

    page.goto(f"/staff/gallery/group/{alps.pk}/delete/")
    page.get_by_role("button", name="Yes, I").click()
    page.wait_for_url("**/gallery/group/")
    assert seen("page", "group") == [sea.number, far.number]
    assert page.faults == []
    assert {
        (CHANGE, "Connected."),
        (CHANGE, "Changed cover."),
        (DELETION, ""),
    } <= done()


def done() -> set[tuple[int, str]]:
    """What the admin's log says that she did."""
    log = LogEntry.objects.filter(user__username="ines")
    return {(entry.action_flag, entry.get_change_message()) for entry in log}


def connect(page) -> None:
    page.get_by_role("button", name="Connect OneDrive").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Connected: OneDrive of ines@example.org.").wait_for()


def upload_into(page, folder: str) -> None:
    """A file of over 4 MB, by the browser straight to OneDrive."""
    page.locator("a:not([aria-hidden])", has_text=folder).last.click()
    photo = {"name": "photo.png", "mimeType": "image/png"}
    photo["buffer"] = png(7, (1300, 1000)) + NOISE
    page.get_by_label("choose them").set_input_files(photo)
    page.get_by_label("Choose photo.png").wait_for()
    page.faults.clear()  # Microsoft's page and the place of uploads were asked


def take(page, *folders: str) -> None:
    """Order an import of all in them, and watch it from the first page."""
    page.goto("/staff/onedrive/drive/")
    for folder in folders:
        page.get_by_label(f"Choose {folder}").check()
    page.get_by_role("button", name="Import").click()
    page.get_by_text("6 pictures to import").wait_for()
    page.get_by_role("button", name="Import").click()
    page.get_by_text("0 of 6").first.wait_for()
    page.goto("/staff/")
    page.locator("#imports").get_by_text("0 of 6").wait_for()
    Worker().run()
    page.locator("#imports").get_by_text("5 of 6").wait_for()
    page.locator("#newest").get_by_text("Alps").wait_for()
    page.get_by_text("1 file failed").wait_for()


def try_again(page, drive) -> None:
    """The file that is a picture by now."""
    with drive.store.blobs.arrival() as source:
        source.write_bytes(png(99))
        drive.store.put_file(drive.late.parent, drive.late.name, source)
    page.locator("#imports").get_by_role("link", name="Alps and 1 more").click()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("1 file is tried again.").wait_for()
    Worker().run()
    page.get_by_text("6 of 6").first.wait_for()


def grip(page, name: str):
    return page.locator("#wall li", has_text=name).locator(".grip")


def move_to_new_group(page, name: str, title: str) -> None:
    page.get_by_label(f"Choose {name}").check()
    page.get_by_role("button", name="Move").last.click()
    page.get_by_label("To a new group").fill(title)
    page.get_by_role("button", name="Make it and move").click()
    page.get_by_role("button", name="Make it and move").wait_for(state="detached")
