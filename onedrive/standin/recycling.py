"""Delete, restore, purge. Microsoft's pages "Delete a DriveItem" and
"Restore driveItem"."""

from .errors import StoreError, name_taken, not_found
from .items import Item
from .rows import Rows


class RecycleBin(Rows):
    """A deleted folder takes all below it along, and brings it back."""

    def delete(self, item_id: str, *, if_match: str = "") -> None:
        with self.db.transaction():
            item = self.get(item_id)
            self.check_match(item, if_match)
            if item.parent is None:
                raise StoreError(403, "accessDenied", "The root cannot be deleted.")
            self.recycle(item)

    def recycle(self, item: Item) -> None:
        now = self.clock.now()
        self.grow(self.get(item.parent or ""), size=-item.size, children=-1)
        self._add_recycled(item.size)
        for item_id in self.descendant_ids(item):
            self.db.run(
                "UPDATE items SET deleted_at = ?, deleted_with = ? WHERE id = ?",
                now,
                item.id,
                item_id,
            )
            if item_id == item.id or self.kind.delta_lists_deleted_descendants:
                self._mark(item_id)

    def restore(self, item_id: str) -> Item:
        """Back to where it was, with the id that it had."""
        with self.db.transaction():
            item = self.find(item_id)
            if item is None or not self._can_return(item):
                raise not_found("The item is not in the recycle bin.")
            parent = self.get(item.parent or "")
            if self.child(parent, item.name):
                raise name_taken(item.name)
            for member in self._deleted_with(item):
                self.db.run(
                    "UPDATE items SET deleted_at = NULL, deleted_with = NULL"
                    " WHERE id = ?",
                    member,
                )
                self._mark(member)
            self._add_recycled(-item.size)
            self.grow(parent, size=item.size, children=1)
            return self.get(item.id)

    def purge(self, item_id: str) -> None:
        """Delete for good, past the recycle bin."""
        with self.db.transaction():
            item = self.get(item_id)
            self.delete(item.id)
            self._add_recycled(-item.size)
            blobs = []
            for member in self._deleted_with(item):
                blobs.append((self.find(member) or item).blob)
                self.db.run(
                    "UPDATE items SET blob = NULL, deleted_with = NULL WHERE id = ?",
                    member,
                )
        for blob in blobs:
            self.blobs.drop(blob)

    def _can_return(self, item: Item) -> bool:
        return item.deleted_at is not None and item.id in self._deleted_with(item)

    def _deleted_with(self, item: Item) -> list[str]:
        """In the order in which they came to be: parents first."""
        rows = self.db.all(
            "SELECT id FROM items WHERE deleted_with = ? ORDER BY created, rowid",
            item.id,
        )
        return [row["id"] for row in rows]

    def _mark(self, item_id: str) -> None:
        item = self.find(item_id)
        if item:
            self.mark_changed(item)

    def _add_recycled(self, size: int) -> None:
        recycled = int(self.db.meta("recycled") or 0) + size
        self.db.set_meta("recycled", str(recycled))
