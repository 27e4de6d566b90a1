"""What somebody has chosen in a folder, as folders with files to import."""

from collections import defaultdict
from collections.abc import Iterable

from onedrive.changes import crawl
from onedrive.drive import Drive
from onedrive.exceptions import ItemNotFound, OutsideRoot
from onedrive.items import DriveItem, Folder, id_key


def gather(drive: Drive, folder_id: str, chosen: Iterable[str]) -> list[Folder]:
    """Chosen folders and all folders below them, each with its own files, and the
    folder `folder_id` with the files that were chosen in it.

    What is gone or lies outside is left out. Raises OneDriveErrors.
    """
    here = drive.item(folder_id)
    items = chosen_items(drive, chosen)
    tops = [item.id for item in items if item.is_folder]
    items += crawl(drive, below=tops).values() if tops else []
    files: dict[str, dict[str, DriveItem]] = defaultdict(dict)
    for item in items:
        if not item.is_folder:
            files[id_key(item.parent_id)][id_key(item.id)] = item
    folders = {id_key(item.id): item for item in [here, *items] if item.is_folder}
    return [
        Folder(item, tuple(files[key].values()))
        for key, item in folders.items()
        if files[key]
    ]


def chosen_items(drive: Drive, ids: Iterable[str]) -> list[DriveItem]:
    """Those of them that are still there and not outside."""
    found = drive.items(ids).values()
    for item in found:
        if not isinstance(item, DriveItem | ItemNotFound | OutsideRoot):
            raise item
    return [item for item in found if isinstance(item, DriveItem)]
