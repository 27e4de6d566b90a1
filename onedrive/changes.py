"""What changed in a drive since the last look, or all that it holds.

Follows Microsoft's page "driveItem: delta". A page may be empty, tell an item again
and take back what an earlier one told: only a whole round is the truth, so nothing is
given for a part of one.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from onedrive import batches
from onedrive.client import SIDE_BY_SIDE, GraphClient, with_query
from onedrive.drive import DRIVE, PAGE, Drive, children_path, read_path
from onedrive.exceptions import (
    BadAnswer,
    GraphError,
    ItemNotFound,
    OneDriveError,
    ResyncRequired,
)
from onedrive.items import SELECT, DriveItem, id_key, is_ordinary
from onedrive.listings import GRAPH, Listing, read_listings

logger = logging.getLogger(__name__)

DELTA = f"{DRIVE}/root/delta"
ASKED = {"$select": f"{SELECT},deleted,bundle", "$top": PAGE}
FOLDERS_AT_ONCE = SIDE_BY_SIDE * batches.SIZE

# With these OneDrive also refuses links that were good a moment ago.
DOUBTFUL = (400, 404)

OnPage = Callable[[int], object]


@dataclass(frozen=True)
class Changes:
    """What a round told. `items` by `id_key`, the last word on each; `gone`: keys told
    as deleted; `link`: where the next round begins (a path below GRAPH, never shown or
    logged); `complete`: all that the drive holds is in `items`, and what is not there
    is gone."""

    items: dict[str, DriveItem]
    gone: frozenset[str]
    link: str = field(repr=False)
    complete: bool


def read_changes(
    client: GraphClient, link: str = "", on_page: OnPage = lambda told: None
) -> Changes:
    """All changes since `link`; without one, or when OneDrive no longer takes it, all
    that the drive holds. The drive's own root is among the items.

    `on_page` is given how many items were told so far. Raises ResyncRequired when not
    even a list that was begun anew comes to its end, and other OneDriveErrors, after
    which the same link still serves.
    """
    if link:
        try:
            return _round(client, link, on_page, complete=False)
        except ResyncRequired as error:
            logger.info("OneDrive has its list read anew (%d).", error.status)
    return _round(client, with_query(DELTA, ASKED), on_page, complete=True)


def latest_link(client: GraphClient) -> str:
    """The link for all changes from now on. Raises as `read_changes` does."""
    path = with_query(DELTA, {**ASKED, "token": "latest"})
    return _read(client, path, lambda told: None)[1]


def crawl(
    drive: Drive,
    on_page: OnPage = lambda found: None,
    *,
    below: Sequence[str] | None = None,
) -> dict[str, DriveItem]:
    """All files and folders on all levels below the root folder, or below these
    folders, by `id_key`, never the root folder itself; the way for drives whose list
    of changes fails.

    `on_page` is given how many were found so far. What moves meanwhile may be missed:
    changes since a `latest_link` from before tell of it. Raises the error of any list
    that could not be read, as what is missing from a part is not gone.
    """
    waiting = [drive.root().id] if below is None else list(below)
    listed = {id_key(folder_id) for folder_id in waiting}
    found: dict[str, DriveItem] = {}
    while waiting:
        part, waiting = waiting[:FOLDERS_AT_ONCE], waiting[FOLDERS_AT_ONCE:]
        for child in _children(drive, part):
            key = id_key(child.id)
            if child.is_folder and key not in listed:
                listed.add(key)
                waiting.append(child.id)
            found[key] = child
        on_page(len(found))
    found.pop(id_key(drive.root_id), None)
    return found


def _children(drive: Drive, folder_ids: list[str]) -> list[DriveItem]:
    paths = [children_path(folder_id) for folder_id in folder_ids]
    children: list[DriveItem] = []
    for listing in read_listings(drive.client.batch, paths):
        if isinstance(listing, OneDriveError):
            raise listing
        children += [DriveItem.of(entry) for entry in listing if is_ordinary(entry)]
    return children


# --- A round ------------------------------------------------------------------------


class _Told:
    """The last word on each item in the pages so far; of `nameless` their ids."""

    def __init__(self) -> None:
        self.items: dict[str, DriveItem] = {}
        self.gone: set[str] = set()
        self.nameless: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.items) + len(self.gone) + len(self.nameless)

    def take(self, page: dict[str, Any]) -> None:
        entries = page.get("value")
        if not isinstance(entries, list):
            raise BadAnswer("OneDrive's list of changes could not be read.")
        for entry in entries:
            self._take(entry)

    def _take(self, entry: Any) -> None:
        if not isinstance(entry, dict):
            raise BadAnswer("OneDrive's list of changes could not be read.")
        item = DriveItem.of(entry)
        key = id_key(item.id)
        self.items.pop(key, None)
        self.gone.discard(key)
        self.nameless.pop(key, None)
        if entry.get("deleted") is not None:
            self.gone.add(key)
        elif is_ordinary(entry) and (item.name or "root" in entry):
            self.items[key] = item
        elif is_ordinary(entry):
            self.nameless[key] = item.id

    def ask(self, client: GraphClient) -> None:
        """Nameless entries may be what is left of a deleted item: it is asked for."""
        paths = [read_path(item_id) for item_id in self.nameless.values()]
        for key, answer in zip(self.nameless, client.batch(paths), strict=True):
            if isinstance(answer, ItemNotFound):
                self.gone.add(key)
            elif isinstance(answer, OneDriveError):
                raise answer
            elif is_ordinary(answer):
                self.items[key] = DriveItem.of(answer)


def _round(
    client: GraphClient, path: str, on_page: OnPage, *, complete: bool
) -> Changes:
    told, link = _read(client, path, on_page)
    told.ask(client)
    return Changes(told.items, frozenset(told.gone), link, complete)


def _read(client: GraphClient, path: str, on_page: OnPage) -> tuple[_Told, str]:
    """What all pages of a round told, and the link to the next round."""
    told, listing = _Told(), Listing()
    while True:
        page = _page(client, path)
        told.take(page)
        next_path, link = listing.next_path(page), _next_round(page)
        if (next_path is None) == (link is None):
            raise BadAnswer("OneDrive's list of changes has no clear end.")
        on_page(len(told))
        if link is not None:
            return told, link
        path = next_path


def _page(client: GraphClient, path: str, *, tries: int = 2) -> dict[str, Any]:
    """Raises ResyncRequired in whichever words OneDrive refuses the link."""
    try:
        return client.get(path)
    except GraphError as error:
        lost = error.status == 410 or error.code.lower() == "syncstatenotfound"
        if not lost and error.status not in DOUBTFUL:
            raise
        if not lost and tries > 1:
            return _page(client, path, tries=tries - 1)
        raise ResyncRequired(
            code=error.code, request_id=error.request_id, status=error.status
        ) from error


def _next_round(page: dict[str, Any]) -> str | None:
    """The path below GRAPH, as our token will go with it."""
    link = page.get("@odata.deltaLink")
    if link is None:
        return None
    if not isinstance(link, str) or not link.startswith(f"{GRAPH}/"):
        raise BadAnswer("OneDrive's list leads to another place.")
    return link.removeprefix(GRAPH)
