"""Makes a backup while everything goes on."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO

from django.core.files.storage import default_storage
from django.utils import timezone

from artetore.backups import tables
from artetore.backups.archive import PICTURES, ROWS, SUFFIX, Archive, archive
from gallery.models import Image
from gallery.progress import Progress, quiet


@dataclass(frozen=True, kw_only=True)
class Backup:
    """How much there is, `size` in bytes. `missing` are files that rows name and the
    storage does not have, `damaged` originals that are not what they came as."""

    rows: int
    pictures: int
    size: int
    missing: list[str]
    damaged: list[str]


def backup(*, path: Path, progress: Progress = quiet) -> Backup:
    """Write all rows, as they are at one moment, and their files to `path`.

    It appears under that name when it is whole, for its owner's eyes only; what was
    there before is replaced. Raises OSError.
    """
    with _whole_or_not_at_all(path) as file:
        with archive(file) as tar, TemporaryFile(dir=path.parent) as spool:
            copies = _Copies(tar)
            moment, missing = _copied(copies, spool, progress)
            moment.write_to(tar, missing)
        return Backup(
            rows=sum(moment.counts.values()),
            pictures=moment.counts[Image._meta.label_lower],
            size=file.tell(),
            missing=missing,
            damaged=copies.damaged,
        )


class _Moment:
    """All rows as they were at one moment, set aside in a file, table after table."""

    def __init__(self, spool: IO[bytes]):
        self.counts: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._spool = spool
        spool.seek(0)
        spool.truncate()
        with tables.snapshot():
            self._header = {
                "created": timezone.now().isoformat(),
                "migrations": tables.migrations(),
            }
            self.pictures = {name for row in tables.rows(Image) for name in row.files}
            for label, model in tables.tables().items():
                start = spool.tell()
                tables.dump(model, spool)
                self.counts[label] = model._base_manager.count()
                self._sizes[label] = spool.tell() - start

    def write_to(self, tar: Archive, missing: list[str]) -> None:
        self._spool.seek(0)
        for label, size in self._sizes.items():
            tar.add(f"{ROWS}{label}{SUFFIX}", self._spool, size)
        tar.finish({**self._header, "missing": missing})


class _Copies:
    """The files that were copied so far."""

    def __init__(self, tar: Archive):
        self.damaged: list[str] = []
        self._tar = tar

    def lack(self, names: set[str]) -> list[str]:
        return sorted(n for n in names if f"{PICTURES}{n}" not in self._tar.names)

    def add(self, name: str) -> bool:
        """False when it is not there."""
        try:
            with default_storage.open(name) as file:
                content = file.file  # a bucket says now whether it has it
                size = content.seek(0, os.SEEK_END)
                content.seek(0)
                digest = self._tar.add(f"{PICTURES}{name}", content, size)
        except FileNotFoundError:
            return False
        if name.startswith("originals/") and PurePath(name).stem != digest:
            self.damaged.append(name)
        return True


def _copied(
    copies: _Copies, spool: IO[bytes], progress: Progress
) -> tuple[_Moment, list[str]]:
    """Copy the files that the rows name; answers these rows, and what is missing.

    Files never change, but may go with their rows while they are copied. Then the rows
    are read anew, with the few files that came meanwhile, until none went.
    """
    missing: set[str] = set()
    while True:
        moment = _Moment(spool)
        new = copies.lack(moment.pictures)
        gone = {name for name in progress(new, len(new)) if not copies.add(name)}
        if gone <= missing:
            return moment, sorted(gone)
        missing = gone


@contextmanager
def _whole_or_not_at_all(path: Path) -> Iterator[IO[bytes]]:
    """A file that is renamed to `path` once it is on the disk."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():  # as root we could replace /dev/null
        raise FileExistsError(errno.EEXIST, "Not an ordinary file", str(path))
    path = path.resolve()
    folder = path.parent
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    with NamedTemporaryFile(dir=folder, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
