"""Choosing in one's OneDrive what comes into the gallery, in the staff site."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from conftest import png
from gallery.models import Group
from gallery.services import group_delete
from onedrive.choices import folder_choose
from onedrive.choosing import gather
from onedrive.drive import drive_of
from onedrive.imports import import_new
from onedrive.models import DriveFolder, Import, ImportItem
from onedrive.standin.faults import Fault
from onedrive.sync import sync
from onedrive.tests.drives import in_threads
from onedrive.tests.pages import DRIVE, words
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(clerk, connection):
    return clerk("view_drivefolder", "add_import", "view_import")


@pytest.fixture
def alps(shelf):
    """Two pictures and a note, and a folder below with a third picture."""
    folder = shelf.folder("Alps")
    for number, name in enumerate(("a.png", "b.png")):
        shelf.file(name, png(number), folder)
    shelf.file("note.txt", b"words", folder)
    shelf.file("c.png", png(3), shelf.folder("Glaciers", folder))
    return folder


@pytest.fixture
def ask(browser, shelf):
    def asked(*chosen, folder=None, **form):
        address = f"{DRIVE}{(folder or shelf.home).id}/import/"
        ids = [item if isinstance(item, str) else item.id for item in chosen]
        return browser.post(address, {"chosen": ids, **form})

    return asked


def imported():
    """What came of all that is ordered, by group."""
    Worker().run()
    return {
        group.title: list(group.images.values_list("name", flat=True))
        for group in Group.objects.order_by("number")
    }


def child(shelf, folder, name):
    return next(item for item in shelf.store.children(folder) if item.name == name)


def test_what_is_chosen_is_shown_before_it_is_ordered(ask, alps):
    answer = ask(alps)
    told = words(answer)
    assert "3 pictures to import" in told
    assert "1 file is no picture and left out." in told
    assert "Alps 2 pictures, becomes a new group" in told
    assert "Glaciers 1 picture, becomes a new group" in told
    assert answer.content.decode().count('src="/staff/onedrive/thumbnails/') == 3
    assert not Import.objects.exists()


def test_each_folder_becomes_a_group(ask, alps, staff):
    answer = ask(alps, into="own")
    run = Import.objects.get()
    assert answer["Location"] == f"/staff/onedrive/import/{run.pk}/change/"
    assert (run.owner, run.origin) == (staff, "staff")
    assert imported() == {"Alps": ["a.png", "b.png"], "Glaciers": ["c.png"]}
    [entry] = LogEntry.objects.all()
    assert (entry.object_repr, entry.change_message) == (
        f"Import {run.pk}",
        "Ordered in the staff site.",
    )


def test_files_alone_are_chosen_in_their_folder(ask, alps, shelf):
    ask(child(shelf, alps, "b.png"), folder=alps, into="own")
    assert imported() == {"Alps": ["b.png"]}


def test_files_and_folders_are_chosen_together_and_count_once(ask, alps, shelf):
    inner = child(shelf, alps, "a.png")
    loose = shelf.file("loose.png", png(9))
    ask(alps, inner, loose, into="own")
    assert imported() == {
        "Artetore": ["loose.png"],
        "Alps": ["a.png", "b.png"],
        "Glaciers": ["c.png"],
    }


def test_a_folder_goes_on_filling_its_group(ask, alps, shelf):
    ask(child(shelf, alps, "a.png"), folder=alps, into="own")
    imported()
    told = words(ask(alps))
    assert "1 of the chosen pictures is in the gallery already" in told
    assert "Alps 1 picture, goes on filling group Alps" in told
    ask(alps, into="own")
    assert imported() == {"Alps": ["a.png", "b.png"], "Glaciers": ["c.png"]}


def test_all_goes_into_a_group_that_is_there(ask, alps, shelf):
    ask(child(shelf, alps, "a.png"), folder=alps, into="own")
    sea = shelf.folder("Sea")
    shelf.file("d.png", png(4), sea)
    imported()
    ask(sea, alps, into="group", group=Group.objects.get().pk)
    [names] = imported().values()
    assert sorted(names) == ["a.png", "b.png", "c.png", "d.png"]


@pytest.mark.parametrize("group", ["", "x", "-1", "99", "9" * 30, "٣"])
def test_a_group_that_is_none_is_asked_for_again(ask, alps, group):
    told = words(ask(alps, into="group", group=group))
    assert "Choose the group that the pictures go to." in told
    assert "3 pictures to import" in told
    assert not Import.objects.exists()


@pytest.mark.parametrize(("form", "kept"), [({}, "own"), ({"into": "group"}, "group")])
def test_the_question_keeps_what_was_chosen(ask, alps, form, kept):
    page = ask(alps, q="sea", **form).content.decode()
    checked = re.findall(r'name="into" value="(\w+)"[^>]* checked class=', page)
    assert checked == [kept]
    assert 'name="q" value="sea"' in page


def test_what_is_there_already_is_not_ordered_again(ask, browser, alps):
    ask(alps, into="own")
    imported()
    told = words(ask(alps))
    assert "There is nothing new to import" in told
    answer = ask(alps, into="own")
    assert answer["Location"].startswith(DRIVE)
    assert "in the gallery already, or on its way" in words(
        browser.get(answer["Location"])
    )
    assert Import.objects.count() == 1


def test_who_clicks_twice_is_led_to_what_was_ordered(ask, alps):
    first, second = (ask(alps, into="own") for _ in range(2))
    assert first["Location"].startswith("/staff/onedrive/import/")
    assert second["Location"] == first["Location"]
    assert Import.objects.count() == 1


def test_what_another_ordered_is_not_led_to(ask, alps, django_user_model):
    ask(alps, into="own")
    Import.objects.update(owner=django_user_model.objects.create_user("other"))
    assert ask(alps, into="own")["Location"].startswith(DRIVE)


def test_two_who_order_the_same_at_once_order_it_once(alps, staff, connection, shelf):
    folders = gather(drive_of(staff), shelf.home.id, [alps.id])
    runs = in_threads(4, lambda n: import_new(owner=staff, folders=folders))
    assert len([run for run in runs if run]) == 1
    assert ImportItem.objects.count() == 3


@pytest.mark.parametrize("chosen", [(), ("none",), ("", "\0")])
def test_nothing_chosen_is_nothing_to_import(ask, alps, chosen):
    assert "There is nothing new to import" in words(ask(*chosen))


def test_what_lies_outside_is_left_out(ask, outside, shelf, alps):
    shelf.file("secret.png", png(8), shelf.store.get(outside))
    assert "3 pictures to import" in words(ask(alps, outside))
    assert "secret" not in words(ask(outside))
    assert "nothing new" in words(ask(outside))


def test_a_folder_that_can_not_be_read_orders_nothing(
    ask, browser, alps, standin, monkeypatch
):
    monkeypatch.setattr("onedrive.staff_drive.PATIENCE", 0.0)
    standin.faults.add(Fault(path="*/children", status=503))
    answer = ask(alps, into="own")
    assert answer.status_code == 302
    assert not Import.objects.exists()


@pytest.mark.parametrize("folders", [2, 12])
def test_queries_of_the_question_do_not_grow(
    browser, shelf, folders, django_assert_max_num_queries
):
    made = [shelf.folder(f"Folder {number:02}") for number in range(folders)]
    for number, folder in enumerate(made):
        shelf.file("a.png", png(number), folder)
    address = f"{DRIVE}{shelf.home.id}/import/"
    form = {"chosen": [folder.id for folder in made]}
    with django_assert_max_num_queries(30):
        assert f"{folders} pictures to import" in words(browser.post(address, form))


# --- The group of a folder --------------------------------------------------------


@pytest.fixture
def choose_new(ask, alps, shelf):
    """Chooses a picture that came to the folder later, and nothing else: answers where
    it would go, and what the gallery is after it was ordered."""

    def chosen():
        item = shelf.file("new.png", png(7), alps)
        told = words(ask(item, folder=alps))
        ask(item, folder=alps, into="own")
        return re.search("Alps 1 picture, (.*?) Where", told)[1], imported()

    return chosen


def test_new_files_alone_go_on_filling_their_folders_group(ask, alps, choose_new):
    ask(alps, into="own")
    imported()
    assert choose_new() == (
        "goes on filling group Alps",
        {"Alps": ["a.png", "b.png", "new.png"], "Glaciers": ["c.png"]},
    )


@pytest.fixture
def synced(alps, staff, connection):
    sync(owner=staff)
    imported()
    return DriveFolder.objects.get(name="Alps")


def test_the_group_that_sync_keeps_for_a_folder_is_filled(synced, choose_new):
    told, groups = choose_new()
    assert told == "goes on filling group Alps"
    assert groups["Alps"] == ["a.png", "b.png", "new.png"]


def test_the_group_that_staff_chose_for_a_folder_is_filled(synced, choose_new):
    other = Group.objects.get(title="Glaciers").number
    folder_choose(folder=synced.pk, choice="follow", group=other)
    told, groups = choose_new()
    assert told == "goes on filling group Glaciers"
    assert groups["Glaciers"] == ["c.png", "new.png"]


def test_a_new_group_that_staff_chose_is_made_and_kept(synced, choose_new, staff):
    folder_choose(folder=synced.pk, choice="follow", group=None)
    told, _ = choose_new()
    assert told == "becomes a new group"
    assert Group.objects.last().drive_folders.get() == synced
    assert not sync(owner=staff).plan
    assert Group.objects.filter(title="Alps").count() == 2


def test_in_the_place_of_a_deleted_group_a_new_one_is_made(synced, choose_new):
    group_delete(groups=[synced.group.number])
    told, groups = choose_new()
    assert told == "becomes a new group"
    assert groups == {"Glaciers": ["c.png"], "Alps": ["new.png"]}


def test_otherwise_the_group_of_most_of_its_pictures_is(
    synced, ask, alps, choose_new, shelf
):
    folder_choose(folder=synced.pk, choice="ignore", group=None)
    group = Group.objects.get(title="Glaciers").pk
    ask(shelf.file("d.png", png(6), alps), folder=alps, into="group", group=group)
    imported()
    told, groups = choose_new()
    assert told == "goes on filling group Alps"
    assert groups["Alps"] == ["a.png", "b.png", "new.png"]


# --- Who may ----------------------------------------------------------------------


def test_who_may_not_import_is_refused(clerk, connection, shelf, alps):
    browser = clerk("view_drivefolder", "change_drivefolder", "view_import")
    form = {"chosen": alps.id, "into": "own"}
    assert browser.post(f"{DRIVE}{shelf.home.id}/import/", form).status_code == 403
    assert not Import.objects.exists()


def test_importing_is_a_post_with_a_token(browser, staff, shelf, alps):
    address = f"{DRIVE}{shelf.home.id}/import/"
    assert browser.get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff, "accounts.backends.StaffBackend")
    form = {"chosen": alps.id, "into": "own"}
    assert strict.post(address, form).status_code == 403
