"""What a sync removes from the gallery, and what it does not."""

import pytest

from conftest import png
from gallery.models import Group
from gallery.services import images_delete
from gallery.tests.rows import shown
from onedrive.exceptions import NotConfigured, OneDriveError
from onedrive.models import (
    DriveFolder,
)
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def test_deleted_in_the_drive_is_removed(filled, at, synced, stored_files, settings):
    settings.SYNC_MAX_REMOVED = 50
    filled.delete(at("Alps/a.png").id)
    synced()
    assert shown() == {"Alps": ["b.png"], "Sea": ["c.png"]}
    assert len(stored_files()) == 6


def test_a_deleted_folder_takes_its_group_along(filled, at, synced):
    filled.delete(at("Sea").id)
    synced(allow_removals=True)
    assert shown() == {"Alps": ["a.png", "b.png"]}
    assert not DriveFolder.objects.filter(name="Sea").exists()


def test_too_much_is_not_removed_until_it_is_allowed(filled, at, synced):
    filled.delete(at("Alps").id)

    result = synced()
    assert result.withheld
    assert len(result.plan.removed) == 2
    assert shown() == {"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}

    assert synced().withheld
    assert not synced(allow_removals=True).withheld
    assert shown() == {"Sea": ["c.png"]}


def test_what_comes_back_before_its_removal_stays(filled, at, synced):
    alps = at("Alps").id
    filled.delete(alps)
    assert synced().withheld
    filled.restore(alps)
    result = synced()
    assert (result.withheld, bool(result.plan)) == (False, False)
    assert shown()["Alps"] == ["a.png", "b.png"]


def test_moved_out_of_the_root_is_removed(filled, at, synced):
    filled.update(at("Alps").id, parent_id=filled.root.id)
    synced(allow_removals=True)
    assert shown() == {"Sea": ["c.png"]}


def test_a_folder_whose_files_all_moved_leaves_no_empty_group(
    filled, at, synced, standin
):
    lakes, _ = filled.create_folder(standin.home.id, "Lakes")
    for name in ("a.png", "b.png"):
        filled.update(at(f"Alps/{name}").id, parent_id=lakes.id)
    filled.delete(at("Alps").id)
    synced()
    assert shown() == {"Sea": ["c.png"], "Lakes": ["a.png", "b.png"]}


def test_what_staff_deleted_stays_deleted(filled, at, synced, shelf):
    images_delete(numbers={Group.objects.get(title="Alps").number: [1]})
    shelf.file("a.png", png(99), at("Alps"))
    filled.update(at("Alps").id, name="Mountains")
    synced()
    assert shown()["Mountains"] == ["b.png"]


def test_a_drive_that_fails_removes_nothing(filled, at, synced, standin):
    filled.delete(at("Alps").id)
    standin.faults.add(Fault(role="graph", path="*/delta", status=403))
    with pytest.raises(OneDriveError):
        synced(allow_removals=True)
    assert set(shown()) == {"Alps", "Sea"}


def test_a_root_folder_that_is_gone_removes_nothing(filled, synced, standin):
    filled.delete(standin.home.id)
    with pytest.raises(NotConfigured):
        synced(allow_removals=True)
    assert set(shown()) == {"Alps", "Sea"}
