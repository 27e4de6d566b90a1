"""Listings that ask ahead for the folders of the last time."""

import pytest

from onedrive import foresight
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


def listed(drive):
    return {folder.item.name: len(folder.files) for folder in drive.folders()}


def batches(standin):
    return [entry for entry in standin.journal.entries("graph") if not entry.inner]


def test_folders_of_the_last_time_are_asked_for_with_the_root(drive, standin, shelf):
    for number in range(30):
        shelf.files(2, shelf.folder(f"Folder {number:02}"))
    drive.folders()
    standin.journal.clear()

    assert len(listed(drive)) == 30

    # 33 requests, twenty to a batch; apart, the root's would be in one more.
    assert len(batches(standin)) == 2


def test_what_came_since_is_found(drive, shelf):
    alps = shelf.folder("Alps")
    drive.folders()
    shelf.files(3, alps)
    shelf.files(2, shelf.folder("Sea"))

    assert listed(drive) == {"Alps": 3, "Sea": 2}


def test_what_went_since_is_not_listed(drive, standin, shelf):
    alps, sea = shelf.folder("Alps"), shelf.folder("Sea")
    shelf.files(1, alps)
    shelf.files(1, sea)
    drive.folders()
    standin.store.delete(alps.id)
    standin.store.update(sea.id, parent_id=standin.store.root.id)

    assert listed(drive) == {}


def test_a_folder_of_many_pages_is_listed_to_the_end_each_time(drive, shelf):
    shelf.files(1500, shelf.folder("Many"))

    assert [listed(drive) for _ in range(2)] == [{"Many": 1500}] * 2


def test_what_failed_when_asked_ahead_is_asked_again(drive, standin, shelf):
    folder = shelf.folder("Alps")
    shelf.files(2, folder)
    drive.folders()
    name = folder.id.partition("!")[2]
    standin.faults.add(Fault(path=f"*{name}/children", times=1, status=403))

    assert listed(drive) == {"Alps": 2}


def test_no_more_than_some_folders_are_remembered(drive, shelf, monkeypatch):
    monkeypatch.setattr(foresight, "MOST", 3)
    for number in range(5):
        shelf.folder(f"Folder {number}")

    drive.folders()

    assert len(foresight.folders_of_last_time(drive.root_id)) == 3
    assert len(drive.folders()) == 5
