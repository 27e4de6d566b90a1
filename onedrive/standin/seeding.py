"""Fills a drive from a folder of the machine, and copies within the drive."""

import shutil
from pathlib import Path

from .clock import iso
from .errors import invalid
from .items import Item, Times
from .store import Store


def seed(store: Store, tree: Path, folder: Item) -> int:
    """Copy what lies in `tree` below an empty folder; the number of files."""
    with store.db.transaction():
        if store.get(folder.id).children:
            return 0
        return _copy_in(store, tree, folder)


def _copy_in(store: Store, tree: Path, folder: Item) -> int:
    count = 0
    for path in sorted(tree.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            made, _ = store.create_folder(folder.id, path.name)
            count += _copy_in(store, path, made)
        else:
            _copy_file(store, path, folder)
            count += 1
    return count


def _copy_file(store: Store, path: Path, folder: Item) -> None:
    written = iso(path.stat().st_mtime)
    with store.blobs.arrival() as source:
        shutil.copyfile(path, source)
        store.put_file(folder.id, path.name, source, times=Times(written, written))


def copy(store: Store, item: Item, parent: Item, name: str, conflict: str) -> Item:
    """A file or a whole folder under a new id."""
    with store.db.transaction():
        store.check_room(item.size)
        name = store.checked_place(parent, name)
        if store.is_within(parent, item):
            raise invalid("A folder cannot be copied into itself.", "invalidPath")
        if not item.is_folder:
            return _copy_one(store, item, parent, name, conflict)
        made, _ = store.create_folder(parent.id, name, conflict)
        for child in store.children(item):
            copy(store, child, made, child.name, "fail")
        return store.get(made.id)


def _copy_one(store: Store, item: Item, parent: Item, name: str, conflict: str) -> Item:
    times = Times(item.fs_created, item.fs_modified)
    with store.blobs.arrival() as source:
        shutil.copyfile(store.open(item), source)
        return store.put_file(parent.id, name, source, conflict=conflict, times=times)[
            0
        ]
