"""Making, renaming and deleting in one's OneDrive, in the staff site."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from conftest import png
from onedrive.models import DriveImage
from onedrive.standin.faults import Fault
from onedrive.sync import sync
from onedrive.tests.pages import DRIVE, words
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS = ("view_drivefolder", "change_drivefolder", "delete_drivefolder")


@pytest.fixture
def browser(clerk, connection):
    return clerk(*RIGHTS)


@pytest.fixture
def send(browser, shelf):
    """What is told on the page of the folder that a form was sent from."""

    def sent(what, folder=None, **form):
        address = f"{DRIVE}{(folder or shelf.home).id}/"
        answer = browser.post(f"{address}{what}/", form, follow=True)
        assert [place for place, _ in answer.redirect_chain] == [address]
        return words(answer)

    return sent


def held(shelf, folder=None):
    return [item.name for item in shelf.store.children(folder or shelf.home)]


def log():
    entries = LogEntry.objects.order_by("pk")
    return list(entries.values_list("object_repr", "change_message"))


def test_a_folder_is_made_in_the_one_that_is_shown(send, shelf):
    alps = shelf.folder("Alps")
    assert "Created: Zillertal & co #1." in send(
        "create", alps, name=" Zillertal & co #1 "
    ).replace("&amp;", "&")
    assert held(shelf, alps) == ["Zillertal & co #1"]
    assert log() == [("Zillertal & co #1", "Created in OneDrive.")]


def test_a_second_folder_of_a_name_gets_one_like_it(send, shelf):
    shelf.folder("Alps")
    told = send("create", name=" Alps")
    assert "Alps was there already, so the new folder is called Alps 1." in told


def test_files_and_folders_are_renamed(send, shelf):
    file = shelf.file("a.png", png(1), shelf.folder("Alps"))
    assert "Renamed: peak.png." in send("rename", item=file.id, name="peak.png")
    assert shelf.store.get(file.id).name == "peak.png"
    assert log() == [("peak.png", "Renamed in OneDrive.")]


@pytest.mark.parametrize(
    ("what", "form", "told"),
    [
        ("create", {"name": ""}, "The name is empty."),
        ("create", {"name": "a/b"}, "has a / in it"),
        ("create", {}, "The name is empty."),
        ("rename", {"item": "none", "name": "b.png"}, "not in OneDrive"),
        ("rename", {"item": "TESTS!ROOT", "name": "New"}, "has to stay"),
        ("rename", {"name": "b.png"}, "not in OneDrive"),
        ("delete", {"chosen": "TESTS!ROOT", "sure": "yes"}, "has to stay"),
        ("delete", {"chosen": "none"}, "Nothing was chosen"),
        ("delete", {"sure": "yes"}, "Nothing was chosen"),
    ],
)
def test_what_can_not_be_is_told_and_changes_nothing(send, shelf, what, form, told):
    shelf.file("a.png", png(1))
    assert told in send(what, **form)
    assert held(shelf) == ["a.png"]
    assert log() == []


def test_a_name_that_is_taken_is_told(send, shelf):
    file = shelf.file("a.png", png(1))
    shelf.file("b.png", png(2))
    told = send("rename", item=file.id, name="b.png")
    assert "Something of that name is already there." in told
    assert sorted(held(shelf)) == ["a.png", "b.png"]


def test_deleting_asks_first_and_says_what_goes(browser, shelf):
    folder = shelf.folder("Alps")
    file = shelf.file("a.png", png(1))
    address = f"{DRIVE}{shelf.home.id}/delete/"
    chosen = {"chosen": [folder.id, file.id]}

    told = words(browser.post(address, chosen))
    assert "Delete 2 from OneDrive?" in told
    assert "folder Alps 0 bytes image a.png" in told
    assert len(held(shelf)) == 2

    told = words(browser.post(address, chosen | {"sure": "yes"}, follow=True))
    assert "Deleted: 2." in told
    assert held(shelf) == []
    assert sorted(log()) == [
        ("Alps", "Deleted in OneDrive."),
        ("a.png", "Deleted in OneDrive."),
    ]


def test_it_is_said_when_pictures_of_it_are_in_the_gallery(
    browser, shelf, staff, standin
):
    folder = shelf.folder("Alps")
    shelf.file("a.png", png(1), folder)
    sync(owner=staff)
    Worker().run()
    address = f"{DRIVE}{shelf.home.id}/delete/"
    assert "that are in the gallery stay" in words(
        browser.post(address, {"chosen": folder.id})
    )
    browser.post(address, {"chosen": folder.id, "sure": "yes"})
    assert DriveImage.objects.count() == 1


def test_one_that_can_not_be_deleted_does_not_keep_the_others(send, shelf, standin):
    bad, good = shelf.file("bad.png", png(1)), shelf.file("good.png", png(2))
    locked = Fault(method="DELETE", path=f"*{bad.id.partition('!')[2]}", status=423)
    standin.faults.add(locked)
    told = send("delete", chosen=[bad.id, good.id], sure="yes")
    assert "bad.png: Somebody has this open in OneDrive" in told
    assert "Deleted: 1." in told
    assert held(shelf) == ["bad.png"]


def test_what_lies_outside_is_not_touched(send, shelf, outside, standin):
    held_before = shelf.store.get(outside)
    for what in ("rename", "delete"):
        send(what, item=outside, chosen=outside, name="Mine", sure="yes")
    answer = send("create", name="Mine")
    assert "Created" in answer
    assert shelf.store.get(outside).name == held_before.name


def test_no_folder_is_made_outside(browser, outside, shelf):
    answer = browser.post(f"{DRIVE}{outside}/create/", {"name": "Mine"}, follow=True)
    assert "This is outside the gallery" in words(answer)
    assert held(shelf, shelf.store.get(outside)) == []


def test_a_drive_that_does_not_answer_is_told(browser, shelf, nowhere, monkeypatch):
    monkeypatch.setattr("onedrive.staff_drive.PATIENCE", 0.0)
    address = f"{DRIVE}{shelf.home.id}/create/"
    nowhere()
    answer = browser.post(address, {"name": "Alps"}, follow=True)
    assert "OneDrive did not answer." in words(answer)


@pytest.mark.parametrize(
    ("right", "what"),
    [("delete_drivefolder", "create"), ("delete_drivefolder", "rename")]
    + [("change_drivefolder", "delete")],
)
def test_each_needs_its_own_right(clerk, connection, shelf, right, what):
    browser = clerk("view_drivefolder", right)
    file = shelf.file("a.png", png(1))
    form = {"item": file.id, "chosen": file.id, "name": "b.png", "sure": "yes"}
    answer = browser.post(f"{DRIVE}{shelf.home.id}/{what}/", form)
    assert answer.status_code == 403
    assert held(shelf) == ["a.png"]


def test_who_may_only_look_is_offered_nothing(clerk, connection, shelf):
    shelf.file("a.png", png(1))
    page = clerk("view_drivefolder").get(DRIVE).content.decode()
    for word in ("New folder", "Delete", "Rename", 'type="checkbox"'):
        assert word not in page.partition('id="content"')[2]


@pytest.mark.parametrize("what", ["create", "rename", "delete"])
def test_they_are_posts_with_a_token(browser, staff, shelf, what):
    address = f"{DRIVE}{shelf.home.id}/{what}/"
    assert browser.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff, "accounts.backends.StaffBackend")
    assert strict.post(address, {"name": "Alps"}).status_code == 403
