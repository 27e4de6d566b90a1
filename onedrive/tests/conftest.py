"""Fixtures of the client's tests: nobody waits, everybody is connected."""

from collections.abc import Callable

import pytest

from onedrive.client import GraphClient
from onedrive.drive import Drive
from onedrive.items import DriveItem
from onedrive.tests.drives import DATA, PLENTY, HurriedClock, Shelf


@pytest.fixture
def clock(standin) -> HurriedClock:
    return HurriedClock(standin)


@pytest.fixture
def graph(connection, clock) -> GraphClient:
    return GraphClient(connection, clock=clock)


@pytest.fixture
def calls(standin) -> Callable[[str], int]:
    """How many calls Graph saw, those inside batches left out."""

    def count(method=""):
        entries = standin.journal.entries(role="graph", method=method)
        return len([entry for entry in entries if not entry.inner])

    return count


@pytest.fixture
def drive(graph, standin) -> Drive:
    return Drive(graph, standin.home.id)


@pytest.fixture
def shelf(standin) -> Shelf:
    return Shelf(standin)


@pytest.fixture
def item(drive, shelf) -> DriveItem:
    return drive.item(shelf.file("a.jpg", DATA).id)


@pytest.fixture
def fetch(drive, tmp_path) -> Callable[[DriveItem, int], bytes]:
    """What arrived, and that nothing is left of what did not."""

    def run(item, limit=PLENTY):
        path = tmp_path / "fetched"
        try:
            result = drive.download(item, path, limit=limit)
        except BaseException:
            assert not path.exists() or path.stat().st_size == 0
            raise
        assert result.size == path.stat().st_size
        return path.read_bytes()

    return run
