"""What an import is to take, and how it stands in the ledger before anybody came."""

from dataclasses import dataclass, replace
from typing import Self

from django.utils import timezone

from gallery.files import clean_text
from gallery.models import NAME_LENGTH, Group
from gallery.querysets import CHUNK, LARGEST_NUMBER
from onedrive.exceptions import ItemNotFound
from onedrive.items import id_key
from onedrive.models import (
    ID_LENGTH,
    REASON_LENGTH,
    Import,
    ImportFolder,
    ImportItem,
)


@dataclass(frozen=True)
class FileOrder:
    """`replaces`: its pictures are in the gallery and get the new content."""

    file_id: str
    file_name: str
    replaces: bool = False


@dataclass(frozen=True)
class FolderOrder:
    """Files to put into one group: that of a number, or for None a new one with the
    folder's name for a title. `source` is the key of a DriveFolder, whose group, once
    there is one, is filled instead."""

    folder_name: str
    group: int | None
    files: tuple[FileOrder, ...]
    source: int | None = None

    def into(self, group: int) -> Self:
        """The same files for a group that somebody chose."""
        return replace(self, group=group, source=None)


def write_down(run: Import, order: FolderOrder) -> None:
    """What can't be (an unknown group, an id that is none) is there as failed."""
    unknown = order.group is not None and not _is_group(order.group)
    folder = ImportFolder.objects.create(
        run=run,
        name=clean_text(order.folder_name, NAME_LENGTH),
        number=_kept(order.group),
        source_id=order.source,
    )
    refusal = f"There is no group {order.group}." if unknown else ""
    ImportItem.objects.bulk_create(
        (_new_item(folder, file, refusal) for file in order.files), batch_size=CHUNK
    )


def _is_group(number: int) -> bool:
    return Group.objects.numbered(number).exists()


def _kept(number: int | None) -> int | None:
    """An unknown group stays one, also when its files are tried again."""
    return None if number is None else min(max(number, 0), LARGEST_NUMBER)


def _new_item(folder: ImportFolder, file: FileOrder, refusal: str) -> ImportItem:
    file_id = clean_text(file.file_id, ID_LENGTH)
    key = id_key(file_id)
    if file_id != file.file_id or len(key) > ID_LENGTH:
        refusal = refusal or ItemNotFound.message
    now = timezone.now()
    item = ImportItem(
        run_id=folder.run_id,
        folder=folder,
        file_id=file_id,
        key=key[:ID_LENGTH],
        file_name=clean_text(file.file_name, NAME_LENGTH),
        replaces=file.replaces,
        due=now,
    )
    if refusal:
        item.state, item.stage = ImportItem.State.FAILED, ImportItem.Stage.READ
        item.reason, item.settled = refusal[:REASON_LENGTH], now
    return item
