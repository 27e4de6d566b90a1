"""Imports that somebody waits for, and what there is to import."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gallery.models import Image
from gallery.transactions import transacted
from onedrive import ledger
from onedrive.drive import Folder
from onedrive.exceptions import NotConnected
from onedrive.homes import Home, homes
from onedrive.items import id_key
from onedrive.models import Connection, Import, ImportItem
from onedrive.orders import FileOrder, FolderOrder
from onedrive.presence import groups_by_key, keys_ordered
from onedrive.worker import Worker

__all__ = [
    *("FileOrder", "FolderOrder", "Report"),
    *("import_folders", "import_new", "orders_by_folder", "orders_for_new"),
]


@dataclass(frozen=True)
class Refusal:
    file: FileOrder
    reason: str


@dataclass
class Report:
    images: list[Image] = field(default_factory=list)
    failed: list[Refusal] = field(default_factory=list)


def import_folders(
    *,
    owner: Any,
    orders: Iterable[FolderOrder],
    origin: str = Import.Origin.FRONTEND,
    on_turn: Callable[[Import], object] = lambda run: None,
) -> Report:
    """Import what is ordered, and answer when every file was tried once.

    A file ordered twice counts once. What could not be imported is in `failed`,
    with its reason, and does not spoil the rest. If this process dies, a worker goes
    on. Raises NotConnected when nothing came because of that.
    """
    orders = list(_without_repeats(orders))
    run = ledger.start(owner=owner, orders=orders, origin=origin, retries=False)
    Worker(runs=[run.pk], on_turn=lambda: on_turn(run)).run()
    report = _report(run, [file for order in orders for file in order.files])
    if not report.images and report.failed and _needs_consent(owner):
        raise NotConnected
    return report


def _report(run: Import, files: Sequence[FileOrder]) -> Report:
    report = Report()
    items = run.items.order_by("pk").select_related("image")
    for file, item in zip(files, items, strict=True):
        if item.state == ImportItem.State.DONE:
            report.images += [item.image] if item.image else []
        else:
            report.failed.append(Refusal(file, item.reason))
    return report


def _needs_consent(owner: Any) -> bool:
    return Connection.objects.filter(
        user=owner, state=Connection.State.NEEDS_CONSENT
    ).exists()


@transacted
def import_new(
    *, owner: Any, folders: Iterable[Folder], group: int | None = None
) -> Import | None:
    """Order what is new in these folders for the workers; None when nothing is.

    Each folder into the group that it fills, else a new one; or all into one group,
    of this number. Two who order the same at once order it once.
    """
    list(Connection.objects.select_for_update().filter(user=owner))
    orders = orders_for_new(folders)
    if group is not None:
        orders = [order.into(group) for order in orders]
    if not orders:
        return None
    return ledger.start(owner=owner, orders=orders, origin=Import.Origin.STAFF)


def orders_for_new(folders: Iterable[Folder]) -> list[FolderOrder]:
    """The pictures in these folders that the gallery has not taken or ordered yet.

    A folder that has a group goes on filling it.
    """
    return [order for order in orders_by_folder(folders) if order.files]


def orders_by_folder(folders: Iterable[Folder]) -> list[FolderOrder]:
    """The same, one for each folder: without files where nothing is new."""
    folders = list(folders)
    keys = [id_key(file.id) for folder in folders for file in folder.files]
    known = groups_by_key(keys).keys() | keys_ordered(keys)
    found = homes([id_key(folder.item.id) for folder in folders])
    return [
        _order_for_new(folder, found[id_key(folder.item.id)], known)
        for folder in folders
    ]


def _order_for_new(folder: Folder, home: Home, known: Collection[str]) -> FolderOrder:
    files = {id_key(file.id): file for file in folder.files if file.is_picture}
    return FolderOrder(
        folder_name=folder.item.name,
        group=home.group,
        source=home.source,
        files=tuple(
            FileOrder(file.id, file.name)
            for key, file in files.items()
            if key not in known
        ),
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
