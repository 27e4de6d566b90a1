"""Downloads that are not what was promised, and links that lead nowhere."""

import errno
import hashlib
import io

import pytest

from onedrive.exceptions import (
    AccessDenied,
    BadAnswer,
    DownloadFailed,
    ItemNotFound,
)
from onedrive.standin.faults import Fault
from onedrive.tests.drives import DATA, PLENTY, like

pytestmark = pytest.mark.django_db(transaction=True)


def content_calls(standin):
    return standin.journal.entries("content")


@pytest.mark.parametrize("off", [-1000, 1000])
def test_a_length_that_lies_once_is_outlasted(fetch, standin, item, off):
    standin.faults.add(Fault(role="content", length=off, times=1))

    assert fetch(item) == DATA


@pytest.mark.parametrize("off", [-1000, 1000])
def test_a_length_that_always_lies_fails(fetch, standin, item, off):
    standin.faults.add(Fault(role="content", length=off))

    with pytest.raises(DownloadFailed):
        fetch(item)


@pytest.mark.parametrize("edit", ["wrong_hash", "wrong_size"])
def test_what_was_described_otherwise_fails_after_a_second_try(
    fetch, standin, drive, shelf, edit
):
    folder = shelf.folder("Alps")
    shelf.file("a.jpg", DATA, folder)
    standin.faults.add(Fault(path="*/children", edit=edit))
    [item] = drive.folder(folder.id).files

    with pytest.raises(DownloadFailed) as failure:
        fetch(item)

    assert failure.value.retryable
    assert len(content_calls(standin)) == 2


def test_bytes_that_were_falsified_once_are_fetched_again(fetch, standin, item):
    body = "x" * len(DATA)
    standin.faults.add(Fault(role="content", status=200, body=body, times=1))

    assert fetch(item) == DATA


@pytest.mark.parametrize("hashes", ["sha256", "sha1", "none"])
def test_other_hashes_are_checked_where_there_is_no_quick_one(fetch, item, hashes):
    known = {
        "sha256": hashlib.sha256(DATA).hexdigest().upper(),
        "sha1": hashlib.sha1(DATA).hexdigest().upper(),
    }
    right = {hashes: known.get(hashes, "")} if hashes in known else {}

    assert fetch(like(item, **right)) == DATA
    if right:
        with pytest.raises(DownloadFailed):
            fetch(like(item, **{hashes: "0" * 64}))


def test_of_a_live_photo_the_still_is_taken(fetch, item):
    photo = like(item, mime_type="image/heic", size=len(DATA) + 5000, quick="wrong")

    assert fetch(photo) == DATA


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_expired_link_is_replaced_by_a_fresh_one(fetch, standin, item, status):
    standin.faults.add(
        Fault(role="content", status=status, body="<html>No</html>", times=1)
    )

    assert fetch(item) == DATA
    assert standin.journal.count("graph", path="/content") == 2


def test_a_link_that_expires_during_a_cut_is_replaced_and_the_rest_fetched(
    fetch, standin, item
):
    standin.faults.add(Fault(role="content", cut=0.5, times=1))
    standin.faults.add(Fault(role="content", status=401, times=1))

    assert fetch(item) == DATA
    assert [call.status for call in content_calls(standin)] == [200, 401, 206]


def test_links_that_never_work_fail(fetch, standin, item):
    standin.faults.add(Fault(role="content", status=403))

    with pytest.raises(DownloadFailed):
        fetch(item)


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/a.jpg",
        "file:///etc/passwd",
        "https://graph.microsoft.com@evil.example/",
        "//evil.example/",
        "not a link",
    ],
)
def test_a_link_to_another_place_is_refused(fetch, standin, item, link):
    fault = Fault(path="*/content", status=302, headers={"Location": link})
    standin.faults.add(fault)

    with pytest.raises(BadAnswer):
        fetch(item)

    assert content_calls(standin) == []


def test_a_file_that_is_gone_is_told(fetch, standin, item):
    standin.store.delete(item.id)

    with pytest.raises(ItemNotFound):
        fetch(item)


def test_malware_is_told(fetch, standin, item):
    fault = Fault(path="*/content", status=403, inner="malwareDetected")
    standin.faults.add(fault)

    with pytest.raises(AccessDenied, match="malware"):
        fetch(item)


def test_a_disk_that_is_full_is_no_fault_of_onedrive(drive, item, standin):
    class Full(io.BytesIO):
        def write(self, chunk):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        drive.download(item, Full(), limit=PLENTY)

    assert standin.journal.count("content") == 1
