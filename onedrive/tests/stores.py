"""A drive without its server: what the tests of the store share."""

from pathlib import Path

import pytest

from onedrive.standin.behaviour import Behaviour
from onedrive.standin.clock import Clock
from onedrive.standin.errors import StoreError
from onedrive.standin.items import Item
from onedrive.standin.kinds import PERSONAL, Kind
from onedrive.standin.store import Store


def open_store(folder: Path, kind: Kind = PERSONAL) -> Store:
    return Store(folder, kind, Clock(), Behaviour())


def put(store: Store, parent: Item, name: str, data: bytes = b"abc", **options) -> Item:
    with store.blobs.arrival() as source:
        source.write_bytes(data)
        return store.put_file(parent.id, name, source, **options)[0]


def make(store: Store, name: str, parent: Item | None = None) -> Item:
    return store.create_folder((parent or store.root).id, name)[0]


def refusal(act, *args, **options) -> tuple[int, str]:
    with pytest.raises(StoreError) as caught:
        act(*args, **options)
    return caught.value.status, caught.value.code


def files_kept(store: Store) -> int:
    folder = store.blobs.path("xx").parent.parent
    return sum(path.is_file() for path in folder.rglob("*"))
