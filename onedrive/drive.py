"""The gallery's folder in somebody's OneDrive: list, create, rename, delete, transfer.

Whatever is named by id is first proven to lie below the root folder.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from gallery.querysets import LARGEST_NUMBER
from onedrive import downloads, uploads
from onedrive.client import GraphClient, segment, with_query
from onedrive.confines import Confines
from onedrive.downloads import Downloaded
from onedrive.exceptions import (
    BadAnswer,
    ItemNotFound,
    NotConfigured,
    NotConnected,
    OneDriveError,
    OutsideRoot,
)
from onedrive.foresight import Batch, folders_of_last_time, foreseen, remember
from onedrive.items import DOWNLOAD, SELECT, DriveItem, Folder, Quota, is_ordinary
from onedrive.listings import read_listings
from onedrive.models import Connection
from onedrive.names import checked_name
from onedrive.uploads import UploadSession

__all__ = ["Downloaded", "Drive", "DriveItem", "Folder", "Quota", "UploadSession"]

DRIVE = "/me/drive"
QUOTA = (DRIVE, {"$select": "id,quota"})
PAGE = 1000  # Graph's largest


def item_path(item_id: str) -> str:
    return f"{DRIVE}/items/{segment(item_id)}"


def read_path(item_id: str, *, select: str = SELECT) -> str:
    return with_query(item_path(item_id), {"$select": select})


def children_path(folder_id: str) -> str:
    query = {"$select": SELECT, "$top": PAGE}
    return with_query(f"{item_path(folder_id)}/children", query)


def drive_of(user: Any, *, patience: float = 20.0, reach: float = math.inf) -> "Drive":
    """The drive that a user has connected. Somebody may be waiting: pauses of more than
    `patience` seconds are not waited for, nor is the first answer beyond `reach`."""
    connection = Connection.objects.filter(user=user).first()
    if connection is None:
        raise NotConnected
    client = GraphClient(connection, patience=patience, reach=reach)
    return Drive(client, settings.ONEDRIVE_ROOT_FOLDER_ID)


class Drive:
    """Raises OneDriveErrors. Made for one request or run: it remembers where things
    are, so it should not outlive much that people do in OneDrive."""

    def __init__(self, client: GraphClient, root_id: str):
        if not root_id:
            raise NotConfigured("No folder of the OneDrive is chosen for the gallery.")
        self.client = client
        self.root_id = root_id
        self._confines = Confines(root_id, self._read)

    # --- Reading: "Get drive", "Get driveItem", "List children of a driveItem" ------

    def check(self) -> None:
        """Returns when the drive itself has answered."""
        self.client.get(DRIVE, {"$select": "id"})

    def quota(self) -> Quota | None:
        return self._noted(self.client.get(*QUOTA))

    def root(self) -> DriveItem:
        """Raises NotConfigured when it is missing or no folder."""
        return self._root(self._read([self.root_id])[self.root_id])

    def folders(self) -> list[Folder]:
        """The folders directly below the root folder, each with its files."""
        return self.overview()[1]

    def overview(self) -> tuple[Quota | None, list[Folder]]:
        """The storage, if it is told, and the folders: mostly one round of calls, or
        two when the folders are others than the last time."""
        heads = [with_query(*QUOTA), read_path(self.root_id)]
        heads.append(children_path(self.root_id))
        ahead = [children_path(each) for each in folders_of_last_time(self.root_id)]
        quota, root, page, *answers = self.client.batch([*heads, *ahead])
        self._root(_item(root))
        if isinstance(page, OneDriveError):
            raise page
        batch = foreseen(self.client.batch, ahead, answers)
        return self._noted(quota), self._folders(page, batch)

    def _noted(self, answer: dict[str, Any] | OneDriveError) -> Quota | None:
        quota = _quota(answer)
        if quota:
            self.client.note_storage(quota)
        return quota

    def _folders(self, page: dict[str, Any], batch: Batch) -> list[Folder]:
        items = [
            item for item in _ordinary(self.client.all_items(page)) if item.is_folder
        ]
        for item in items:
            self._confines.found_inside(item.id)
        lists = read_listings(batch, [children_path(item.id) for item in items])
        remember(self.root_id, [item.id for item in items])
        return [_folder(*pair) for pair in zip(items, lists, strict=True)]

    def folder(self, folder_id: str) -> Folder:
        item = self._folder(folder_id)
        return _folder(item, list(self.client.pages(children_path(item.id))))

    def item(self, item_id: str) -> DriveItem:
        return _value(self.items([item_id])[item_id])

    def files(self, ids: Iterable[str]) -> dict[str, DriveItem | OneDriveError]:
        """As `items`, to be downloaded at once: one call for all their addresses."""
        return self.items(ids, select=f"{SELECT},{DOWNLOAD}")

    def items(
        self, ids: Iterable[str], *, select: str = SELECT
    ) -> dict[str, DriveItem | OneDriveError]:
        """By the ids as they were given."""
        found = self._read(list(dict.fromkeys(ids)), select=select)
        parents = {
            item.parent_id
            for item in found.values()
            if isinstance(item, DriveItem) and not self._confines.is_root(item.id)
        }
        refused = self._confines.refusals(parents)
        return {
            item_id: item
            if isinstance(item, OneDriveError) or self._confines.is_root(item.id)
            else refused.get(item.parent_id, item)
            for item_id, item in found.items()
        }

    def child(self, folder_id: str, name: str) -> DriveItem | None:
        """What is called so in a folder, in whichever case."""
        path = self._target(folder_id, checked_name(name)).removesuffix(":")
        try:
            return DriveItem.of(self.client.get(path, {"$select": SELECT}))
        except ItemNotFound:
            return None

    def way_to(self, item: DriveItem) -> tuple[DriveItem, ...]:
        """The folders between the root folder and this item, which was read here."""
        return tuple(self._confines.way(item))

    # --- Writing: "Create a new folder", "Update DriveItem", "Delete DriveItem" -----

    def folder_create(self, name: str, *, inside: str = "") -> DriveItem:
        """A new folder in that of the id `inside`, or in the root folder; when the
        name is taken, OneDrive finds another like it."""
        body = {
            "name": checked_name(name),
            "folder": {},
            "@microsoft.graph.conflictBehavior": "rename",
        }
        parent_id = self._folder(inside).id if inside else self.root_id
        path = f"{item_path(parent_id)}/children"
        folder = DriveItem.of(self.client.post(path, body))
        self._confines.found_inside(folder.id)
        return folder

    def rename(self, item_id: str, new_name: str) -> DriveItem:
        name = checked_name(new_name)
        item = self._changeable(item_id)
        return DriveItem.of(self.client.patch(item_path(item.id), {"name": name}))

    def delete(self, item_id: str) -> None:
        """Into OneDrive's recycle bin, a folder with all that is in it."""
        item = self._changeable(item_id)
        try:
            self.client.delete(item_path(item.id))
        except ItemNotFound:
            return  # gone in the meantime, or by a try whose answer was lost

    # --- Bytes ----------------------------------------------------------------------

    def download(
        self, item: DriveItem, to: BinaryIO | Path, *, limit: int
    ) -> Downloaded:
        """See `onedrive.downloads`; `limit` in bytes."""
        content = f"{item_path(item.id)}/content"
        return downloads.download(self.client, content, item, to, limit=limit)

    def upload_session(self, folder_id: str, file_name: str) -> UploadSession:
        """For somebody else to send the bytes to, such as a browser."""
        target = self._target(folder_id, checked_name(file_name))
        return uploads.begin(self.client, target)

    def upload_cancel(self, url: str) -> None:
        uploads.cancel(self.client, url)

    def upload(
        self,
        folder_id: str,
        path: Path,
        progress: Callable[[int], object] = lambda sent: None,
        *,
        name: str | None = None,
    ) -> DriveItem:
        """See `onedrive.uploads`; `progress` is given the bytes stored so far. The
        name is that of the path, if none is given."""
        name = checked_name(path.name if name is None else name)
        target = self._target(folder_id, name)
        return uploads.upload(self.client, target, path, progress)

    # --------------------------------------------------------------------------------

    def _read(
        self, ids: Sequence[str], *, select: str = SELECT
    ) -> dict[str, DriveItem | OneDriveError]:
        results: dict[str, DriveItem | OneDriveError] = {}
        paths: dict[str, str] = {}
        for item_id in ids:
            try:
                paths[item_id] = read_path(item_id, select=select)
            except ItemNotFound as error:
                results[item_id] = error
        answers = self.client.batch(list(paths.values()))
        for item_id, answer in zip(paths, answers, strict=True):
            results[item_id] = _item(answer)
        return results

    def _root(self, root: DriveItem | OneDriveError) -> DriveItem:
        if isinstance(root, ItemNotFound):
            raise NotConfigured("The gallery's folder is not in this OneDrive.")
        root = _value(root)
        if not root.is_folder:
            raise NotConfigured("What is chosen as the gallery's folder is a file.")
        self._confines.found_root(root)
        return root

    def _folder(self, folder_id: str) -> DriveItem:
        item = self.item(folder_id)
        if not item.is_folder:
            raise ItemNotFound("This is a file, not a folder.")
        return item

    def _changeable(self, item_id: str) -> DriveItem:
        item = self.item(item_id)
        if self._confines.is_root(item.id):
            raise OutsideRoot("This is the gallery's own folder, which has to stay.")
        return item

    def _target(self, folder_id: str, name: str) -> str:
        """The path of a file that is to be, proven to be inside."""
        return f"{item_path(self._folder(folder_id).id)}:/{segment(name)}:"


def _item(answer: dict[str, Any] | OneDriveError) -> DriveItem | OneDriveError:
    if isinstance(answer, OneDriveError):
        return answer
    try:
        return DriveItem.of(answer)
    except BadAnswer as error:
        return error


def _quota(drive: dict[str, Any] | OneDriveError) -> Quota | None:
    quota = None if isinstance(drive, OneDriveError) else drive.get("quota")
    quota = quota if isinstance(quota, dict) else {}
    used, total = quota.get("used"), quota.get("total")
    if not isinstance(used, int) or not isinstance(total, int):
        return None
    if not 0 <= used <= LARGEST_NUMBER or not 0 < total <= LARGEST_NUMBER:
        return None
    return Quota(used, total)


def _value(item: DriveItem | OneDriveError) -> DriveItem:
    if isinstance(item, OneDriveError):
        raise item
    return item


def _ordinary(children: Iterable[dict[str, Any]]) -> list[DriveItem]:
    return [DriveItem.of(child) for child in children if is_ordinary(child)]


def _folder(item: DriveItem, children: list[dict[str, Any]] | OneDriveError) -> Folder:
    if isinstance(children, OneDriveError):
        return Folder(item, error=children)
    files = [child for child in _ordinary(children) if not child.is_folder]
    return Folder(item, tuple(files))
