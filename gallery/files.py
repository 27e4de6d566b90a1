"""From a file that came from somewhere to the three files of a picture, stored.

Files are named by the SHA-256 of the original and, for variants, by the recipe:
`originals/ab/<sha256>.jpg`, `thumbnails/ab/<sha256>-1.webp`, `previews/...`.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from gallery.cleanup import remove_unnamed
from gallery.exceptions import FileVanished
from gallery.models import NAME_LENGTH, TITLE_LENGTH
from gallery.storage import Draft, write_once
from gallery.variants import EXTENSIONS, RECIPE, Rendering, render

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_SUFFIX = 20


@dataclass(frozen=True, kw_only=True)
class NewImage:
    """A picture whose files are stored and whose row is still to come.

    `width` and `height` are pixels of the upright picture, `size` bytes of the
    original; `original`, `thumbnail` and `preview` are names in the storage.
    """

    name: str
    title: str
    folder_name: str
    width: int
    height: int
    size: int
    content_type: str
    sha256: str
    original: str
    thumbnail: str
    preview: str

    @property
    def files(self) -> tuple[str, str, str]:
        return self.original, self.thumbnail, self.preview


def picture_store(
    *,
    path: Path,
    name: str,
    folder_name: str = "",
    title: str = "",
    sha256: str | None = None,
    spare: bool = False,
) -> NewImage:
    """Make the variants of the picture at `path` and store all three files.

    `sha256`: that of the file, in hex, where it is known already. `spare`: it is a
    `draft` of the storage, which may move it away.
    Names are cleaned (`clean_text`): no picture is lost for an odd name. Raises
    VariantError when the file is no good picture, and then nothing is stored;
    OSError when the storage fails.
    """
    rendering = render(
        path,
        max_bytes=settings.MAX_PICTURE_BYTES,
        max_pixels=settings.MAX_PICTURE_PIXELS,
    )
    sha256 = sha256 or sha256_of(path)
    image = NewImage(
        name=clean_name(name),
        title=clean_text(title, TITLE_LENGTH),
        folder_name=clean_text(folder_name, NAME_LENGTH),
        width=rendering.width,
        height=rendering.height,
        size=path.stat().st_size,
        content_type=rendering.content_type,
        sha256=sha256,
        original=f"originals/{sha256[:2]}/{sha256}.{_extension(rendering)}",
        **variant_names(sha256),
    )
    with path.open("rb") as file:
        _write(Draft(file) if spare else File(file), image, rendering)
    return image


def variant_names(sha256: str) -> dict[str, str]:
    """By today's recipe, of the original that has this SHA-256."""
    return {
        "thumbnail": f"thumbnails/{sha256[:2]}/{sha256}-{RECIPE}.webp",
        "preview": f"previews/{sha256[:2]}/{sha256}-{RECIPE}.webp",
    }


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _extension(rendering: Rendering) -> str:
    return EXTENSIONS[rendering.content_type]


def _write(original: File, image: NewImage, rendering: Rendering) -> None:
    try:
        write_once(image.original, original)
        write_once(image.thumbnail, ContentFile(rendering.thumbnail))
        write_once(image.preview, ContentFile(rendering.preview))
    except Exception:
        remove_unnamed(image.files)
        raise


def discard(images: Iterable[NewImage]) -> None:
    """Remove the files of pictures that got no row, but for those other rows name."""
    remove_unnamed({name for image in images for name in image.files})


@contextmanager
def discarded_on_failure(images: Iterable[NewImage]) -> Iterator[None]:
    """Within a caller's transaction it is his: only then has it failed for good."""
    try:
        yield
    except Exception:
        if not connection.in_atomic_block:
            discard(images)
        raise


def require_files(files: Iterable[str], *, of: str) -> None:
    """Called with the revision locked, as a cleanup of shared files waits for it."""
    if not all(map(default_storage.exists, files)):
        raise FileVanished(f"{of} was removed meanwhile. Please try again.")


def clean_name(name: str) -> str:
    """Of a file; never empty."""
    return clean_text(name, NAME_LENGTH) or "picture"


def clean_text(text: str, limit: int) -> str:
    """What a database takes and a person can read of `text`.

    Control characters and lone surrogates become U+FFFD; what is too long is cut
    before its suffix (`.jpg`).
    """
    text = "".join(
        REPLACEMENT if unicodedata.category(character) in ("Cc", "Cs") else character
        for character in text
    ).strip()
    if len(text) <= limit:
        return text
    suffix = PurePath(text).suffix
    suffix = suffix if len(suffix) <= LONGEST_SUFFIX else ""
    return (text[: limit - len(suffix)] + suffix).strip()
