"""Brings the mirror up to date: reads what changed in the drive, then writes it.

Nothing here changes the gallery; what is to become of it is for `onedrive.plans`.
"""

from collections.abc import Callable
from dataclasses import replace

from onedrive.changes import Changes, crawl, latest_link, read_changes
from onedrive.drive import Drive
from onedrive.exceptions import (
    ItemNotFound,
    NotConfigured,
    OneDriveError,
    OutsideRoot,
    ResyncRequired,
)
from onedrive.items import DriveItem, id_key
from onedrive.mirror_rows import is_inside, parents_of, write
from onedrive.models import Mirror

OnPage = Callable[[int], object]


def refresh(
    *, mirror: Mirror, drive: Drive, on_page: OnPage = lambda items: None
) -> None:
    """Read what changed in the drive since the last time, all of it or nothing.

    `on_page` is given how many items were told so far. Raises OneDriveErrors:
    NotConfigured when the root folder is gone, which removes nothing.
    """
    if mirror.root_id != drive.root_id:
        mirror.root_id, mirror.link = drive.root_id, ""
    try:
        changes = read_changes(drive.client, mirror.link, on_page)
    except ResyncRequired:
        changes = _crawled(mirror, drive, on_page)
    mirror.root_key = _root_key(mirror, changes, drive)
    write(mirror, _with_arrivals(mirror, changes, drive, on_page))


def _crawled(mirror: Mirror, drive: Drive, on_page: OnPage) -> Changes:
    """Everything, where there is no list of changes to be had. A crawl can miss what
    is there, so that what it did not see is asked for by name."""
    try:
        link = latest_link(drive.client)
    except OneDriveError:
        link = ""
    root = drive.root()
    items = crawl(drive, on_page=on_page) | {id_key(root.id): root}
    known = mirror.files.filter(gone=False).values_list("key", "item_id")
    missed = {item_id: key for key, item_id in known if key not in items}
    for item_id, answer in drive.items(missed).items():
        if isinstance(answer, DriveItem):
            items[missed[item_id]] = answer
        elif not isinstance(answer, (ItemNotFound, OutsideRoot)):
            raise answer
    return Changes(items, frozenset(), link, complete=True)


def _root_key(mirror: Mirror, changes: Changes, drive: Drive) -> str:
    """That of the root folder as OneDrive itself names it: its id may have changed
    since it was written into the settings."""
    key = id_key(drive.root_id) if changes.complete else mirror.root_key
    if key in changes.gone:
        raise NotConfigured("The gallery's folder is not in this OneDrive any more.")
    if changes.complete and key not in changes.items:
        return id_key(drive.root().id)
    return key


def _with_arrivals(
    mirror: Mirror, changes: Changes, drive: Drive, on_page: OnPage
) -> Changes:
    """A folder that was moved to below the root comes by itself: what is in it has
    not changed. So what is new in our sight is listed."""
    if changes.complete or not changes.items:
        return changes
    parents = parents_of(mirror, changes)
    known = set(mirror.folders.filter(gone=False).values_list("key", flat=True))
    new = {
        key: item
        for key, item in changes.items.items()
        if item.is_folder and key not in known
        if is_inside(key, parents, mirror.root_key)
    }
    tops = [each.id for each in new.values() if id_key(each.parent_id) not in new]
    if not tops:
        return changes
    found = crawl(drive, below=tops, on_page=on_page)
    return replace(changes, items=changes.items | found)
