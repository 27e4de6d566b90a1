"""What tests of the ledger share: orders, ways in which files end, time gone by."""

import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from django.utils import timezone

from gallery.models import Image
from gallery.services import picture_store
from gallery.tests import samples
from onedrive import ledger
from onedrive.items import DriveItem
from onedrive.models import Import, ImportItem
from onedrive.orders import FileOrder, FolderOrder
from onedrive.outcomes import Failure, Kind, Stored

SECOND = timedelta(seconds=1)


def order(
    *names: str, folder: str = "Alps", replaces: bool = False, **more: Any
) -> FolderOrder:
    files = tuple(FileOrder(f"TESTS!{name}", name, replaces) for name in names)
    return FolderOrder(folder, more.pop("group", None), files, **more)


def begin(owner: Any, *orders: FolderOrder, retries: bool = True) -> Import:
    origin = Import.Origin.COMMAND
    return ledger.start(owner=owner, orders=orders, origin=origin, retries=retries)


def claim(limit: int = 100, run: Import | None = None) -> dict[str, ImportItem]:
    """By their names, in the order in which they came, and begun."""
    items = ledger.claim(limit=limit, runs=run and [run.pk])
    for item in items:
        assert ledger.begin(item=item)
    return {item.file_name: item for item in items}


def taken(item: ImportItem, version: str = "") -> Stored:
    """As a worker ends with it; another version is another content."""
    number = crc32(f"{item.file_id}{version}".encode())
    data = samples.png((40 + number % 977, 30 + number // 977 % 89))
    source = DriveItem(
        id=item.file_id,
        name=item.file_name,
        size=len(data),
        created="",
        modified="",
        is_folder=False,
        ctag=f"tag{version}",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original"
        path.write_bytes(data)
        names = {"name": item.file_name, "folder_name": item.folder.name}
        return Stored(picture_store(path=path, **names), source)


def failure(
    kind: Kind = Kind.POSTPONED, seconds: float = 0, reason: str = "It rained."
) -> Failure:
    return Failure(ImportItem.Stage.DOWNLOAD, reason, kind, seconds)


def take_all(items: Iterable[ImportItem]) -> None:
    for item in items:
        assert ledger.settle(item=item, outcome=taken(item))


def do(run: Import) -> dict[str, str]:
    """All that can be claimed of it is taken; how its items stand then."""
    take_all(claim(run=run).values())
    return states(run)


def fail(item: ImportItem, *args: Any, **options: Any) -> ImportItem:
    """As it stands afterwards."""
    assert ledger.settle(item=item, outcome=failure(*args, **options))
    item.refresh_from_db()
    return item


def pass_time(*names: str) -> None:
    """What the items of these names, or all, wait for, has come: their next try, or
    the end of their leases."""
    items = ImportItem.objects.filter(state__in=["waiting", "running"])
    items = items.filter(file_name__in=names) if names else items
    items.update(due=timezone.now() - SECOND)


def states(run: Import) -> dict[str, str]:
    return dict(run.items.order_by("pk").values_list("file_name", "state"))


def places() -> list[tuple[int, int, str]]:
    """Group, number and name of all pictures, as they stand."""
    rows = Image.objects.by_group()
    return list(rows.values_list("group__number", "number", "name"))


def minutes_left(item: ImportItem) -> int:
    return round((item.due - timezone.now()) / timedelta(minutes=1))
