"""The drive itself: every change of it, each whole or not at all. Knows no HTTP."""

from pathlib import Path

from .blobs import Content
from .clock import iso
from .errors import StoreError, invalid, name_taken
from .items import Item, Times
from .names import check_path_length, checked_name, folded, numbered
from .recycling import RecycleBin
from .rows import NO_TIMES

BEHAVIOURS = ("fail", "replace", "rename")


class Store(RecycleBin):
    """Adds and changes; its parents read, write rows, delete and restore."""

    def create_folder(
        self, parent_id: str, name: str, conflict: str = "fail", item_id: str = ""
    ) -> tuple[Item, bool]:
        """The folder, and whether it is new."""
        with self.db.transaction():
            parent = self.get(parent_id)
            name = self.checked_place(parent, name)
            taken = self.child(parent, name)
            if taken and self._may_be_reused(taken, conflict):
                return taken, False
            if taken:
                name = self._other_name(parent, name, conflict)
            folder = self.insert(parent, name, is_folder=True, item_id=item_id)
            self.grow(parent, size=0, children=1)
            return folder, True

    def _may_be_reused(self, taken: Item, conflict: str) -> bool:
        reuse = self.kind.folder_replace_gives_existing
        return conflict == "replace" and taken.is_folder and reuse

    def put_file(
        self,
        parent_id: str,
        name: str,
        source: Path,
        *,
        conflict: str = "replace",
        times: Times = NO_TIMES,
        if_match: str = "",
    ) -> tuple[Item, bool]:
        """Take the file at `source` in: the item, and whether it is new."""
        with self.blobs.adopting(source, name) as content, self.db.transaction():
            parent = self.get(parent_id)
            name = self.checked_place(parent, name)
            taken = self.child(parent, name)
            if taken is None or taken.is_folder or conflict != "replace":
                if taken:
                    name = self._other_name(parent, name, conflict)
                return self._add(parent, name, content, times), True
            self.check_match(taken, if_match)
            item = self._renew(taken, content, times)
        self.blobs.drop(taken.blob)
        return item, False

    def _add(self, parent: Item, name: str, content: Content, times: Times) -> Item:
        self.check_room(content.size)
        item = self.insert(parent, name, content=content, times=times)
        self.grow(parent, size=content.size, children=1)
        return item

    def replace_content(
        self, item_id: str, source: Path, *, if_match: str = ""
    ) -> Item:
        name = self.get(item_id).name
        with self.blobs.adopting(source, name) as content, self.db.transaction():
            item = self.get(item_id)
            if item.is_folder:
                raise invalid("A folder has no content.")
            self.check_match(item, if_match)
            renewed = self._renew(item, content, NO_TIMES)
        self.blobs.drop(item.blob)
        return renewed

    def update(
        self,
        item_id: str,
        *,
        name: str | None = None,
        parent_id: str | None = None,
        conflict: str = "fail",
        times: Times = NO_TIMES,
        if_match: str = "",
    ) -> Item:
        """Rename, move or set the times, all at once."""
        with self.db.transaction():
            item = self.get(item_id)
            self.check_match(item, if_match)
            if name is not None or parent_id is not None:
                self._move(item, name, parent_id, conflict)
            return self.mark_changed(
                item,
                fs_created=times.created or item.fs_created,
                fs_modified=times.modified or item.fs_modified,
            )

    def _move(
        self, item: Item, name: str | None, parent_id: str | None, conflict: str
    ) -> None:
        if item.parent is None:
            raise StoreError(403, "accessDenied", "The root cannot be moved.")
        old = self.get(item.parent)
        new = self.get(parent_id or item.parent)
        name = self.checked_place(new, item.name if name is None else name)
        if self.is_within(new, item):
            raise invalid("An item cannot be moved into itself.", "invalidPath")
        taken = self.child(new, name)
        if taken and taken.id != item.id:
            if conflict == "replace" and not (item.is_folder or taken.is_folder):
                self.recycle(taken)
            else:
                name = self._other_name(new, name, conflict)
        self.db.run(
            "UPDATE items SET parent = ?, name = ?, folded = ? WHERE id = ?",
            new.id,
            name,
            folded(name),
            item.id,
        )
        if new.id != old.id:
            self.grow(old, size=-item.size, children=-1)
            self.grow(new, size=item.size, children=1)

    def checked_place(self, parent: Item, name: str) -> str:
        """The name as it will be kept in this folder; refuses bad ones."""
        if not parent.is_folder:
            raise StoreError(400, "notAllowed", "The parent is not a folder.")
        name = checked_name(name, self.kind, at_root=parent.parent is None)
        check_path_length(f"{self.path(parent)}/{name}")
        return name

    def _other_name(self, parent: Item, name: str, conflict: str) -> str:
        if conflict not in BEHAVIOURS:
            raise invalid("The conflict behavior is unknown.")
        if conflict != "rename":
            raise name_taken(name)
        number = 1
        while self.child(parent, numbered(name, number, self.kind)):
            number += 1
        return numbered(name, number, self.kind)

    def _renew(self, item: Item, content: Content, times: Times) -> Item:
        self.check_room(content.size - item.size)
        self.grow(self.get(item.parent or ""), size=content.size - item.size)
        return self.mark_changed(
            item,
            **self.columns_of(content),
            content_version=item.content_version + 1,
            fs_modified=times.modified or iso(self.clock.now()),
        )
