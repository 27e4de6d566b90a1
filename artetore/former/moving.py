"""Moves the former pictures in, one after another in the order of their indexes.

One thread reads them into files and writes rows, a pool makes the pictures. What was
moved in stands in the ledger, by the same transaction as in the gallery, and is not
looked at again: who was ended goes on, and what staff deleted since stays deleted.
"""

import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error, connections

from artetore.former.decoding import Broken, decode
from artetore.former.models import REASON_LENGTH, FormerRow
from artetore.former.tables import FormerPicture, FormerTables
from gallery.exceptions import GalleryError, StorageFailed
from gallery.models import Image
from gallery.progress import Progress, quiet
from gallery.services import (
    NewImage,
    discard,
    group_numbers_reserve,
    image_adopt,
    picture_store,
)
from gallery.transactions import transacted
from gallery.variants import render

WORKERS = os.cpu_count() or 1
IN_HAND = 2 * WORKERS


@dataclass(frozen=True)
class Tried:
    """A row that was not in the gallery; with a `problem` it still is not."""

    picture: FormerPicture
    problem: str = ""


@dataclass(frozen=True)
class Task:
    """`made`: the stored picture, or None in a dry run."""

    picture: FormerPicture
    made: Future[NewImage | None]


def move(
    *, tables: FormerTables, dry_run: bool = False, progress: Progress = quiet
) -> Iterator[Tried]:
    """Move in what is not in the gallery yet, while it is iterated.

    A dry run reads and makes all of it, and keeps nothing. Raises FormerFailed,
    StorageFailed when pictures cannot be stored, and OSError when there is no room
    for temporary files.
    """
    waiting: deque[Task] = deque()
    with tempfile.TemporaryDirectory(prefix="artetore-") as folder, _pool() as pool:
        work = _Work(tables, Path(folder), pool, dry_run)
        try:
            for picture in progress(tables.pictures(), tables.count()):
                if _is_moved(picture):
                    continue
                waiting.append(work.begin(picture))
                if len(waiting) > IN_HAND:
                    yield work.end(waiting.popleft())
            while waiting:
                yield work.end(waiting.popleft())
        finally:
            _abandon(waiting)


def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS)


def _is_moved(picture: FormerPicture) -> bool:
    return FormerRow.objects.filter(pk=picture.index, reason="").exists()


class _Work:
    """Begins and ends with one picture after the other, in one thread."""

    def __init__(
        self, tables: FormerTables, folder: Path, pool: ThreadPoolExecutor, dry: bool
    ):
        self._tables, self._folder, self._pool = tables, folder, pool
        self._dry = dry
        self._highest = tables.highest_numbers()
        if not dry:
            group_numbers_reserve(up_to=max(self._highest, default=0))

    def begin(self, picture: FormerPicture) -> Task:
        path = self._folder / str(picture.index)
        try:
            _require_place(picture)
            with path.open("wb") as file:
                content = decode(self._tables.original(picture.index), file)
        except Broken as error:
            path.unlink(missing_ok=True)
            broken: Future[NewImage | None] = Future()
            broken.set_exception(error)
            return Task(picture, broken)
        making = self._pool.submit(_made, picture, path, content.sha256, self._dry)
        return Task(picture, making)

    def end(self, task: Task) -> Tried:
        picture = task.picture
        try:
            made = task.made.result()
            if made is not None:
                spoken_for = self._highest.get(picture.group, 0)
                _settle(picture, made, spoken_for)
        except StorageFailed:
            raise
        except (Broken, GalleryError) as error:
            reason = str(error)[:REASON_LENGTH]
            if not self._dry:
                _note_broken(picture, reason)
            return Tried(picture, reason)
        return Tried(picture)


# --- Making pictures --------------------------------------------------------------


def _require_place(picture: FormerPicture) -> None:
    if picture.group is None:
        raise Broken("It belongs to no group.")
    if picture.group < 0 or (picture.number or 0) < 0:
        raise Broken("Its numbers are below zero.")


def _made(
    picture: FormerPicture, path: Path, sha256: str, dry_run: bool
) -> NewImage | None:
    """In a thread of the pool."""
    try:
        return _dry(path) if dry_run else _store(picture, path, sha256)
    except (GalleryError, Error):
        raise
    except Exception as error:  # each storage has its own family
        reason = getattr(error, "strerror", None) or error
        raise StorageFailed(f"Pictures cannot be stored: {reason}") from error
    finally:
        path.unlink(missing_ok=True)
        connections.close_all()


def _dry(path: Path) -> None:
    render(
        path,
        max_bytes=settings.MAX_PICTURE_BYTES,
        max_pixels=settings.MAX_PICTURE_PIXELS,
    )


def _store(picture: FormerPicture, path: Path, sha256: str) -> NewImage:
    return picture_store(
        path=path,
        name=picture.name,
        folder_name=picture.folder,
        title=picture.title,
        sha256=sha256,
    )


# --- Writing rows -----------------------------------------------------------------


def _note_broken(picture: FormerPicture, reason: str) -> None:
    FormerRow.objects.update_or_create(index=picture.index, defaults={"reason": reason})


def _settle(picture: FormerPicture, made: NewImage, spoken_for: int) -> None:
    try:
        _write(picture, made, spoken_for)
    except Exception:
        discard([made])
        raise


@transacted
def _write(picture: FormerPicture, made: NewImage, spoken_for: int) -> None:
    image = _twin(picture, made) or image_adopt(
        group=picture.group,
        number=picture.number,
        image=made,
        title=picture.folder,
        spoken_for=spoken_for,
    )
    FormerRow.objects.update_or_create(
        index=picture.index,
        defaults={
            "group": picture.group,
            "former_number": picture.number,
            "number": image.number,
            "sha256": made.sha256,
            "size": made.size,
            "image": image,
            "reason": "",
        },
    )


def _twin(picture: FormerPicture, made: NewImage) -> Image | None:
    """The picture of another row of the same place and the same content."""
    rows = FormerRow.objects.filter(
        group=picture.group, former_number=picture.number, sha256=made.sha256
    )
    row = rows.exclude(image=None).select_related("image").first()
    return row.image if row else None


def _abandon(tasks: Iterable[Task]) -> None:
    """Of what was begun and will not be ended, no file is to stay."""
    for task in tasks:
        if task.made.cancel() or task.made.exception():
            continue
        if made := task.made.result():
            discard([made])
