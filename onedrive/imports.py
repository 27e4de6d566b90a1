"""Takes files of the drive into the gallery: download, variants, then the rows.

Downloads run side by side over all folders. A file is stored as soon as it has
arrived, so memory and temporary files are bounded by what is in hand; the rows of
a folder's pictures come in one transaction when all of its files were tried.
"""

import logging
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.db import connections

from gallery.exceptions import GalleryError
from gallery.models import Group, Image
from gallery.services import NewImage, discard, images_add, picture_store
from gallery.transactions import transacted
from onedrive.drive import Drive, DriveItem, Folder
from onedrive.exceptions import NotConnected, OneDriveError
from onedrive.models import DriveImage

logger = logging.getLogger(__name__)

WORKERS = 8


@dataclass(frozen=True)
class FileOrder:
    file_id: str
    file_name: str


@dataclass(frozen=True)
class FolderOrder:
    """Files to put into one group: that of a number, or for None a new one with the
    folder's name for a title."""

    folder_name: str
    group: int | None
    files: tuple[FileOrder, ...]


@dataclass(frozen=True)
class Failure:
    file: FileOrder
    reason: str


@dataclass
class Report:
    images: list[Image] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


@dataclass(frozen=True)
class _Taken:
    file: FileOrder
    item: DriveItem
    picture: NewImage


def import_folders(
    *,
    drive: Drive,
    orders: Sequence[FolderOrder],
    on_file: Callable[[], object] = lambda: None,
) -> Report:
    """Import what is ordered; `on_file` is called once for each file tried.

    A file ordered twice counts once. What could not be imported is in `failed`,
    with its reason, and does not spoil the rest. Raises NotConnected.
    """
    orders = list(_without_repeats(orders))
    items = _items(drive, [file.file_id for order in orders for file in order.files])
    report = Report()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="import") as pool:
        running = [
            (order, _submit(pool, drive, order, items, on_file)) for order in orders
        ]
        try:
            for order, futures in running:
                _finish(order, [future.result() for future in futures], report)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return report


def orders_for_new(folders: Iterable[Folder]) -> list[FolderOrder]:
    """What these folders hold and the gallery has not taken from them yet.

    A folder of which a part was taken goes on filling that group.
    """
    orders = (_order_for_new(folder) for folder in folders)
    return [order for order in orders if order.files]


def _order_for_new(folder: Folder) -> FolderOrder:
    known = dict(
        DriveImage.objects.filter(
            item_id__in=[file.id for file in folder.files]
        ).values_list("item_id", "image__group__number")
    )
    new = [file for file in folder.files if file.id not in known]
    return FolderOrder(
        folder_name=folder.item.name,
        group=next(iter(known.values()), None),
        files=tuple(FileOrder(file.id, file.name) for file in new),
    )


def _without_repeats(orders: Iterable[FolderOrder]) -> Iterable[FolderOrder]:
    seen: set[str] = set()
    for order in orders:
        files = {file.file_id: file for file in reversed(order.files)}
        once = [
            file for file_id, file in reversed(files.items()) if file_id not in seen
        ]
        seen.update(files)
        yield replace(order, files=tuple(once))


def _items(drive: Drive, ids: list[str]) -> dict[str, DriveItem | OneDriveError]:
    try:
        return drive.items(ids)
    except NotConnected:
        raise
    except OneDriveError as error:
        return dict.fromkeys(ids, error)


def _submit(
    pool: ThreadPoolExecutor,
    drive: Drive,
    order: FolderOrder,
    items: dict[str, DriveItem | OneDriveError],
    on_file: Callable[[], object],
) -> list["Future[_Taken | Failure]"]:
    refusal = ""
    if order.group is not None and not Group.objects.numbered(order.group).exists():
        refusal = f"There is no group {order.group}."

    def run(file: FileOrder) -> _Taken | Failure:
        try:
            if refusal:
                return Failure(file, refusal)
            return _take(drive, order.folder_name, file, items[file.file_id])
        finally:
            on_file()
            connections.close_all()

    return [pool.submit(run, file) for file in order.files]


def _take(
    drive: Drive, folder_name: str, file: FileOrder, item: DriveItem | OneDriveError
) -> _Taken | Failure:
    try:
        if isinstance(item, OneDriveError):
            raise item
        with tempfile.TemporaryDirectory(prefix="artetore-") as folder:
            path = Path(folder) / "original"
            arrived = drive.download(item, path, limit=settings.MAX_PICTURE_BYTES)
            picture = picture_store(
                path=path,
                name=item.name,
                folder_name=folder_name,
                sha256=arrived.sha256,
            )
        return _Taken(file, item, picture)
    except (OneDriveError, GalleryError) as error:
        return Failure(file, str(error))
    except OSError as error:
        logger.exception("A file could not be stored.")
        return Failure(file, f"It could not be stored: {error.strerror}.")


def _finish(
    order: FolderOrder, results: Sequence[_Taken | Failure], report: Report
) -> None:
    report.failed += [result for result in results if isinstance(result, Failure)]
    taken = [result for result in results if isinstance(result, _Taken)]
    if not taken:
        return
    try:
        report.images += _store_rows(order, taken)
    except GalleryError as error:
        report.failed += [Failure(entry.file, str(error)) for entry in taken]
        discard(entry.picture for entry in taken)
    except Exception:
        discard(entry.picture for entry in taken)
        raise


@transacted
def _store_rows(order: FolderOrder, taken: Sequence[_Taken]) -> list[Image]:
    pictures = [entry.picture for entry in taken]
    images = images_add(group=order.group, images=pictures, title=order.folder_name)
    DriveImage.objects.bulk_create(
        DriveImage.of(image, entry.item)
        for image, entry in zip(images, taken, strict=True)
    )
    return images
