"""The gallery follows the folders of a drive: what a sync does, and at what price."""

import pytest

from conftest import png
from gallery.models import Group, Image
from gallery.services import images_move
from gallery.tests.rows import shown
from onedrive.models import (
    DriveFile,
    DriveFolder,
    ImportItem,
)
from onedrive.sync import plan_sync

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def test_every_folder_becomes_a_group(filled):
    assert shown() == {"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}
    assert not ImportItem.objects.exclude(state="done").exists()
    assert DriveFile.objects.filter(taken=True).count() == 3


def test_nothing_changed_is_one_call_and_no_download(filled, synced, cost):
    cost()
    result = synced()
    assert (bool(result.plan), result.run) == (False, None)
    assert cost() == (1, 0)


def test_a_renamed_folder_keeps_its_group(filled, at, synced, cost):
    number = Group.objects.get(title="Alps").number
    filled.update(at("Alps").id, name="Mountains")
    cost()

    synced()

    group = Group.objects.get(number=number)
    assert group.title == "Mountains"
    assert set(group.images.values_list("folder_name", flat=True)) == {"Mountains"}
    assert cost()[1] == 0


def test_a_title_that_staff_gave_stays(filled, at, synced):
    Group.objects.filter(title="Alps").update(title="Our hike")
    filled.update(at("Alps").id, name="Mountains")
    synced()
    assert set(shown()) == {"Our hike", "Sea"}


def test_a_renamed_file_is_renamed(filled, at, synced, cost):
    filled.update(at("Alps/a.png").id, name="peak.png")
    cost()
    plan = synced().plan
    assert [change.line() for change in plan.renamed] == ["Alps/peak.png"]
    assert shown()["Alps"] == ["peak.png", "b.png"]
    assert cost()[1] == 0


def test_a_moved_file_goes_to_the_other_group(filled, at, synced, cost):
    key = Image.objects.get(name="a.png").pk
    filled.update(at("Alps/a.png").id, parent_id=at("Sea").id)
    cost()
    synced()
    assert shown() == {"Alps": ["b.png"], "Sea": ["c.png", "a.png"]}
    assert Image.objects.get(name="a.png").pk == key
    assert cost()[1] == 0


def test_who_moves_a_picture_in_the_gallery_is_not_overruled(filled, at, synced):
    alps, sea = Group.objects.get(title="Alps"), Group.objects.get(title="Sea")
    images_move(numbers={alps.number: [1]}, group=sea.number)
    filled.update(at("Alps/a.png").id, name="peak.png")
    synced()
    assert shown() == {"Alps": ["b.png"], "Sea": ["c.png", "peak.png"]}


def test_a_file_moved_to_a_folder_without_group_makes_one(filled, at, standin, synced):
    folder, _ = filled.create_folder(standin.home.id, "Lakes")
    filled.update(at("Alps/a.png").id, parent_id=folder.id)
    synced()
    assert shown()["Lakes"] == ["a.png"]
    assert DriveFolder.objects.get(name="Lakes").group.title == "Lakes"


def test_a_folder_moved_in_brings_what_is_in_it(filled, shelf, synced, standin):
    outside = shelf.folder("Outside", filled.root)
    inner = shelf.folder("Inner", outside)
    shelf.file("x.png", png(50), outside)
    shelf.file("y.png", png(51), inner)
    synced()
    assert "Outside" not in shown()

    filled.update(outside.id, parent_id=standin.home.id)
    synced()

    assert (shown()["Outside"], shown()["Inner"]) == (["x.png"], ["y.png"])


def test_changed_content_keeps_the_number(filled, at, synced, shelf, cost):
    image = Image.objects.get(name="a.png")
    shelf.file("a.png", png(99), at("Alps"))
    cost()

    plan = synced().plan

    assert [change.line() for change in plan.changed] == ["Alps/a.png"]
    after = Image.objects.get(name="a.png")
    assert (after.pk, after.number) == (image.pk, image.number)
    assert after.sha256 != image.sha256
    assert cost()[1] == 1
    synced()
    assert cost() == (1, 0)


def test_a_plan_changes_nothing_and_is_the_same_again(filled, at, synced, staff):
    filled.update(at("Alps").id, name="Mountains")
    filled.delete(at("Sea/c.png").id)
    first, second = plan_sync(owner=staff), plan_sync(owner=staff)
    assert first.digest() == second.digest()
    assert list(first.lines()) == list(second.lines()) != []
    assert shown() == {"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}
    assert synced(allow_removals=True).plan.digest() == first.digest()


def test_a_broken_file_is_named_once_and_taken_when_it_changes(
    standin, tree, synced, shelf, cost
):
    standin.seed(tree({"Alps": ["a.png", "broken.png"]}))
    synced()
    assert ImportItem.objects.get(state="failed").file_name == "broken.png"
    cost()
    synced()
    assert cost() == (1, 0)

    shelf.file("broken.png", png(77), standin.store.at(standin.home, "Alps"))
    synced()

    assert shown() == {"Alps": ["a.png", "broken.png"]}
    assert not ImportItem.objects.filter(state="failed").exists()
    assert cost()[1] == 1


def test_what_the_frontend_took_is_known(api, drive_file, synced, cost):
    order = {"all_image_id": [drive_file], "group": -1, "folder_name": "Parallel"}
    api.post("/admin/add/image", {"image_list": {"f": order}})
    cost()
    synced()
    assert shown() == {"Parallel": ["a.png"]}
    assert cost()[1] == 0
    assert DriveFolder.objects.get(name="Parallel").group == Group.objects.get()


@pytest.mark.parametrize(
    ("choice", "later"), [("follow", ["new.png"]), ("once", []), ("ignore", [])]
)
def test_a_folder_can_be_left_alone(filled, at, synced, shelf, choice, later):
    DriveFolder.objects.filter(name="Sea").update(choice=choice, taken=True)
    shelf.file("new.png", png(60), at("Sea"))
    filled.delete(at("Sea/c.png").id)
    synced(allow_removals=True)
    assert shown()["Sea"] == (later if choice == "follow" else ["c.png"])


def test_a_new_folder_in_an_ignored_one_is_ignored(filled, at, synced, shelf):
    DriveFolder.objects.filter(name="Sea").update(choice="ignore")
    inner = shelf.folder("Inner", at("Sea"))
    shelf.file("x.png", png(61), inner)
    synced()
    assert "Inner" not in shown()
