"""Thumbnails and previews that are missing, or of an older recipe, made anew."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError

from gallery.exceptions import OriginalLost
from gallery.files import sha256_of, variant_names
from gallery.models import Image
from gallery.progress import Progress, quiet
from gallery.services import variants_replace
from gallery.storage import write_once
from gallery.variants import render


@dataclass(frozen=True)
class Rebuilt:
    """Named by one of the `images`, of which there are several when they share an
    original. With a `reason` it failed."""

    group: int
    number: int
    name: str
    images: int = 1
    reason: str = ""

    def __str__(self) -> str:
        return f"Group {self.group}, picture {self.number} ({self.name})"


def rebuild(*, dry_run: bool = False, progress: Progress = quiet) -> Iterator[Rebuilt]:
    """Go through all images while it is iterated; answers those that needed it.

    Whenever it is interrupted, another run goes on: files come first, then the rows.
    """
    images = Image.objects.select_related("group")
    for image in progress(images.one_by_one(), images.count()):
        names = image.group.number, image.number, image.name
        try:
            made = _attempt(image, dry_run)
        except DatabaseError:
            raise
        except Exception as error:  # each storage has its own family
            if _stands(image):
                reason = getattr(error, "strerror", None) or str(error)
                yield Rebuilt(*names, reason=reason)
        else:
            if made:
                yield Rebuilt(*names, images=made)


def _attempt(image: Image, dry_run: bool) -> int:
    """How many images got new variants by it."""
    if not _due(image):
        return 0
    if dry_run:
        return 1
    # Another one with this original may have been before it.
    now = Image.objects.filter(pk=image.pk).first()
    return _rebuild(now) if now and _due(now) else 0


def _stands(image: Image) -> bool:
    """Whether it was neither deleted nor replaced while it was worked on."""
    return Image.objects.filter(pk=image.pk, original=image.original.name).exists()


def _due(image: Image) -> bool:
    names = variant_names(image.sha256)
    named = {"thumbnail": image.thumbnail.name, "preview": image.preview.name}
    return named != names or not all(map(default_storage.exists, names.values()))


def _rebuild(image: Image) -> int:
    with _original(image) as path:
        rendering = render(
            path,
            max_bytes=settings.MAX_PICTURE_BYTES,
            max_pixels=settings.MAX_PICTURE_PIXELS,
        )
    names = variant_names(image.sha256)
    write_once(names["thumbnail"], ContentFile(rendering.thumbnail))
    write_once(names["preview"], ContentFile(rendering.preview))
    return variants_replace(original=image.original.name, **names)


@contextmanager
def _original(image: Image) -> Iterator[Path]:
    """A copy on this machine."""
    with tempfile.TemporaryDirectory(prefix="artetore-") as folder:
        path = Path(folder) / "original"
        try:
            source = default_storage.open(image.original.name)
        except FileNotFoundError:
            raise OriginalLost("Its original is missing.") from None
        with source, path.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        if sha256_of(path) != image.sha256:
            raise OriginalLost("Its original is damaged: the SHA-256 is another.")
        yield path
