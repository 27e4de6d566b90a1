"""Where pictures lie: Django's default storage, here a folder of this machine.

In a bucket they lie by `gallery.buckets`; all others use what both can.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from gallery.exceptions import StorageFailed

logger = logging.getLogger(__name__)

FOLDERS = ("originals", "thumbnails", "previews")


class Draft(File):
    """A file from `draft`, opened: a folder moves it instead of copying it."""


@contextmanager
def draft() -> Iterator[Path]:
    """An empty file for a picture on its way here, gone at the end unless it was moved.

    It lies where originals do, if that is a folder. A kill leaves it there, under a
    name that begins with a dot, for `gallery.pruning`.
    """
    folder = None
    if isinstance(default_storage, FileSystemStorage):
        folder = Path(default_storage.path(FOLDERS[0]))
        folder.mkdir(parents=True, exist_ok=True)
    with _draft(folder) as path:
        yield path


@contextmanager
def _draft(folder: Path | None) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".")
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


class AtomicFileSystemStorage(FileSystemStorage):
    """Files appear whole under their names or not at all, even after a kill.

    A name that exists is replaced: names follow from contents, so what is there
    is the same, or the remains of a disaster.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Draft):
            self._move(Path(content.name), path)
            return name
        with _draft(path.parent) as draft:
            with draft.open("wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
            self._move(draft, path)
        return name

    def _move(self, draft: Path, path: Path) -> None:
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.chmod(self.file_permissions_mode or 0o644)
        draft.replace(path)


def write_once(name: str, content: File) -> None:
    """Store `content` under the name that follows from it, unless it is there whole."""
    if _size(name) != content.size:
        default_storage.save(name, content)


def opened(name: str) -> File | None:
    """The stored file; None when it can't be had, and then the log says why."""
    try:
        return default_storage.open(name)
    except OSError as error:
        logger.error("A file that its row names can't be read: %s (%s)", name, error)
        return None


def folders() -> list[str]:
    """Those of pictures, and all that lie in them."""
    found = list(FOLDERS)
    for folder in found:  # it grows meanwhile
        found += [f"{folder}/{name}" for name in _listing(folder)[0]]
    return found


def files_in(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in _listing(folder)[1]]


def _size(name: str) -> int | None:
    try:
        return default_storage.size(name)
    except FileNotFoundError:
        return None


def _listing(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    except Exception as error:  # each storage has its own family
        raise StorageFailed(f"{folder} cannot be listed: {error}") from error
