"""The pictures made of an original: a file in, bytes out; no database, no storage.

An original is decoded once, a JPEG at the smallest scale that suffices (`draft`), and
reduced to what both variants need; all that follows works on that small picture.
"""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from gallery.exceptions import VariantError
from gallery.pixels import eight_bits, to_srgb

register_heif_opener()
# The limit here is our own, and what is above it is refused in words of ours.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# Raised when rendering changes: part of the names of variants, so that they are made
# anew beside the older ones.
RECIPE = 1
VARIANT_TYPE = "image/webp"

# WebP's `method`. Pillow's own, 4, takes twice the time for files 3% smaller.
EFFORT = 2

# Without a list EPS would open, which runs Ghostscript.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF", "BMP", "HEIF")
CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # several JPEGs in one file; the first is the picture
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "HEIF": "image/heic",
}
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/tiff": "tiff",
    "image/bmp": "bmp",
    "image/heic": "heic",
}

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = (5, 6, 7, 8)

# Decoding takes a processor and, at worst, hundreds of megabytes.
_decoders = threading.BoundedSemaphore(os.cpu_count() or 1)

Size = tuple[int, int]


@dataclass(frozen=True)
class Variant:
    """`fill`: cut to fill the box; otherwise whole and centred on transparent margins.

    Only filling enlarges: a small picture stands in the preview as large as it is.
    """

    name: str
    box: Size
    fill: bool
    quality: int

    def scale(self, size: Size) -> float:
        """By how much a picture of this size is scaled; below 1 it gets smaller."""
        ratios = [box / side for box, side in zip(self.box, size, strict=True)]
        return max(ratios) if self.fill else min(*ratios, 1)


THUMBNAIL = Variant("thumbnail", (180, 115), fill=True, quality=80)
PREVIEW = Variant("preview", (700, 525), fill=False, quality=82)
VARIANTS = (THUMBNAIL, PREVIEW)


@dataclass(frozen=True)
class Rendering:
    """Width and height in pixels of the upright original; its true content type,
    whatever its name says; the variants as WebP."""

    width: int
    height: int
    content_type: str
    thumbnail: bytes
    preview: bytes


def render(path: Path, *, max_bytes: int, max_pixels: int) -> Rendering:
    """Raises VariantError, with a reason for people, when it can't be done; OSError
    when the file can't be read at all."""
    _check_bytes(path.stat().st_size, max_bytes)
    with _decoders, path.open("rb") as file:
        image, size, content_type = _decode(file, max_pixels)
        return Rendering(
            *size,
            content_type=content_type,
            thumbnail=_webp(_compose(image, THUMBNAIL), THUMBNAIL),
            preview=_webp(_compose(image, PREVIEW), PREVIEW),
        )


def _check_bytes(size: int, limit: int) -> None:
    if not size:
        raise VariantError("The file is empty.")
    if size > limit:
        raise VariantError(
            f"The file is too large ({size:,} bytes; {limit:,} are allowed)."
        )


def _check_pixels(size: Size, limit: int) -> None:
    width, height = size
    if width * height > limit:
        raise VariantError(
            f"The picture has too many pixels"
            f" ({width} x {height}; {limit:,} are allowed)."
        )


def _decode(file: BinaryIO, max_pixels: int) -> tuple[Image.Image, Size, str]:
    """The first frame, upright, in sRGB and reduced; its full size; its type."""
    with _reasons(), Image.open(file, formats=FORMATS) as image:
        # Before anything else, as what follows may already decode it.
        _check_pixels(image.size, max_pixels)
        width, height = image.size
        enough = _enough(image.size)
        image.draft(None, enough)
        image.load()
        turn = _orientation(image)
        if turn in LYING:
            width, height = height, width
        reduced = _shrink(eight_bits(image), enough)
        upright = to_srgb(reduced, image.info.get("icc_profile"))
        if turn in UPRIGHT:
            upright = upright.transpose(UPRIGHT[turn])
        return upright, (width, height), CONTENT_TYPES[image.format]


@contextmanager
def _reasons() -> Iterator[None]:
    try:
        yield
    except VariantError:
        raise
    except UnidentifiedImageError:
        raise VariantError(
            "This is no picture, or of a kind that can't be shown."
        ) from None
    except Image.DecompressionBombError:
        raise VariantError("The picture has too many pixels.") from None
    except MemoryError:
        raise VariantError("The picture needs more memory than there is.") from None
    except Exception as error:  # decoders raise whatever their formats make them
        raise VariantError(f"The picture is damaged or cut short: {error}") from error


def _enough(size: Size) -> Size:
    """The smallest size from which both variants can be made, whichever way the
    picture has to be turned."""
    scale = max(v.scale(way) for v in VARIANTS for way in (size, size[::-1]))
    return tuple(max(1, round(side * min(scale, 1))) for side in size)


def _shrink(image: Image.Image, size: Size) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _orientation(image: Image.Image) -> int:
    """Of a decoded picture: TIFF and HEIF are turned while they are decoded."""
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken notes are no reason to lose a picture
        return 1


def _compose(image: Image.Image, variant: Variant) -> Image.Image:
    if variant.fill:
        return ImageOps.fit(image, variant.box, Image.Resampling.LANCZOS)
    return _fit(image, variant)


def _fit(image: Image.Image, variant: Variant) -> Image.Image:
    scale = variant.scale(image.size)
    size = tuple(max(1, round(side * scale)) for side in image.size)
    left, top = ((b - side) // 2 for b, side in zip(variant.box, size, strict=True))
    canvas = Image.new("RGBA", variant.box)
    canvas.paste(_shrink(image, size), (left, top))
    return canvas


def _webp(image: Image.Image, variant: Variant) -> bytes:
    image.info.clear()  # no profile, no place where it was taken
    stream = BytesIO()
    image.save(stream, "WEBP", quality=variant.quality, method=EFFORT)
    return stream.getvalue()
