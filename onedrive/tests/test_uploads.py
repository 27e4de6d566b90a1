"""Uploads over a real socket: sessions for browsers, and files from our side."""

import os
import random

import pytest

from onedrive import uploads
from onedrive.exceptions import (
    BadAnswer,
    DriveFull,
    ItemNotFound,
    OneDriveError,
    OutsideRoot,
    ServiceFailed,
    Throttled,
)
from onedrive.hashes import QuickXorHash
from onedrive.standin.faults import Fault
from onedrive.tests.drives import STRANGE_NAMES

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = 327_680
DATA = random.Random(5).randbytes(UNIT * 3 + 1000)


@pytest.fixture
def folder(shelf):
    return shelf.folder("Alps")


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A file of four pieces."""
    monkeypatch.setattr(uploads, "CHUNK", UNIT)
    path = tmp_path / "a.jpg"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def stored(standin):
    """The names and bytes of what lies in a folder."""

    def read(folder):
        return {
            item.name: standin.store.open(item).read_bytes()
            for item in standin.store.children(folder)
        }

    return read


def pieces(standin, method="PUT"):
    return [call.status for call in standin.journal.entries("upload", method)]


# --- Sessions for others --------------------------------------------------------------


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_a_session_takes_the_bytes_of_somebody_else(drive, folder, stored, name):
    session = drive.upload_session(folder.id, name)

    answer = drive.client.session.put(
        session.url, b"bytes", headers={"Content-Range": "bytes 0-4/5"}
    )

    assert answer.status_code == 201
    assert stored(folder) == {name: b"bytes"}
    assert session.expires.endswith("Z")


def test_a_taken_name_gets_a_new_one(drive, folder, shelf, stored):
    shelf.file("a.jpg", b"old", folder)
    session = drive.upload_session(folder.id, "a.jpg")

    drive.client.session.put(
        session.url, b"new", headers={"Content-Range": "bytes 0-2/3"}
    )

    assert stored(folder) == {"a.jpg": b"old", "a 1.jpg": b"new"}


def test_the_address_of_a_session_is_not_shown(drive, folder):
    session = drive.upload_session(folder.id, "a.jpg")

    assert "tempauth" not in repr(session)


def test_files_may_go_directly_into_the_root_folder(drive, path, standin, stored):
    drive.upload("TESTS!ROOT", path)

    assert stored(standin.home) == {"a.jpg": DATA}


def test_a_session_in_a_file_is_refused(drive, shelf):
    with pytest.raises(ItemNotFound, match="not a folder"):
        drive.upload_session(shelf.file("a.jpg").id, "b.jpg")


@pytest.mark.parametrize(
    "url", ["https://evil.example/up", "http://10.0.0.1/up", "", None, 7]
)
def test_an_address_that_leads_elsewhere_is_not_handed_on(drive, folder, standin, url):
    body = f'{{"uploadUrl": {url!r}, "expirationDateTime": "x"}}'.replace("'", '"')
    body = body.replace("None", "null")
    standin.faults.add(Fault(path="*createUploadSession", status=200, body=body))

    with pytest.raises(BadAnswer):
        drive.upload_session(folder.id, "a.jpg")


def test_a_session_is_cancelled(drive, folder, standin):
    session = drive.upload_session(folder.id, "a.jpg")

    drive.upload_cancel(session.url)
    drive.upload_cancel(session.url)

    assert drive.client.session.get(session.url).status_code == 404


def test_only_onedrives_own_addresses_are_cancelled(drive, standin):
    with pytest.raises(BadAnswer):
        drive.upload_cancel("https://evil.example/up")


# --- From our side --------------------------------------------------------------------


def test_a_file_is_sent_in_pieces(drive, folder, path, standin, stored):
    sent = []

    item = drive.upload(folder.id, path, sent.append)

    assert stored(folder) == {"a.jpg": DATA}
    assert (item.name, item.size) == ("a.jpg", len(DATA))
    assert QuickXorHash(DATA).matches(item.quick_xor_hash)
    assert sent == [UNIT, UNIT * 2, UNIT * 3, len(DATA)]
    assert pieces(standin) == [202, 202, 202, 201]


def test_a_piece_is_what_onedrive_takes():
    assert uploads.CHUNK % UNIT == 0
    assert 5 * 1024**2 <= uploads.CHUNK <= 10 * 1024**2


def test_our_token_does_not_go_to_the_upload_host(drive, folder, path, standin):
    drive.upload(folder.id, path)

    calls = standin.journal.entries("upload")
    assert not any(call.authorized for call in calls)


def test_the_time_of_the_file_is_kept(drive, folder, path, standin):
    os.utime(path, (1_700_000_000, 1_700_000_000))

    item = drive.upload(folder.id, path)

    assert standin.store.get(item.id).fs_modified == "2023-11-14T22:13:20Z"


def test_a_file_without_bytes_is_sent(drive, folder, path, stored):
    path.write_bytes(b"")

    assert drive.upload(folder.id, path).size == 0
    assert stored(folder) == {"a.jpg": b""}


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_a_file_of_any_name_is_sent(drive, folder, path, stored, name):
    renamed = path.rename(path.with_name(name.replace("/", "_")))

    assert drive.upload(folder.id, renamed).name == name


def test_outside_nothing_is_sent(drive, path, standin):
    with pytest.raises(OutsideRoot):
        drive.upload(standin.store.root.id, path)


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 500, "after_work": True},
        {"status": 504, "after_work": True},
        {"reset": True},
        {"reset": True, "after_work": True},
        {"status": 429, "retry_after": 3},
        {"cut": 0.5},
    ],
)
@pytest.mark.parametrize("skip", [0, 1, 3])
def test_it_goes_on_where_the_drive_says(
    drive, folder, path, standin, stored, fault, skip
):
    fault = Fault(role="upload", method="PUT", skip=skip, times=1, **fault)
    standin.faults.add(fault)

    item = drive.upload(folder.id, path)

    assert stored(folder) == {"a.jpg": DATA}
    assert item.name == "a.jpg"
    assert not any(entry.during_pause for entry in standin.journal.entries())


def test_a_session_that_is_lost_is_begun_anew(drive, folder, path, standin, stored):
    standin.faults.add(Fault(role="upload", method="PUT", skip=2, times=1, status=404))

    drive.upload(folder.id, path)

    assert stored(folder) == {"a.jpg": DATA}
    assert standin.journal.count("graph", path="createUploadSession") == 2


def test_sessions_that_are_always_lost_fail(drive, folder, path, standin):
    standin.faults.add(Fault(role="upload", method="PUT", status=404))

    with pytest.raises(ServiceFailed):
        drive.upload(folder.id, path)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 507}, DriveFull),
        ({"status": 500}, ServiceFailed),
        ({"status": 400}, OneDriveError),
        ({"status": 416}, ServiceFailed),
        ({"status": 429, "retry_after": 600}, Throttled),
        ({"status": 202, "body": "{}"}, BadAnswer),
        ({"status": 202, "body": '{"nextExpectedRanges": ["0-"]}'}, BadAnswer),
        ({"status": 202, "body": '{"nextExpectedRanges": ["²-"]}'}, BadAnswer),
    ],
)
def test_what_fails_for_good_is_told_and_its_session_cancelled(
    drive, folder, path, standin, stored, fault, expected
):
    standin.faults.add(Fault(role="upload", method="PUT", **fault))

    with pytest.raises(expected):
        drive.upload(folder.id, path)

    assert pieces(standin, "DELETE") == [204]
    assert stored(folder) == {}


def test_a_drive_that_is_full_is_told(drive, folder, path, standin):
    standin.behaviour.quota = 1000

    with pytest.raises(DriveFull):
        drive.upload(folder.id, path)
