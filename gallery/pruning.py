"""Files that no row names: what is left of imports and writes that were interrupted.

Young ones are let be, as their rows may be still to come.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.utils import timezone

from gallery.cleanup import BATCH, remove_unnamed, unnamed
from gallery.exceptions import StorageFailed
from gallery.progress import Progress, quiet
from gallery.querysets import chunks
from gallery.storage import files_in, folders


@dataclass(frozen=True)
class LooseFile:
    """Its name in the storage; its size in bytes."""

    name: str
    size: int

    def __str__(self) -> str:
        return f"{printable(self.name)} ({self.size:,} bytes)"


@dataclass
class Pruning:
    removed: list[LooseFile] = field(default_factory=list)
    failed: list[LooseFile] = field(default_factory=list)


def prune(*, hours: int, progress: Progress = quiet) -> Pruning:
    """Remove the loose files that are older than that; says which, and which stuck.

    Each is looked up once more under the lock of `remove_unnamed`: an add either has
    its row by then or finds the file gone. Raises StorageFailed.
    """
    pruning = Pruning()
    found = loose_files(hours=hours, progress=progress)
    while batch := list(islice(found, BATCH)):
        gone = remove_unnamed(file.name for file in batch)
        pruning.removed += [file for file in batch if gone.get(file.name)]
        pruning.failed += [file for file in batch if gone.get(file.name) is False]
    return pruning


def loose_files(*, hours: int, progress: Progress = quiet) -> Iterator[LooseFile]:
    """Those older than so many hours; for 0, all. Raises StorageFailed."""
    before = timezone.now() - timedelta(hours=hours) if hours else None
    places = folders()
    for folder in progress(places, len(places)):
        for chunk in chunks(files_in(folder)):
            for name in sorted(unnamed(chunk)):
                if file := _examined(name, before):
                    yield file


def _examined(name: str, before: datetime | None) -> LooseFile | None:
    """None when it is younger, or went while the others were looked at."""
    try:
        if before and default_storage.get_modified_time(name) > before:
            return None
        return LooseFile(name, default_storage.size(name))
    except Exception as error:  # each storage has its own family
        if not default_storage.exists(name):
            return None
        raise StorageFailed(f"{name} cannot be examined: {error}") from error


def printable(name: str) -> str:
    """Files may have names that are no text."""
    return name.encode(errors="backslashreplace").decode()
