"""Downloads over a real socket: cut, falsified, expired, too large."""

import hashlib
import io
import tracemalloc
from dataclasses import replace

import pytest

from onedrive import downloads
from onedrive.downloads import Downloaded, download
from onedrive.exceptions import (
    DownloadFailed,
    Throttled,
    TooLarge,
)
from onedrive.standin.faults import Fault
from onedrive.tests.drives import DATA, PLENTY, STRANGE_NAMES, like

pytestmark = pytest.mark.django_db(transaction=True)


def content_calls(standin):
    return standin.journal.entries("content")


def test_a_file_arrives_with_its_size_and_hash(drive, item, tmp_path):
    result = drive.download(item, tmp_path / "a", limit=PLENTY)

    assert result == Downloaded(len(DATA), hashlib.sha256(DATA).hexdigest())
    assert (tmp_path / "a").read_bytes() == DATA


def test_it_may_go_into_an_open_file_after_what_is_there(drive, item):
    file = io.BytesIO(b"before")
    file.seek(6)

    drive.download(item, file, limit=PLENTY)

    assert file.getvalue() == b"before" + DATA


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_a_file_of_any_name_arrives(drive, fetch, shelf, name):
    assert fetch(drive.item(shelf.file(name, b"bytes").id)) == b"bytes"


def test_a_file_without_bytes_arrives(drive, fetch, shelf):
    assert fetch(drive.item(shelf.file("empty.jpg", b"").id)) == b""


def test_our_token_does_not_go_to_the_download_host(fetch, standin, item):
    fetch(item)

    assert [call.authorized for call in content_calls(standin)] == [False]


def test_a_large_file_is_never_whole_in_memory(drive, shelf, tmp_path):
    item = drive.item(shelf.file("a.jpg", bytes(8_000_000)).id)
    tracemalloc.start()
    try:
        drive.download(item, tmp_path / "a", limit=PLENTY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 4_000_000


# --- Limits -------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_not_asked_for(fetch, standin, item):
    before = standin.journal.count()

    with pytest.raises(TooLarge) as refusal:
        fetch(item, limit=len(DATA) - 1)

    assert not refusal.value.retryable
    assert standin.journal.count() == before


def test_more_than_was_said_is_not_taken(fetch, drive, shelf):
    item = drive.item(shelf.file("a.jpg", b"small").id)
    shelf.file("a.jpg", DATA)

    with pytest.raises(TooLarge):
        fetch(item, limit=1000)


def test_just_as_much_as_allowed_is_taken(fetch, item):
    assert fetch(item, limit=len(DATA)) == DATA


# --- Cuts ---------------------------------------------------------------------------


def test_after_a_cut_only_the_rest_is_asked_for(fetch, clock, standin, item):
    standin.faults.add(Fault(role="content", cut=0.5, times=1))

    assert fetch(item) == DATA

    calls = content_calls(standin)
    assert [call.status for call in calls] == [200, 206]
    assert sum(call.sent for call in calls) == len(DATA)
    assert clock.waits == []


def test_several_cuts_are_outlasted(fetch, standin, item):
    standin.faults.add(Fault(role="content", cut=0.5, times=4))

    assert fetch(item) == DATA


def test_cuts_without_end_are_not(fetch, standin, item):
    standin.faults.add(Fault(role="content", cut=0.1))

    with pytest.raises(DownloadFailed) as failure:
        fetch(item)

    assert failure.value.retryable
    assert len(content_calls(standin)) == downloads.TRIES


def test_a_server_that_does_not_know_ranges_sends_all_again(
    drive, fetch, standin, shelf
):
    text = "0123456789" * 50_000
    item = drive.item(shelf.file("a.txt", text.encode()).id)
    standin.faults.add(Fault(role="content", cut=0.5, times=1))
    standin.faults.add(Fault(role="content", status=200, body=text, times=1))

    assert fetch(item) == text.encode()
    assert [call.status for call in content_calls(standin)] == [200, 200]


def test_a_file_that_changes_during_a_cut_is_not_patched_together(
    drive, standin, item, shelf
):
    class Meddler(io.BytesIO):
        def write(self, chunk):
            if not self.tell():
                shelf.file("a.jpg", DATA[::-1])
            return super().write(chunk)

    standin.faults.add(Fault(role="content", cut=0.5, times=1))
    file = Meddler()

    drive.download(like(item), file, limit=PLENTY)

    assert file.getvalue() == DATA[::-1]


@pytest.mark.parametrize("fault", [{"reset": True}, {"status": 503}, {"status": 500}])
def test_faults_of_the_download_host_are_outlasted(fetch, standin, item, fault):
    standin.faults.add(Fault(role="content", times=3, **fault))

    assert fetch(item) == DATA


def test_faults_that_stay_fail(fetch, standin, item):
    standin.faults.add(Fault(role="content", status=500))

    with pytest.raises(DownloadFailed):
        fetch(item)


def test_a_download_host_that_throttles_is_left_alone(fetch, clock, standin, item):
    standin.faults.add(Fault(role="content", status=429, retry_after=6, times=1))

    assert fetch(item) == DATA
    assert 5.9 < sum(clock.waits) < 6.5
    assert not any(entry.during_pause for entry in standin.journal.entries())


def test_too_long_a_pause_is_throttling(fetch, standin, item):
    standin.faults.add(Fault(role="content", status=429, retry_after=600))

    with pytest.raises(Throttled):
        fetch(item)


def test_a_file_that_only_drips_is_given_up(drive, standin, item, tmp_path):
    standin.faults.add(Fault(role="content", rate=50_000))

    with pytest.raises(DownloadFailed, match="too slowly"):
        download(
            drive.client,
            f"/me/drive/items/{item.id}/content",
            item,
            tmp_path / "a",
            limit=PLENTY,
            seconds=0.05,
        )


# --- Read with their addresses ------------------------------------------------------


@pytest.fixture
def known(drive, item):
    """The item with the address of its bytes."""
    return drive.files([item.id])[item.id]


def test_whose_address_is_known_is_fetched_from_there(fetch, calls, known):
    before = calls()

    assert fetch(known) == DATA
    assert calls() == before


def test_an_address_that_is_not_good_any_more_is_asked_for_anew(fetch, standin, known):
    standin.clock.advance(7200)

    assert fetch(known) == DATA
    assert [call.status for call in content_calls(standin)] == [401, 200]


def test_a_broken_file_is_asked_for_anew(fetch, calls, known):
    before = calls()

    with pytest.raises(DownloadFailed):
        fetch(like(known, quick="A" * 27 + "="))
    assert calls() == before + 1


def test_an_address_is_no_part_of_what_is_told_of_an_item(drive, item, known):
    assert known.download_url
    assert known.download_url not in repr(known)
    assert known == drive.item(item.id)


def test_an_address_at_another_place_is_not_followed(fetch, standin, known):
    elsewhere = replace(known, download_url="https://example.org/d?tempauth=x")

    with pytest.raises(DownloadFailed):
        fetch(elsewhere)
    assert content_calls(standin) == []
