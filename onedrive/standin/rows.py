"""How a row is written: its versions, its change number, the sums above it."""

# ruff: noqa: S608
# The SQL is put together from constants of this folder; values are always bound.

import json
from functools import cached_property
from pathlib import Path

from .behaviour import Behaviour
from .blobs import Content
from .clock import Clock, iso
from .errors import StoreError, stale
from .items import Item, Times
from .kinds import Kind
from .names import folded
from .tree import UPWARDS, Tree

NO_TIMES = Times()


class Rows(Tree):
    """Steps of changes; each is called inside a transaction."""

    def __init__(self, folder: Path, kind: Kind, clock: Clock, behaviour: Behaviour):
        super().__init__(folder, kind, clock, behaviour)
        with self.db.transaction():
            self._open_drive()

    def _open_drive(self) -> None:
        kept = self.db.meta("kind")
        if kept and kept != self.kind.name:
            raise ValueError(f"This folder holds a {kept} drive.")
        if not kept:
            self.db.set_meta("kind", self.kind.name)
            self.db.set_meta("drive_id", self.kind.new_drive_id())
            self.db.set_meta("root_id", self.kind.root_id(self.drive_id))
            root_id = self.db.meta("root_id") or ""
            self.insert(None, "root", is_folder=True, item_id=root_id)

    @cached_property
    def drive_id(self) -> str:
        return self.db.meta("drive_id") or ""

    def insert(
        self,
        parent: Item | None,
        name: str,
        *,
        is_folder: bool = False,
        content: Content | None = None,
        times: Times = NO_TIMES,
        item_id: str = "",
    ) -> Item:
        now = self.clock.now()
        values = {
            "id": item_id or self.kind.new_item_id(self.drive_id),
            "parent": parent.id if parent else None,
            "name": name,
            "folded": folded(name),
            "is_folder": is_folder,
            "created": now,
            "modified": now,
            "fs_created": times.created or iso(now),
            "fs_modified": times.modified or iso(now),
            "change": self.newest_change() + 1,
            "changed_at": now,
        } | (self.columns_of(content) if content else {})
        places = ", ".join("?" * len(values))
        sql = f"INSERT INTO items ({', '.join(values)}) VALUES ({places})"
        self.db.run(sql, *values.values())
        return self.get(str(values["id"]))

    def columns_of(self, content: Content) -> dict:
        delay = self.behaviour.facet_delay
        return {
            "blob": content.blob,
            "size": content.size,
            "quick_xor": content.hashes.quick_xor,
            "sha1": content.hashes.sha1,
            "sha256": content.hashes.sha256,
            "facets": json.dumps(content.facets),
            "facets_due": self.clock.now() + delay if delay else None,
        }

    def mark_changed(self, item: Item, **columns: object) -> Item:
        """Write columns of a row and give it its next version and change number."""
        now = self.clock.now()
        columns |= {
            "version": item.version + 1,
            "modified": now,
            "change": self.newest_change() + 1,
            "changed_at": now,
        }
        settings = ", ".join(f"{column} = ?" for column in columns)
        sql = f"UPDATE items SET {settings} WHERE id = ?"
        self.db.run(sql, *columns.values(), item.id)
        return self.find(item.id) or item

    def grow(self, folder: Item, *, size: int, children: int = 0) -> None:
        """Let a folder, and all above it, know what came into it or left it."""
        self.db.run(
            "UPDATE items SET children = children + ? WHERE id = ?", children, folder.id
        )
        self.db.run(
            UPWARDS + "UPDATE items SET size = size + ?,"
            " content_version = content_version + 1 WHERE id IN (SELECT id FROM up)",
            folder.id,
            size,
        )

    def check_match(self, item: Item, if_match: str) -> None:
        if if_match and if_match not in ("*", item.etag, item.ctag):
            raise stale()

    def check_room(self, size: int) -> None:
        if size > self.quota().remaining:
            text = "The drive has no room for this file."
            raise StoreError(507, "quotaLimitReached", text, "insufficientStorage")

    def ripen(self) -> None:
        """Let the facets of new pictures appear whose time has come."""
        sql = "SELECT * FROM items WHERE facets_due <= ? AND deleted_at IS NULL"
        if self.db.all(sql, self.clock.now()):
            with self.db.transaction():
                for row in self.db.all(sql, self.clock.now()):
                    self.mark_changed(Item.of(row), facets_due=None)
