import socket
from urllib.parse import urlsplit

import pytest

from onedrive.tests.probe import Probe, code, inner_code
from onedrive.tests.ranges import send, url

UNIT = 327_680


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def test_gaps_and_overlaps_are_refused_and_change_nothing(drive):
    target, total = url(drive), 4 * UNIT
    assert send(drive, target, bytes(UNIT), 0, total).status_code == 202
    gap = send(drive, target, bytes(UNIT), 2 * UNIT, total)
    assert (code(gap), inner_code(gap)) == ((416, "invalidRange"), "fragmentOutOfOrder")
    for first in (0, UNIT // 2):
        overlap = send(drive, target, bytes(UNIT), first, total)
        assert code(overlap) == (416, "invalidRange")
        assert inner_code(overlap) == "fragmentOverlap"
    status = drive.bare("GET", target).json()
    assert status["nextExpectedRanges"] == [f"{UNIT}-"]


def test_the_total_may_not_change(drive):
    target = url(drive)
    send(drive, target, bytes(UNIT), 0, 4 * UNIT)
    answer = send(drive, target, bytes(UNIT), UNIT, 5 * UNIT)
    assert code(answer) == (400, "invalidRequest")
    assert inner_code(answer) == "fragmentLengthMismatch"


@pytest.mark.parametrize("size", [1, UNIT - 1, UNIT + 1])
def test_all_ranges_but_the_last_are_multiples_of_320_kib(drive, size):
    answer = send(drive, url(drive), bytes(size), 0, 4 * UNIT)
    assert code(answer) == (400, "invalidRequest")


def test_a_range_is_smaller_than_60_mib(drive):
    largest, total = 191 * UNIT, 200 * UNIT
    assert send(drive, url(drive), bytes(largest), 0, total).status_code == 202
    answer = send(drive, url(drive), bytes(largest + UNIT), 0, total)
    assert code(answer) == (413, "requestTooLarge")


@pytest.mark.parametrize(
    "value",
    [
        *("", "bytes", "bytes 0-2", "bytes 0-2/*", "bytes */3", "bytes 2-0/3"),
        *("bytes 0-3/3", "bytes -1-1/3", "items 0-2/3", "bytes 0-1/3"),
        *("bytes 0-0/0", "bytes ٠-٢/٣"),
    ],
)
def test_a_content_range_that_says_nothing(drive, value):
    header = {"Content-Range": value.encode()}
    answer = drive.bare("PUT", url(drive), data=b"abc", headers=header)
    assert code(answer) == (400, "invalidRequest")


def test_an_empty_file_cannot_use_a_session(drive):
    headers = {"Content-Range": "bytes 0-0/0"}
    answer = drive.bare("PUT", url(drive), data=b"", headers=headers)
    assert code(answer) == (400, "invalidRequest")


def test_an_upload_in_chunks_without_length_is_refused(drive):
    headers = {"Content-Range": "bytes 0-1/2"}
    answer = drive.bare("PUT", url(drive), data=iter([b"ab"]), headers=headers)
    assert answer.status_code == 411


def test_a_range_that_breaks_off_leaves_nothing(drive):
    target = url(drive)
    parts = urlsplit(target)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(
            f"PUT {parts.path}?{parts.query} HTTP/1.1\r\nHost: x\r\n"
            f"Content-Length: {UNIT}\r\n"
            f"Content-Range: bytes 0-{UNIT - 1}/{UNIT}\r\n\r\n".encode()
            + bytes(1000)
        )
        connection.shutdown(socket.SHUT_WR)
        assert not _answered(connection)
    assert drive.bare("GET", target).json()["nextExpectedRanges"] == ["0-"]
    assert drive.get("/me/drive/root:/a.bin").status_code == 404


def _answered(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(100))
    except ConnectionResetError:
        return False
