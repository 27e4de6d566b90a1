"""Fixtures of the client's tests: nobody waits, everybody is connected."""

import json
from collections.abc import Callable

import pytest

from artetore.tests.servers import free_port
from onedrive import tokens
from onedrive.client import GraphClient
from onedrive.drive import Drive
from onedrive.items import DriveItem
from onedrive.models import Connection
from onedrive.standin.identity import Identity
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


@pytest.fixture
def identity(standin) -> Identity:
    return standin.identity


@pytest.fixture
def refreshes(standin) -> Callable[[], int]:
    return lambda: standin.identity.requests["refresh_token"]


@pytest.fixture
def expired(connection, standin) -> Connection:
    """Connected, with an access token that both sides know to be over."""
    standin.identity.expire_access_tokens()
    cache = tokens.decrypt(connection)
    kinds = json.loads(cache.serialize())
    for entry in kinds["AccessToken"].values():
        entry["expires_on"] = "1"
    cache.deserialize(json.dumps(kinds))
    connection.cache = tokens.encrypt(cache)
    connection.save()
    return connection


@pytest.fixture
def nowhere(monkeypatch) -> Callable[[], None]:
    """Microsoft can't be reached."""

    def unplug():
        url = f"http://127.0.0.1:{free_port()}"
        monkeypatch.setenv("ONEDRIVE_STANDIN_URL", url)

    return unplug
