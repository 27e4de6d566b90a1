"""Draws the collection into a folder, as if somebody had kept it there for years."""

import os
import signal
from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from multiprocessing import get_context
from multiprocessing.pool import AsyncResult
from pathlib import Path
from random import Random
from typing import Any

import pillow_heif
from PIL import Image

from .canvas import Canvas
from .catalogue import PICTURES
from .picture import Picture

Progress = Callable[[Collection[AsyncResult]], Iterable[AsyncResult]]

ORIENTATION, TURN_CLOCKWISE = 0x0112, 6
LONGEST_DRAWING = 120  # seconds; a worker that died never answers
SAVING: dict[str, dict[str, Any]] = {
    ".jpg": {"format": "JPEG", "quality": 87, "optimize": True},
    ".webp": {"format": "WEBP", "quality": 84},
    ".heic": {"format": "HEIF", "quality": 78},
    ".png": {"format": "PNG"},
    ".gif": {"format": "GIF"},
    ".tiff": {"format": "TIFF", "compression": "tiff_adobe_deflate"},
}
GRAINLESS = {".png", ".gif", ".tiff"}  # they would keep every grain, at great length


def draw_collection(
    folder: Path,
    *,
    pictures: Iterable[str] = tuple(PICTURES),
    scale: float = 1.0,
    progress: Progress = iter,
) -> list[str]:
    """Draws what isn't there yet, on all processors; returns the places it drew.

    `pictures` are places as in the catalogue ("Tide Lines/Ebb.jpg"); `scale` shrinks
    every picture; `progress` is given the pending drawings (it can take their number)
    and yields them on. A file appears under its name only when it is complete.
    """
    missing = [place for place in pictures if not (folder / place).exists()]
    if not missing:
        return []
    with get_context("spawn").Pool(
        min(len(missing), os.cpu_count() or 1), _leave_interrupts_to_the_parent
    ) as pool:
        pending = [
            pool.apply_async(draw_picture, (folder, place, scale)) for place in missing
        ]
        for drawing in progress(pending):
            drawing.get(timeout=LONGEST_DRAWING)
    return missing


def draw_picture(folder: Path, place: str, scale: float = 1.0) -> None:
    """One picture, always the same for the same place."""
    picture, file = PICTURES[place], folder / place
    rng, canvas = Random(place), Canvas(picture.size, scale)  # noqa: S311
    if file.suffix in GRAINLESS:
        canvas.grain = 0
    picture.draw(canvas, rng)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.part")
    unfinished.write_bytes(encoded(canvas.finished(rng), picture))
    unfinished.replace(file)


def encoded(image: Image.Image, picture: Picture) -> bytes:
    """The file's content, in the format that the picture's name says.

    In memory first: writing to a disk that is full, Pillow can leave half a JPEG
    without an error.
    """
    options = dict(SAVING[Path(picture.file).suffix])
    if options["format"] == "HEIF":
        pillow_heif.register_heif_opener()
    if options["format"] == "GIF":
        image = image.quantize(64, dither=Image.Dither.NONE)
    if picture.sideways:
        image = image.transpose(Image.Transpose.ROTATE_90)
        options["exif"] = Image.Exif()
        options["exif"][ORIENTATION] = TURN_CLOCKWISE
    content = BytesIO()
    image.save(content, **options)
    return content.getvalue()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
