"""A folder as people look at it: the way to it, and page by page what is in it.

Follows Microsoft's page "List children of a driveItem".
"""

from dataclasses import dataclass, field

from onedrive.client import GraphClient, with_query
from onedrive.drive import Drive, item_path
from onedrive.exceptions import ItemNotFound
from onedrive.items import SELECT, DriveItem, is_ordinary
from onedrive.listings import Listing

PAGE = 60


@dataclass(frozen=True)
class FolderView:
    """`way`: the folders above, without the root folder. `items`: folders first.
    `next_path`: of the page that follows, or ""; opaque, never to be made up."""

    folder: DriveItem
    way: tuple[DriveItem, ...]
    items: tuple[DriveItem, ...]
    next_path: str = field(repr=False)


def look(drive: Drive, folder_id: str, path: str = "") -> FolderView:
    """The folder's first page, or that of a `next_path`. Raises OneDriveErrors."""
    folder = drive.item(folder_id)
    if not folder.is_folder:
        raise ItemNotFound("This is a file, not a folder.")
    items, next_path = _read_page(drive.client, path or _first_path(folder))
    items.sort(key=lambda item: not item.is_folder)
    return FolderView(folder, drive.way_to(folder), tuple(items), next_path)


def _first_path(folder: DriveItem) -> str:
    query = {"$select": SELECT, "$top": PAGE}
    return with_query(f"{item_path(folder.id)}/children", query)


def _read_page(client: GraphClient, path: str) -> tuple[list[DriveItem], str]:
    """Past pages that are empty."""
    listing, items, following = Listing(), [], path
    while following and not items:
        page = client.get(following)
        entries = filter(is_ordinary, listing.new_items(page))
        items = [DriveItem.of(entry) for entry in entries]
        following = listing.next_path(page) or ""
    return items, following
