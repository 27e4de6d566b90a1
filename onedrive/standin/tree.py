"""The questions that can be asked of a drive."""

# ruff: noqa: S608
# The SQL is put together from constants of this folder; values are always bound.

from pathlib import Path

from .behaviour import Behaviour
from .blobs import Blobs
from .clock import Clock
from .database import Database
from .errors import not_found
from .items import Item, Quota
from .kinds import Kind
from .names import folded

ORDERS = {
    "name": "folded",
    "url": "folded",
    "size": "size",
    "lastModifiedDateTime": "modified",
}
UPWARDS = """
WITH RECURSIVE up (id, parent, depth) AS (
    SELECT id, parent, 0 FROM items WHERE id = ?
    UNION ALL
    SELECT items.id, items.parent, depth + 1 FROM items JOIN up ON items.id = up.parent
)
"""
DOWNWARDS = """
WITH RECURSIVE down (id) AS (
    VALUES (?)
    UNION ALL
    SELECT items.id FROM items JOIN down ON items.parent = down.id
    WHERE items.deleted_at IS NULL
)
"""


class Tree:
    """Reads only. Ids are canonical in every `Item` that comes out."""

    def __init__(self, folder: Path, kind: Kind, clock: Clock, behaviour: Behaviour):
        folder.mkdir(parents=True, exist_ok=True)
        self.kind = kind
        self.clock = clock
        self.behaviour = behaviour
        self.blobs = Blobs(folder / "blobs")
        self.db = Database(folder / "drive.sqlite3")

    @property
    def root(self) -> Item:
        return self.get(self.db.meta("root_id") or "")

    def find(self, item_id: str) -> Item | None:
        """Live or deleted."""
        row = self.db.one("SELECT * FROM items WHERE id = ?", item_id)
        if row is None or (row["id"] != item_id and not self.kind.ids_ignore_case):
            return None
        return Item.of(row)

    def get(self, item_id: str) -> Item:
        item = self.find(item_id)
        if item is None or item.deleted_at is not None:
            raise not_found()
        return item

    def child(self, folder: Item, name: str) -> Item | None:
        row = self.db.one(
            "SELECT * FROM items"
            " WHERE parent = ? AND folded = ? AND deleted_at IS NULL",
            folder.id,
            folded(name),
        )
        return Item.of(row) if row else None

    def at(self, anchor: Item, path: str) -> Item:
        """The item at a decoded path below an item; case does not matter."""
        item: Item | None = anchor
        for name in filter(None, path.split("/")):
            item = self.child(item, name) if item else None
        if item is None:
            raise not_found()
        return item

    def children(
        self,
        folder: Item,
        *,
        order: str = "name",
        descending: bool = False,
        offset: int = 0,
        limit: int = -1,
    ) -> list[Item]:
        direction = "DESC" if descending else "ASC"
        rows = self.db.all(
            "SELECT * FROM items WHERE parent = ? AND deleted_at IS NULL"
            f" ORDER BY {ORDERS[order]} {direction}, id LIMIT ? OFFSET ?",
            folder.id,
            limit,
            offset,
        )
        return [Item.of(row) for row in rows]

    def ancestors(self, item: Item) -> list[Item]:
        """From the root down, the item itself not among them."""
        rows = self.db.all(
            UPWARDS + "SELECT items.* FROM items JOIN up ON items.id = up.id"
            " WHERE depth > 0 ORDER BY depth DESC",
            item.id,
        )
        return [Item.of(row) for row in rows]

    def path(self, item: Item) -> str:
        """Decoded, from the root: `/Pictures/2026`; of the root itself ``""``."""
        if item.parent is None:
            return ""
        names = [step.name for step in self.ancestors(item)[1:]] + [item.name]
        return "/" + "/".join(names)

    def descendant_ids(self, item: Item) -> list[str]:
        """Live ones, parents first, the item itself at the head."""
        rows = self.db.all(DOWNWARDS + "SELECT id FROM down", item.id)
        return [row["id"] for row in rows]

    def is_within(self, item: Item, folder: Item) -> bool:
        return item.id == folder.id or any(
            step.id == folder.id for step in self.ancestors(item)
        )

    def search(self, folder: Item, text: str) -> list[Item]:
        rows = self.db.all(
            DOWNWARDS + "SELECT items.* FROM items JOIN down ON items.id = down.id"
            " WHERE instr(folded, ?) AND items.id != ? ORDER BY folded, items.id",
            folder.id,
            folded(text),
            folder.id,
        )
        return [Item.of(row) for row in rows]

    def changes(
        self, *, after: int, upto: int, limit: int, live_only: bool = False
    ) -> list[Item]:
        """Items whose last change lies between two change numbers, oldest first."""
        rows = self.db.all(
            "SELECT * FROM items WHERE change > ? AND change <= ?"
            " AND (deleted_at IS NULL OR ?) ORDER BY change LIMIT ?",
            after,
            upto,
            not live_only,
            limit,
        )
        return [Item.of(row) for row in rows]

    def newest_change(self, before: float | None = None) -> int:
        """The highest change number, or the highest made before a moment."""
        if before is None:
            row = self.db.one("SELECT max(change) AS change FROM items")
        else:
            row = self.db.one(
                "SELECT coalesce(min(change) - 1, (SELECT max(change) FROM items))"
                " AS change FROM items WHERE changed_at > ?",
                before,
            )
        return row["change"] or 0 if row else 0

    def quota(self) -> Quota:
        deleted = int(self.db.meta("recycled") or 0)
        total = self.behaviour.quota or self.kind.quota
        return Quota(total=total, used=self.root.size + deleted, deleted=deleted)

    def open(self, item: Item) -> Path:
        if item.blob is None:
            raise not_found()
        return self.blobs.path(item.blob)
