"""What lies below the root folder, and all else, which is not touched."""

import pytest

from onedrive.drive import Drive
from onedrive.exceptions import (
    AccessDenied,
    GraphError,
    ItemNotFound,
    OutsideRoot,
    ServiceFailed,
)
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "TESTS!ROOT"


@pytest.fixture
def private(standin, shelf):
    """A folder beside the root folder, with a file in it."""
    folder = shelf.folder("Private", standin.store.root)
    return folder, shelf.file("secret.txt", b"secret", folder)


def outer_calls(standin):
    return [entry for entry in standin.journal.entries("graph") if not entry.inner]


def test_an_item_deep_below_the_root_folder_is_inside(drive, shelf):
    folder = None
    for depth in range(5):
        folder = shelf.folder(f"Level {depth}", folder)
    file = shelf.file("a.jpg", parent=folder)

    assert drive.item(file.id).name == "a.jpg"


def test_the_root_folder_may_be_read(drive, shelf):
    shelf.file("a.jpg")

    assert drive.item(ROOT).name == "Artetore"
    assert [file.name for file in drive.folder(ROOT).files] == ["a.jpg"]


def test_many_items_are_read_at_once(drive, standin, shelf):
    files = [file for n in range(5) for file in shelf.files(9, shelf.folder(f"F{n}"))]

    found = drive.items([file.id for file in files])

    assert [found[file.id].name for file in files] == [file.name for file in files]
    # 45 files, then their five folders and the root.
    assert len(outer_calls(standin)) == 4


def test_each_item_has_its_own_error(drive, standin, shelf, private):
    folder, secret = private
    good, broken = shelf.file("a.jpg"), shelf.file("b.jpg")
    standin.faults.add(Fault(path=f"*{broken.id.partition('!')[2]}", status=403))

    found = drive.items([good.id, "none", "", "..", secret.id, broken.id])

    assert found[good.id].name == "a.jpg"
    for missing in ("none", "", ".."):
        assert isinstance(found[missing], ItemNotFound)
    assert isinstance(found[secret.id], OutsideRoot)
    assert isinstance(found[broken.id], AccessDenied)


def test_ids_in_another_case_are_the_same_items(drive, standin, shelf):
    file = shelf.file("a.jpg", parent=shelf.folder("Alps"))
    standin.behaviour.mixed_case_ids = True

    assert drive.item(file.id.lower()).name == "a.jpg"
    assert drive.rename(file.id.upper(), "b.jpg").name == "b.jpg"


def test_a_folder_once_found_inside_is_not_asked_for_again(drive, standin, shelf):
    folder = shelf.folder("Alps")
    files = shelf.files(3, folder)
    drive.folders()
    before = len(outer_calls(standin))

    for file in files:
        drive.item(file.id)

    assert len(outer_calls(standin)) == before + 3


def test_a_folder_that_cannot_be_proven_for_now_is_not_called_outside(
    drive, standin, shelf
):
    folder = shelf.folder("Alps")
    file = shelf.file("a.jpg", parent=folder)
    standin.faults.add(Fault(path=f"*{folder.id.partition('!')[2]}", status=500))

    with pytest.raises(ServiceFailed):
        drive.item(file.id)


def read(drive, item_id):
    [found] = drive.files([item_id]).values()
    if isinstance(found, Exception):
        raise found
    return found


def operations(drive):
    return {
        "item": drive.item,
        "files": lambda item_id: read(drive, item_id),
        "folder": drive.folder,
        "rename": lambda item_id: drive.rename(item_id, "New"),
        "delete": drive.delete,
        "upload_session": lambda item_id: drive.upload_session(item_id, "a.jpg"),
    }


@pytest.mark.parametrize(
    "operation", ["item", "files", "folder", "rename", "delete", "upload_session"]
)
def test_what_lies_outside_is_not_touched(drive, standin, private, operation):
    folder, secret = private

    for item in (folder, secret, standin.store.root):
        with pytest.raises(OutsideRoot):
            operations(drive)[operation](item.id)

    assert standin.store.get(secret.id).name == "secret.txt"
    assert not [c for c in outer_calls(standin) if c.method in ("PATCH", "DELETE")]


@pytest.mark.parametrize(
    "way",
    [
        "{root}:/../Private/secret.txt",
        "{root}:/../Private/secret.txt:",
        "{root}/../{folder}",
        "{root}/children?x=",
        "..",
        "../root",
        "root",
        "root:",
        "",
        " ",
        "a\x00b",
        "a\ud800",
        "x" * 5000,
        "{folder}#{root}",
        "{folder}?{root}",
    ],
)
@pytest.mark.parametrize("operation", ["rename", "delete", "upload_session"])
def test_no_crooked_id_leads_outside(drive, standin, private, way, operation):
    folder, secret = private
    item_id = way.format(root=ROOT, folder=folder.id)

    with pytest.raises((OutsideRoot, ItemNotFound, GraphError)):
        operations(drive)[operation](item_id)

    assert standin.store.get(secret.id).name == "secret.txt"
    assert standin.store.get(folder.id).name == "Private"
    changes = [c for c in outer_calls(standin) if c.method in ("PATCH", "DELETE")]
    assert changes == []


@pytest.mark.parametrize("operation", ["rename", "delete"])
def test_the_root_folder_itself_stays(drive, standin, operation):
    for root_id in (ROOT, ROOT.lower()):
        with pytest.raises(OutsideRoot, match="has to stay"):
            operations(drive)[operation](root_id)

    assert standin.store.get(ROOT).name == "Artetore"


def test_the_whole_drive_may_be_the_root_folder(drive, standin, private):
    folder, secret = private
    whole = Drive(drive.client, standin.store.root.id)

    assert whole.item(secret.id).name == "secret.txt"
    with pytest.raises(OutsideRoot):
        whole.delete(standin.store.root.id)
