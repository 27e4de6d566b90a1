"""Fixtures of tests with a drive: nobody waits, everybody is connected."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from artetore.logs import ScrubFilter
from artetore.tests.servers import free_port
from onedrive import changes, tokens
from onedrive.changes import read_changes
from onedrive.client import GraphClient
from onedrive.drive import Drive
from onedrive.items import DriveItem
from onedrive.models import Connection, Import
from onedrive.orders import FileOrder, FolderOrder
from onedrive.standin.faults import Fault
from onedrive.standin.identity import Identity
from onedrive.standin.items import Item
from onedrive.standin.store import Store
from onedrive.sync import Result, sync
from onedrive.tests.drives import DATA, PLENTY, HurriedClock, Shelf
from onedrive.tests.ledgers import begin
from onedrive.tests.listening import listening
from onedrive.tests.workers import Gate
from onedrive.worker import Worker


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


@pytest.fixture
def clerk(client, staff) -> Callable[..., Client]:
    """A browser of the one whose OneDrive it is, with these permissions alone."""

    def sign_in(*codenames):
        found = Permission.objects.filter(
            content_type__app_label="onedrive", codename__in=codenames
        )
        staff.user_permissions.set(found)
        client.force_login(staff, "accounts.backends.StaffBackend")
        return client

    return sign_in


# --- Changes ----------------------------------------------------------------------


@pytest.fixture
def small_pages(monkeypatch) -> None:
    """Changes come two by two."""
    monkeypatch.setitem(changes.ASKED, "$top", 2)


@pytest.fixture
def fault(standin) -> Callable[..., None]:
    """Meets calls of delta, or of another path."""

    def add(path="*/delta", **rule):
        standin.faults.add(Fault(path=path, **rule))

    return add


@pytest.fixture
def link(graph, shelf) -> str:
    """From before a file came."""
    link = read_changes(graph).link
    shelf.file("a.jpg")
    return link


# --- Workers ----------------------------------------------------------------------


@pytest.fixture
def gate(standin) -> Iterator[Gate]:
    gate = Gate()
    standin.faults.add(gate)
    yield gate
    gate.way.set()


@pytest.fixture
def ordered(staff, connection, standin, tree) -> Callable[..., Import]:
    """A run of files that the drive holds, without waiting for its order."""

    def make(*names: str, owner: Any = None, folder: str = "Alps") -> Import:
        if not standin.store.children(standin.home):
            standin.seed(tree({folder: names}))
        items = [standin.store.at(standin.home, f"{folder}/{name}") for name in names]
        files = tuple(FileOrder(i.id, n) for i, n in zip(items, names, strict=True))
        return begin(owner or staff, FolderOrder(folder, None, files))

    return make


# --- Syncs ------------------------------------------------------------------------


@pytest.fixture
def synced(staff, connection) -> Callable[..., Result]:
    """Syncs and fetches; answers the result."""

    def run(**options):
        result = sync(owner=staff, **options)
        Worker().run()
        return result

    return run


@pytest.fixture
def filled(standin, tree, synced) -> Store:
    standin.seed(tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png", "note.txt"]}))
    synced()
    return standin.store


@pytest.fixture
def at(filled, standin) -> Callable[[str], Item]:
    return lambda path: filled.at(standin.home, path)


@pytest.fixture
def cost(standin) -> Callable[[], tuple[int, int]]:
    """How many calls and downloads there were since it was asked last."""
    seen = [0, 0]

    def since():
        entries = standin.journal.entries
        graph = len([entry for entry in entries("graph") if not entry.inner])
        now = [graph, len(entries("content"))]
        spent = [after - before for after, before in zip(now, seen, strict=True)]
        seen[:] = now
        return tuple(spent)

    return since


@pytest.fixture
def boss(admin_client) -> Client:
    """A browser in which somebody who may do everything has signed in."""
    return admin_client


@pytest.fixture
def console() -> Iterator[io.StringIO]:
    """Every library's lines as the console shows them."""
    names = [n for n in logging.root.manager.loggerDict if not n.startswith("faker")]
    with listening(["", *names], ScrubFilter()) as text:
        yield text
