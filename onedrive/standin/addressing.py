"""Where a request points to.

Microsoft's page "Addressing resources in a drive on OneDrive".
"""

import re
from dataclasses import dataclass

from .errors import StoreError, invalid
from .items import Item
from .store import Store

SHAPE = re.compile(
    r"(?:root|items/(?P<id>[^/:]+)|items\('(?P<quoted>[^']+)'\)"
    r"|special/(?P<special>\w+))"
    r"(?P<path>:/[^:]*:?)?"
    r"(?:/(?P<relation>.*))?"
)
CALL = re.compile(r"(?P<name>[\w.]+)\((?:\w+=)?'(?P<argument>.*)'\)")
SPECIAL_FOLDERS = {
    "photos": "/Pictures",
    "cameraroll": "/Pictures/Camera Roll",
    "documents": "/Documents",
    "approot": "/Apps",
}


@dataclass(frozen=True)
class Address:
    """An item of the drive, by id and path, and what is asked of it."""

    item_id: str = ""
    path: str = ""
    relation: str = ""
    rest: str = ""  # after the relation: `thumbnails/0/large` -> `0/large`
    argument: str = ""  # `search(q='text')` -> `text`

    def item(self, store: Store) -> Item:
        return store.at(self._anchor(store), self.path)

    def place(self, store: Store) -> tuple[Item, str]:
        """The folder and the name that the path means, be there such an item or not."""
        above, _, name = self.path.rstrip("/").rpartition("/")
        if not name:
            raise invalid("File name not provided in url", "invalidPath")
        return store.at(self._anchor(store), above), name

    def _anchor(self, store: Store) -> Item:
        return store.get(self.item_id) if self.item_id else store.root


def parse(text: str) -> Address:
    """From what follows `/me/drive/`, percent-decoded."""
    match = SHAPE.fullmatch(text)
    if match is None or match["special"] not in (None, *SPECIAL_FOLDERS):
        raise StoreError(400, "BadRequest", "Resource not found for the segment.")
    relation, _, rest = (match["relation"] or "").partition("/")
    called = CALL.fullmatch(match["relation"] or "")
    path = (match["path"] or "").strip(":")
    return Address(
        item_id=match["id"] or match["quoted"] or "",
        path=SPECIAL_FOLDERS.get(match["special"] or "", "") + path,
        relation=called["name"] if called else relation,
        rest="" if called else rest,
        argument=called["argument"].replace("''", "'") if called else "",
    )
