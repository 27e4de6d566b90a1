"""What a picture of the collection is, before it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .canvas import Canvas

Draw = Callable[[Canvas, Random], None]

WIDE, PANORAMA = (1600, 1067), (1800, 1012)
UPRIGHT, TALL = (1100, 1500), (1067, 1600)
SQUARE = (1300, 1300)


@dataclass(frozen=True)
class Picture:
    """A file to be drawn; its ending chooses the format.

    `sideways` stores the pixels turned, as a camera held upright does, with an EXIF
    orientation that says so.
    """

    file: str
    size: tuple[int, int]
    draw: Draw
    sideways: bool = False
