"""Ribbons that follow an unseen current and never touch one another."""

from collections.abc import Callable, Iterator
from functools import partial
from math import atan2, cos, pi, sin
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, palette, vary
from ..noise import gradient_noise
from ..picture import PANORAMA, SQUARE, TALL, UPRIGHT, WIDE, Picture

Current = Callable[[float, float], float]

STEP = 5
MARGIN = 70


def drift(rng: Random, canvas: Canvas, *, swell: float, lean: float) -> Current:
    """Directions in radians: `lean` on average, `swell` away from it at most."""
    noise, across = gradient_noise(rng), canvas.width * 0.62

    def direction(x: float, y: float) -> float:
        return lean + swell * 2.2 * noise(x / across, y / across)

    return direction


def whirl(rng: Random, canvas: Canvas, *, swell: float, lean: float) -> Current:
    """Directions around a point somewhat off the middle."""
    wander = drift(rng, canvas, swell=swell, lean=lean)
    x0, y0 = canvas.width * rng.uniform(0.35, 0.65), canvas.height * 0.42

    def direction(x: float, y: float) -> float:
        return atan2(y - y0, x - x0) + pi / 2 + wander(x, y)

    return direction


class Water:
    """Remembers where ribbons lie, in cells of a few pixels."""

    CELL = 5

    def __init__(self, canvas: Canvas) -> None:
        self._right = canvas.width - MARGIN
        self._low = canvas.height - MARGIN
        self._taken: set[tuple[int, int]] = set()

    def is_free(self, places: list[Point]) -> bool:
        return all(
            MARGIN < x < self._right
            and MARGIN < y < self._low
            and (int(x) // self.CELL, int(y) // self.CELL) not in self._taken
            for x, y in places
        )

    def take(self, places: list[Point]) -> None:
        self._taken.update(
            (int(x) // self.CELL, int(y) // self.CELL) for x, y in places
        )


def cross_section(point: Point, angle: float, half: float) -> list[Point]:
    """Places from one bank of a ribbon to the other."""
    (x, y), dx, dy = point, -sin(angle), cos(angle)
    count = max(2, int(half * 2 / 4.5) + 1)
    offsets = [half * (2 * n / (count - 1) - 1) for n in range(count)]
    return [(x + dx * offset, y + dy * offset) for offset in offsets]


def follow(
    current: Current, water: Water, start: Point, half: float, way: int, limit: int
) -> Iterator[tuple[Point, float]]:
    """Points and directions downstream (or up, with way -1) until something is met."""
    x, y = start
    for _ in range(limit):
        angle = current(x, y)
        if not water.is_free(cross_section((x, y), angle, half + 4)):
            return
        yield (x, y), angle
        x, y = x + way * STEP * cos(angle), y + way * STEP * sin(angle)


def ribbon(
    current: Current, water: Water, start: Point, half: float, limit: int
) -> list[tuple[Point, float]]:
    down = list(follow(current, water, start, half, 1, limit))
    up = list(follow(current, water, start, half, -1, limit))
    return up[:0:-1] + down


def outline(course: list[tuple[Point, float]], half: float) -> list[Point]:
    left = [cross_section(*place, half)[0] for place in course]
    right = [cross_section(*place, half)[-1] for place in course]
    return left + right[::-1]


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    current: Callable[..., Current] = drift,
    swell: float = 1.2,
    lean: float = 0.0,
    widths: tuple[float, ...] = (46, 26, 14, 7),
    limit: int = 90,
) -> None:
    """Wide ribbons first, then ever thinner ones into the gaps."""
    paper, *inks = colors
    canvas.wash([vary(rng, paper, 0.02), paper])
    flow, water = current(rng, canvas, swell=swell, lean=lean), Water(canvas)
    for rank, width in enumerate(widths):
        for _ in range(230 * 3**rank):
            start = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height)
            course = ribbon(flow, water, start, width / 2, limit)
            if len(course) * STEP < width * 1.8 + 12:
                continue
            for point, angle in course:
                water.take(cross_section(point, angle, width / 2))
            ink = rng.choices(inks, weights=range(len(inks) + 2, 2, -1))[0]
            canvas.shape(outline(course, width / 2), vary(rng, ink, 0.06))


HARBOR = palette("f3ead7 12355b 2f6f8f d8572a e9b44c 8fb8b0 20252e")
CORAL = palette("fbf1e6 e4572e 17bebb f3a712 76b041 2e282a f6c9b0")
NORTH = palette("0f1b2a e8e2d0 4f7cac 9ec5c9 f0b67f c44536 2b4864")
SAND = palette("efe3cf 7b5e46 c98f5a 3f4d4a d9b68c a8452f f8f4ea")
KELP = palette("10231f c6d8a8 5f9f78 e8c46a 2f6a5a d96c4a f2efe2")

PICTURES = [
    Picture("Ebb.jpg", WIDE, partial(draw, colors=HARBOR)),
    Picture(
        "Slack Water.jpg",
        UPRIGHT,
        partial(draw, colors=SAND, swell=0.8, lean=0.5, widths=(60, 34, 16, 7)),
    ),
    Picture(
        "Maelstrom.png",
        SQUARE,
        partial(draw, colors=NORTH, current=whirl, swell=0.5, widths=(34, 20, 11, 6)),
    ),
    Picture(
        "Spring Tide.webp",
        PANORAMA,
        partial(draw, colors=CORAL, swell=1.9, widths=(38, 22, 12, 7), limit=60),
    ),
    Picture(
        "Kelp.jpg",
        TALL,
        partial(draw, colors=KELP, swell=0.7, lean=1.5, widths=(30, 18, 10, 6)),
    ),
]
