"""The file of a backup: a plain tar, which unpacks without this program too.

    pictures/originals/ab/<sha256>.png   every file that a row names
    rows/gallery.image.jsonl             every table, a JSON object a row
    backup.json                          what was backed up, when and from what
    SHA256SUMS                           of all before it, as `sha256sum -c` reads it

Neither side holds more than a piece of a file in memory, and the names of all.
"""

import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from gallery.storage import FOLDERS

PICTURES, ROWS, SUFFIX = "pictures/", "rows/", ".jsonl"
HEADER, SUMS = "backup.json", "SHA256SUMS"
FORMAT = {"format": "artetore-backup", "version": 1}
LARGEST_HEADER = 100_000_000
# Nothing else may stand in it: no path leads out of the storage, none to other tables.
NAMES = re.compile(
    rf"{PICTURES}(?:{'|'.join(FOLDERS)})(?:/[\w-][\w.-]*)+"
    rf"|{ROWS}[a-z]+\.[a-z]+{re.escape(SUFFIX)}|{re.escape(HEADER)}|{SUMS}",
    re.ASCII,
)
# Told how many bytes more were read.
OnBytes = Callable[[int], object]


class BackupRefused(Exception):
    """This file is no backup, is damaged, or is not for this site; nothing was done."""


# --- Writing ----------------------------------------------------------------------


@contextmanager
def archive(file: IO[bytes]) -> Iterator["Archive"]:
    """To be filled, and finished."""
    with (
        tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar,
        TemporaryFile() as sums,
    ):
        yield Archive(tar, sums)


class Archive:
    """A backup that is being written. `names` are those of what is in it."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes]):
        self.names: set[str] = set()
        self._tar, self._sums = tar, sums

    def add(self, name: str, content: IO[bytes], size: int) -> str:
        """Answers the SHA-256, in hex. Raises OSError when `content` is shorter."""
        hashed = _Hashed(content)
        self._add(name, hashed, size)
        self.names.add(name)
        digest = hashed.digest.hexdigest()
        self._sums.write(_line(digest, name))
        return digest

    def finish(self, header: dict[str, Any]) -> None:
        content = json.dumps(FORMAT | header, indent=1).encode()
        self.add(HEADER, io.BytesIO(content), len(content))
        size = self._sums.tell()
        self._sums.seek(0)
        self._add(SUMS, self._sums, size)

    def _add(self, name: str, content: Any, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, time.time()
        self._tar.addfile(info, content)
        # It would remember all that it wrote.
        self._tar.members.clear()


class _Hashed:
    def __init__(self, content: IO[bytes]):
        self.digest = hashlib.sha256()
        self._content = content

    def read(self, size: int) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        return piece


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()


# --- Reading ----------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A file in a backup; to be read before the next one is taken."""

    name: str
    size: int
    content: IO[bytes]

    @property
    def picture(self) -> str:
        """Its name in the storage; empty for what is no picture."""
        return self._between(PICTURES, "")

    @property
    def table(self) -> str:
        """Such as `gallery.image`; empty for what is no table."""
        return self._between(ROWS, SUFFIX)

    def _between(self, start: str, end: str) -> str:
        if not self.name.startswith(start):
            return ""
        return self.name.removeprefix(start).removesuffix(end)


@dataclass
class Contents:
    """What a backup holds that was read through: names in the storage, tables, and the
    bytes of all of them."""

    header: dict[str, Any] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    size: int = 0


def entries(path: Path) -> Iterator[Entry]:
    """All that is in the backup, in order. Raises BackupRefused."""
    with _readable(), tarfile.open(path, "r:") as tar:
        while info := tar.next():
            tar.members.clear()
            if info.type != tarfile.REGTYPE or not NAMES.fullmatch(info.name):
                raise BackupRefused(f"No backup has such an entry: {info.name!r}.")
            yield Entry(info.name, info.size, tar.extractfile(info))


def verified(path: Path, on_bytes: OnBytes = lambda count: None) -> Contents:
    """Read a backup through and compare all with its SHA-256. Raises BackupRefused."""
    contents, whole = Contents(), False
    with _readable(), TemporaryFile() as sums:
        for entry in entries(path):
            on_bytes(entry.size)
            if whole:
                raise BackupRefused(f"Something follows after its end: {entry.name}.")
            if entry.name == SUMS:
                _compare(sums, entry.content)
                whole = True
            else:
                sums.write(_line(_take(contents, entry), entry.name))
    if not whole:
        raise BackupRefused("Its end is missing.")
    if not contents.header.items() >= FORMAT.items():
        raise BackupRefused("It is no backup of this version.")
    return contents


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise BackupRefused(f"It is no backup, or damaged: {error}.") from None


def _take(contents: Contents, entry: Entry) -> str:
    """Note what it is; answers its SHA-256."""
    names = contents.pictures if entry.picture else contents.tables
    name = entry.picture or entry.table
    contents.size += entry.size
    if name in names or (entry.name == HEADER and contents.header):
        raise BackupRefused(f"It holds {entry.name} twice.")
    if name:
        names.add(name)
    else:
        contents.header = _header(entry)
    return hashlib.file_digest(entry.content, "sha256").hexdigest()


def _header(entry: Entry) -> dict[str, Any]:
    try:
        header = json.loads(entry.content.read(LARGEST_HEADER))
        entry.content.seek(0)
        names = [header["created"], *header["missing"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        names = [None]
    if not all(isinstance(name, str) for name in names):
        raise BackupRefused(f"Its {HEADER} cannot be read.")
    return header


def _compare(found: IO[bytes], listed: IO[bytes]) -> None:
    found.seek(0)
    for line, other in zip_longest(found, listed, fillvalue=b""):
        if line != other:
            name = (line or other).decode(errors="replace").strip()[66:]
            raise BackupRefused(f"It is damaged: {name} is not what it was.")
