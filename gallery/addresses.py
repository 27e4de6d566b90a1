"""Where visitors find pictures as files; `gallery.pictures` serves them.

    /pictures/thumbnails/ab/<sha256>-<recipe>.webp     named as in the storage
    /pictures/previews/ab/<sha256>-<recipe>.webp
    /pictures/originals/<group>/<image>/<sha256>.jpg   of an image, for its name

They begin at the root of the site, so that one answer serves callers by any host name.
What an address names never changes: other content has another address.
"""

from gallery.models import Image

ROOT = "/pictures/"


def addresses(image: Image, group: int) -> dict[str, str]:
    """Of an image in the group of that number."""
    _, _, original = image.original.name.rpartition("/")
    return {
        "thumbnail_url": thumbnail_url(image),
        "preview_url": preview_url(image),
        "original_url": f"{ROOT}originals/{group}/{image.number}/{original}",
    }


def thumbnail_url(image: Image) -> str:
    return f"{ROOT}{image.thumbnail.name}"


def preview_url(image: Image) -> str:
    return f"{ROOT}{image.preview.name}"
