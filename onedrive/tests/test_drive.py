"""Drive against the stand-in: what it lists, changes, and refuses to touch."""

import json

import pytest

from onedrive.drive import Drive, drive_of
from onedrive.exceptions import (
    AccessDenied,
    InvalidName,
    ItemNotFound,
    NameTaken,
    NotConfigured,
    NotConnected,
    ServiceFailed,
)
from onedrive.items import Quota
from onedrive.standin.faults import Fault
from onedrive.tests.drives import STRANGE_NAMES

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = "TESTS!ROOT"


@pytest.fixture
def private(standin, shelf):
    """A folder beside the root folder, with a file in it."""
    folder = shelf.folder("Private", standin.store.root)
    return folder, shelf.file("secret.txt", b"secret", folder)


def outer_calls(standin):
    return [entry for entry in standin.journal.entries("graph") if not entry.inner]


# --- The drive ----------------------------------------------------------------------


def test_the_drive_answers(drive):
    drive.check()


def test_a_user_without_a_connection_has_no_drive(staff):
    with pytest.raises(NotConnected):
        drive_of(staff)


def test_a_user_has_the_drive_that_was_connected(staff, connection):
    assert drive_of(staff).root().id == ROOT


def test_without_a_root_folder_there_is_no_drive(drive):
    with pytest.raises(NotConfigured):
        Drive(drive.client, "")


def test_the_quota_is_in_bytes(drive, standin, shelf):
    shelf.file("a.jpg", b"x" * 1000)

    assert drive.quota() == Quota(used=1000, total=standin.store.quota().total)


@pytest.mark.parametrize("quota", [None, {}, {"used": 5}, {"used": 5, "total": 0}])
def test_a_drive_may_give_no_quota(drive, standin, quota):
    body = json.dumps({"id": "x", "quota": quota})
    standin.faults.add(Fault(path="/v1.0/me/drive", status=200, body=body))

    assert drive.quota() is None


# --- Folders ------------------------------------------------------------------------


def test_the_folders_below_the_root_folder_are_listed_with_their_files(drive, shelf):
    alps = shelf.folder("Alps")
    first = shelf.file("a.jpg", b"one", alps)
    second = shelf.file("b.jpg", b"two", alps)
    shelf.folder("Empty")
    shelf.folder("Deeper", alps)
    shelf.file("beside the folders.jpg")

    folders = drive.folders()

    assert [folder.item.name for folder in folders] == ["Alps", "Empty"]
    assert [file.id for file in folders[0].files] == [first.id, second.id]
    assert folders[1].files == ()
    assert folders[0].item.is_folder
    assert folders[0].item.size == 6


def test_files_come_with_what_an_import_needs(drive, shelf):
    folder = shelf.folder("Alps")
    stored = shelf.file("a.jpg", b"one", folder)

    [file] = drive.folder(folder.id).files

    assert (file.name, file.size, file.mime_type) == ("a.jpg", 3, "image/jpeg")
    assert file.parent_id == folder.id
    assert (file.etag, file.ctag) == (stored.etag, stored.ctag)
    assert file.quick_xor_hash == stored.quick_xor
    assert file.created.endswith("Z")
    assert file.web_url


def test_names_of_all_kinds_come_as_they_are(drive, shelf):
    folder = shelf.folder("Ordner #1 & 100% + 🏖️ صور")
    for name in STRANGE_NAMES:
        shelf.file(name, b"x", folder)

    [listed] = drive.folders()

    assert listed.item.name == "Ordner #1 & 100% + 🏖️ صور"
    assert {file.name for file in listed.files} == set(STRANGE_NAMES)


def test_thirty_folders_take_two_rounds_of_calls(drive, standin, shelf):
    for number in range(30):
        shelf.files(20, shelf.folder(f"Folder {number:02}"))
    before = len(outer_calls(standin))

    folders = drive.folders()

    assert [len(folder.files) for folder in folders] == [20] * 30
    calls = outer_calls(standin)[before:]
    assert [call.path for call in calls] == ["/v1.0/$batch"] * 3
    # The second and the third are under way at the same time.
    assert max(call.started for call in calls[1:]) < min(c.ended for c in calls[1:])


def test_a_folder_of_many_pages_is_listed_to_the_end(drive, standin, shelf):
    shelf.files(2300, shelf.folder("Many"))
    shelf.files(2, shelf.folder("Few"))
    standin.behaviour.empty_pages = True

    few, many = drive.folders()

    assert [file.name for file in many.files] == [f"{n:05}.jpg" for n in range(2300)]
    assert len(few.files) == 2


def test_a_folder_that_fails_does_not_lose_the_rest(drive, standin, shelf):
    good, bad = shelf.folder("Good"), shelf.folder("Bad")
    shelf.files(2, good)
    shelf.files(2, bad)
    name = bad.id.partition("!")[2]
    standin.faults.add(Fault(path=f"*{name}/children", status=403))

    listed = {folder.item.name: folder for folder in drive.folders()}

    assert len(listed["Good"].files) == 2
    assert listed["Good"].error is None
    assert listed["Bad"].files == ()
    assert isinstance(listed["Bad"].error, AccessDenied)


def test_a_folder_whose_pages_lead_in_a_circle_fails_alone(drive, standin, shelf):
    good, bad = shelf.folder("Good"), shelf.folder("Bad")
    shelf.files(2, good)
    name = bad.id.partition("!")[2]
    standin.faults.add(Fault(path=f"*{name}/children", edit="loop"))

    listed = {folder.item.name: folder for folder in drive.folders()}

    assert len(listed["Good"].files) == 2
    assert listed["Bad"].error.retryable


def test_faults_in_mid_listing_are_outlasted(drive, standin, shelf):
    for number in range(45):
        shelf.files(2, shelf.folder(f"Folder {number:02}"))
    standin.faults.add(Fault(path="*$batch", skip=1, times=1, status=401))
    standin.faults.add(Fault(path="*$batch", skip=1, times=1, reset=True))
    standin.faults.add(Fault(path="*/children", every=7, status=429, retry_after=1))

    folders = drive.folders()

    assert [len(folder.files) for folder in folders] == [2] * 45


def test_notebooks_and_shortcuts_are_left_out(drive, standin, shelf):
    folder = shelf.folder("Alps")
    children = [
        {"id": "A!1", "name": "Notes", "package": {"type": "oneNote"}},
        {"id": "A!2", "name": "Shared", "file": {}, "remoteItem": {"id": "B!1"}},
        {"id": "A!3", "name": "a.jpg", "file": {}},
    ]
    body = json.dumps({"value": children})
    standin.faults.add(Fault(path="*/children", status=200, body=body))

    assert [file.name for file in drive.folder(folder.id).files] == ["a.jpg"]


@pytest.mark.parametrize("ask", [Drive.root, Drive.folders])
def test_a_root_folder_that_is_gone_is_told(drive, standin, ask):
    standin.store.delete(ROOT)

    with pytest.raises(NotConfigured, match="not in this OneDrive"):
        ask(drive)


@pytest.mark.parametrize("ask", [Drive.root, Drive.folders])
def test_a_root_folder_that_is_a_file_is_told(drive, shelf, ask):
    file = shelf.file("a.jpg")

    with pytest.raises(NotConfigured, match="is a file"):
        ask(Drive(drive.client, file.id))


def test_a_list_that_fails_as_a_whole_raises(drive, standin):
    standin.faults.add(Fault(path="*/children", status=500))

    with pytest.raises(ServiceFailed):
        drive.folders()


# --- Changes ------------------------------------------------------------------------


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_a_folder_of_any_name_is_created_renamed_and_deleted(drive, standin, name):
    folder = drive.folder_create(name)
    assert (folder.name, folder.is_folder) == (name, True)

    renamed = drive.rename(folder.id, f"{name} 2")
    assert (renamed.id, renamed.name) == (folder.id, f"{name} 2")

    drive.delete(folder.id)
    assert drive.folders() == []


def test_a_taken_name_of_a_folder_gets_a_new_one(drive):
    names = {drive.folder_create("Alps").name, drive.folder_create("alps").name}

    assert names == {"Alps", "alps 1"}


def test_a_taken_name_is_not_given_to_another(drive, shelf):
    shelf.folder("Alps")
    sea = shelf.folder("Sea")

    with pytest.raises(NameTaken):
        drive.rename(sea.id, "Alps")


def test_only_the_case_of_a_name_may_change(drive, shelf):
    assert drive.rename(shelf.file("a.jpg").id, "A.JPG").name == "A.JPG"


@pytest.mark.parametrize(
    "act",
    [
        lambda drive, file: drive.folder_create("a/b"),
        lambda drive, file: drive.rename(file.id, "con.jpg"),
        lambda drive, file: drive.upload_session(file.id, "what?"),
    ],
)
def test_a_bad_name_is_refused_before_any_call(drive, standin, shelf, act):
    file = shelf.file("a.jpg")

    with pytest.raises(InvalidName):
        act(drive, file)

    assert standin.journal.count("graph") == 0


def test_what_is_gone_in_the_meantime_is_deleted(drive, standin, shelf):
    file = shelf.file("a.jpg")
    fault = Fault(method="DELETE", status=502, times=1, after_work=True)
    standin.faults.add(fault)

    drive.delete(file.id)

    assert standin.store.get(ROOT).children == 0


def test_what_was_never_there_is_not_deleted(drive):
    with pytest.raises(ItemNotFound):
        drive.delete("none")
