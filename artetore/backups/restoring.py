"""Puts a backup in the place of what is there."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.exceptions import ObjectDoesNotExist
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.serializers.base import DeserializationError
from django.db import DataError, IntegrityError, connection

from artetore.backups import tables
from artetore.backups.archive import (
    BackupRefused,
    Contents,
    Entry,
    OnBytes,
    entries,
    verified,
)
from gallery.models import Counter, Group, Image
from gallery.querysets import chunks
from gallery.transactions import transacted

# What rows raise that no backup of ours has, or that this database does not take.
UNFIT = (
    *(DeserializationError, IntegrityError, DataError),
    *(ObjectDoesNotExist, OverflowError),
)


def examined(*, path: Path, on_bytes: OnBytes = lambda count: None) -> Contents:
    """Read a backup through; whether it is whole and for this site. Raises
    BackupRefused and OSError."""
    contents = verified(path, on_bytes)
    if contents.tables != set(tables.tables()):
        raise BackupRefused("It holds other tables than this version of the site has.")
    if contents.header.get("migrations") != tables.migrations():
        raise BackupRefused(
            "It is of another version of the site. Restore it with that version, or "
            "migrate this database to the same state."
        )
    return contents


def restore(
    *, path: Path, contents: Contents, on_bytes: OnBytes = lambda count: None
) -> None:
    """Put what `examined` found whole in the place of all rows, files first.

    All rows or none. Numbers that were given out here stay taken, and the revision is
    one that no answer ever had. Files that nothing names any more are left to
    `prune_media`. Raises BackupRefused for rows that this database does not take.
    """
    for entry in entries(path):
        if entry.picture:
            _store(entry)
            on_bytes(entry.size)
    _replace_rows(path, contents, on_bytes)


def _store(entry: Entry) -> None:
    if not _is_stored(entry):
        content = File(entry.content)
        content.size = entry.size
        default_storage.save(entry.picture, content)


def _is_stored(entry: Entry) -> bool:
    try:
        if default_storage.size(entry.picture) != entry.size:
            return False
        with default_storage.open(entry.picture) as file:
            return _sha256(file.file) == _sha256(entry.content)
    except FileNotFoundError:
        return False
    finally:
        entry.content.seek(0)


def _sha256(file: IO[bytes]) -> bytes:
    return hashlib.file_digest(file, "sha256").digest()


@transacted
def _replace_rows(path: Path, contents: Contents, on_bytes: OnBytes) -> None:
    taken = _Taken.now()
    models = tables.tables()
    with connection.constraint_checks_disabled():
        tables.empty()
        for entry in entries(path):
            if entry.table:
                with _refused(f"{entry.table}: "):
                    tables.load(models[entry.table], _told(entry.content, on_bytes))
    with _refused(""):
        connection.check_constraints()
        _require_files(contents)
        taken.keep()


def _told(lines: Iterable[bytes], on_bytes: OnBytes) -> Iterator[bytes]:
    for line in lines:
        yield line
        on_bytes(len(line))


@contextmanager
def _refused(place: str) -> Iterator[None]:
    try:
        yield
    except UNFIT as error:
        why = error.__cause__ or error
        raise BackupRefused(f"{place}{why}") from error


def _require_files(contents: Contents) -> None:
    """No row without its file, but for those that lacked it when they were saved."""
    there = contents.pictures.union(contents.header["missing"])
    for image in tables.rows(Image):
        if not there.issuperset(image.files):
            raise BackupRefused(f"It holds no file of picture {image.pk} ({image}).")


@dataclass(frozen=True)
class _Taken:
    """Numbers that were given out, and the revision."""

    counters: dict[str, int]
    image_numbers: dict[int, int]

    @classmethod
    def now(cls) -> "_Taken":
        return cls(
            dict(Counter.objects.values_list("name", "value")),
            dict(Group.objects.values_list("number", "next_image_number")),
        )

    def keep(self) -> None:
        for name, value in self.counters.items():
            Counter.raise_to(name, value)
        for numbers in chunks(list(self.image_numbers)):
            for group in Group.objects.numbered_any(numbers):
                following = self.image_numbers[group.number]
                if group.next_image_number < following:
                    group.next_image_number = following
                    group.save(update_fields=["next_image_number"])
        Counter.raise_(Counter.REVISION)
