from concurrent.futures import ThreadPoolExecutor

import pytest

from onedrive.standin.faults import Fault
from onedrive.tests.probe import Probe

DRIVE = "/me/drive"


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def statuses(drive: Probe, count: int, path: str = DRIVE) -> list[int]:
    return [drive.get(path).status_code for _ in range(count)]


def add(drive: Probe, **rule: object) -> None:
    drive.standin.faults.add(Fault(**rule))


def content_link(drive: Probe, size: int) -> str:
    drive.file("a.bin", bytes(size))
    return drive.get("/me/drive/root:/a.bin:/content").headers["Location"]


def test_the_journal_keeps_what_came_and_no_secrets(drive):
    link = content_link(drive, 10)
    drive.bare("GET", link)
    drive.get("/me/drive/root/children?$top=5&$skiptoken=secret")
    entries = drive.standin.journal.entries()
    assert [entry.role for entry in entries] == ["graph", "graph", "content", "graph"]
    assert [entry.authorized for entry in entries] == [True, True, False, True]
    assert [entry.status for entry in entries] == [201, 302, 200, 400]
    assert entries[2].sent == 10
    assert entries[3].query == "$top=5&$skiptoken=***"
    secret = link.partition("tempauth=")[2]
    assert secret not in str(entries)
    assert drive.standin.journal.count(role="graph", method="GET") == 2


def test_the_journal_knows_how_many_came_at_once(drive):
    add(drive, delay=0.2)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(drive.get, [DRIVE] * 3))
    entries = drive.standin.journal.entries()
    assert max(entry.concurrent for entry in entries) == 3


def test_a_pause_that_a_fault_asked_for_is_watched(drive):
    add(drive, status=503, retry_after=30, times=1)
    statuses(drive, 2)
    drive.standin.clock.advance(31)
    statuses(drive, 1)
    calls = drive.standin.journal.entries()
    assert [call.during_pause for call in calls] == [False, True, False]


def test_sixty_four_connections_are_served_at_once(drive):
    add(drive, delay=0.3)
    with ThreadPoolExecutor(64) as pool:
        url = f"{drive.standin.url}/v1.0{DRIVE}"
        answers = list(pool.map(lambda _: drive.bare("GET", url), range(64)))
    assert {answer.status_code for answer in answers} == {401}
    entries = drive.standin.journal.entries()
    assert max(entry.concurrent for entry in entries) > 32
