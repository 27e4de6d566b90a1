"""Pebbles packed as close as they will go, each worn by its own water."""

from collections.abc import Callable
from functools import partial
from math import cos, hypot, sin, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, sheer, vary
from ..noise import Heights, cloud, gradient_noise
from ..picture import SQUARE, UPRIGHT, WIDE, Picture

Circle = tuple[float, float, float]  # x, y, radius
Marks = Callable[[Canvas, Random, Circle, Heights, list[Color]], None]


class Bed:
    """Circles that don't overlap, in squares so that neighbours are found at once."""

    def __init__(self, largest: float) -> None:
        self._side = 2 * largest
        self._largest = largest
        self._squares: dict[tuple[int, int], list[Circle]] = {}

    def room(self, x: float, y: float) -> float:
        """The radius that fits at a place; zero or less inside another circle."""
        column, row = int(x // self._side), int(y // self._side)
        near = (
            hypot(x - cx, y - cy) - radius
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for cx, cy, radius in self._squares.get((column + dx, row + dy), ())
        )
        return min(near, default=self._largest)

    def put(self, circle: Circle) -> None:
        square = int(circle[0] // self._side), int(circle[1] // self._side)
        self._squares.setdefault(square, []).append(circle)


def packed(
    canvas: Canvas, rng: Random, radii: tuple[float, float], margin: float
) -> list[Circle]:
    """Circles with a gap between them, the large ones first."""
    smallest, largest = radii
    bed, circles = Bed(largest), []
    for attempt in range(16000):
        x = rng.uniform(margin, canvas.width - margin)
        y = rng.uniform(margin, canvas.height - margin)
        edge = min(x, y, canvas.width - x, canvas.height - y) - margin
        limit = max(smallest, largest * 0.9997**attempt)
        radius = min(bed.room(x, y) - 2, edge, limit)
        if radius >= max(smallest, limit * 0.6):
            bed.put((x, y, radius))
            circles.append((x, y, radius))
    return circles


def outline(circle: Circle, noise: Heights, size: float = 1.0) -> list[Point]:
    """A pebble that stays inside its circle."""
    x, y, radius = circle
    points = []
    for step in range(48):
        across, down = cos(tau * step / 48), sin(tau * step / 48)
        worn = 0.9 + 0.22 * noise(x + across * 0.8, y + down * 0.8)
        reach = radius * size * min(1.0, worn)
        points.append((x + across * reach, y + down * reach))
    return points


def rings(
    canvas: Canvas, rng: Random, stone: Circle, noise: Heights, inks: list[Color]
) -> None:
    """Growth rings from the rim to the heart."""
    count = max(2, min(9, int(stone[2] / 7)))
    first, second = rng.sample(inks, 2)
    for ring in range(1, count):
        ink = first if ring % 2 else second
        canvas.shape(outline(stone, noise, 1 - ring / count), vary(rng, ink, 0.05))


def veins(
    canvas: Canvas, rng: Random, stone: Circle, noise: Heights, inks: list[Color]
) -> None:
    """Bands of quartz across a stone, cut off at its rim."""
    x, y, radius = stone
    turn = rng.uniform(0, tau)
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        off, width = rng.uniform(-0.55, 0.55), radius * rng.uniform(0.02, 0.11)
        half = radius * 0.86 * (1 - off * off) ** 0.5
        band = []
        for step in range(13):
            along = half * (step / 6 - 1)
            side = radius * (off + 0.14 * noise(x + step * 0.25, y))
            band.append(
                (
                    x + along * cos(turn) - side * sin(turn),
                    y + along * sin(turn) + side * cos(turn),
                )
            )
        canvas.line(band, sheer(rng.choice(inks), 0.75), width)


def shine(canvas: Canvas, stone: Circle, noise: Heights) -> None:
    """Light from the top left, shade at the low right."""
    x, y, radius = stone
    for size in (0.8, 0.62, 0.42):
        lifted = x - radius * 0.17, y - radius * 0.19, radius
        points = outline((x, y, radius), noise, size)
        moved = [(px + lifted[0] - x, py + lifted[1] - y) for px, py in points]
        canvas.shape(moved, sheer((255, 250, 238), 0.07))


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    radii: tuple[float, float],
    marks: Marks = veins,
    margin: float = 60,
) -> None:
    """Wet ground, the shadows of all stones, then the stones."""
    ground, light, *stones = colors
    canvas.wash([ground, mix(ground, (0, 0, 0), 0.12)])
    canvas.veil(cloud((300, 220), rng, (5, 4)), light, 0.14)
    noise = gradient_noise(rng)
    bed = packed(canvas, rng, radii, margin)
    canvas.shadow(
        canvas.stencil(outline(stone, noise) for stone in bed), (5, 8), 7, 0.65
    )
    for stone in bed:
        color = vary(rng, rng.choice(stones), 0.12)
        canvas.shape(outline(stone, noise), mix(color, (20, 18, 26), 0.25))
        canvas.shape(outline(stone, noise, 0.96), color)
        marks(canvas, rng, stone, noise, [light, mix(color, light, 0.5), *stones])
        shine(canvas, stone, noise)


SLATE = palette("39424a efe9dc 8a949b 5d6b75 b7b0a3 d8cdb8 6f5f58 9fb0b5")
WARM = palette("e8dcc6 fbf6ea b98563 8c5a45 d6b48c 6b6a63 a39a8b 4f5a5c")
JADE = palette("16302f f1eed9 3f7f73 7fb39b c9d8b6 2c5c63 d9a860 a8c5c1")
BEACH = palette("d9c7a6 fffaf0 e76f51 2a9d8f e9c46a 264653 f4a261 8ab0ab")

PICTURES = [
    Picture("After the Rain.jpg", WIDE, partial(draw, colors=SLATE, radii=(7, 92))),
    Picture(
        "Sandbank.jpg", UPRIGHT, partial(draw, colors=WARM, radii=(6, 70), margin=90)
    ),
    Picture(
        "Agates.webp", SQUARE, partial(draw, colors=JADE, radii=(8, 130), marks=rings)
    ),
    Picture(
        "Sea Glass.jpg",
        WIDE,
        partial(draw, colors=BEACH, radii=(9, 60), marks=rings, margin=80),
    ),
]
