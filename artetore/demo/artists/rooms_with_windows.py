"""A sheet divided, and its parts divided again, each room with one thing in it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from ..canvas import Canvas
from ..color import Color, mix, palette, vary
from ..noise import cloud
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture


@dataclass(frozen=True)
class Room:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def low(self) -> float:
        return self.top + self.height

    def halves(self, rng: Random) -> tuple["Room", "Room"]:
        """Cut across the longer side, seldom in the middle."""
        share = rng.choice((0.32, 0.38, 0.5, 0.62, 0.68))
        if self.width * rng.uniform(0.8, 1.25) > self.height:
            cut = self.width * share
            return (
                Room(self.left, self.top, cut, self.height),
                Room(self.left + cut, self.top, self.width - cut, self.height),
            )
        cut = self.height * share
        return (
            Room(self.left, self.top, self.width, cut),
            Room(self.left, self.top + cut, self.width, self.height - cut),
        )

    def shrunk(self, rim: float) -> "Room":
        return Room(
            self.left + rim, self.top + rim, self.width - 2 * rim, self.height - 2 * rim
        )


def divided(rng: Random, room: Room, smallest: float, rest: float) -> list[Room]:
    """`rest` is the chance that a room that could be divided is left whole."""
    if min(room.width, room.height) < smallest * 1.7 or rng.random() < rest:
        return [room]
    return [
        part
        for half in room.halves(rng)
        for part in divided(rng, half, smallest, rest + 0.07)
    ]


def fill(canvas: Canvas, room: Room, ink: Color) -> None:
    canvas.box((room.left, room.top), (room.right, room.low), ink)


def plain(canvas: Canvas, rng: Random, room: Room, inks: list[Color]) -> None:
    fill(canvas, room, inks[0])


def stripes(canvas: Canvas, rng: Random, room: Room, inks: list[Color]) -> None:
    fill(canvas, room, inks[0])
    count = rng.choice((4, 6, 9))
    for n in range(count):
        if room.width > room.height:
            step = room.width / count
            bar = Room(room.left + n * step, room.top, step / 2, room.height)
        else:
            step = room.height / count
            bar = Room(room.left, room.top + n * step, room.width, step / 2)
        fill(canvas, bar, inks[1])


def quarter(canvas: Canvas, rng: Random, room: Room, inks: list[Color]) -> None:
    """Quarter rings from one corner."""
    fill(canvas, room, inks[0])
    reach, corner = min(room.width, room.height), rng.randrange(4)
    x = room.left if corner in (0, 3) else room.right
    y = room.top if corner in (0, 1) else room.low
    angles = 90 * corner, 90 * corner + 90
    for ring, share in enumerate((1.0, 0.7, 0.4)):
        ink = inks[(ring + 1) % len(inks)]
        canvas.sector((x, y), reach * share, angles, ink)


def sun(canvas: Canvas, rng: Random, room: Room, inks: list[Color]) -> None:
    fill(canvas, room, inks[0])
    center = room.left + room.width / 2, room.top + room.height / 2
    radius = min(room.width, room.height) * 0.34
    canvas.dot(center, radius, inks[1])
    if rng.random() < 0.5:
        canvas.sector(center, radius, (0, 180), inks[2])


def arches(canvas: Canvas, rng: Random, room: Room, inks: list[Color]) -> None:
    """Arches in one another, standing on the floor."""
    fill(canvas, room, inks[0])
    x, reach = room.left + room.width / 2, min(room.width, room.height * 1.4) * 0.42
    for ring, share in enumerate((1.0, 0.72, 0.44)):
        radius, ink = reach * share, inks[(ring + 1) % len(inks)]
        spring = max(room.low - room.height * 0.5, room.top + reach * 1.08)
        canvas.sector((x, spring), radius, (180, 360), ink)
        canvas.box((x - radius, spring), (x + radius, room.low), ink)


Motif = Callable[[Canvas, Random, Room, list[Color]], None]
MOTIFS: tuple[Motif, ...] = (plain, stripes, quarter, sun, arches)


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    smallest: float,
    line: float,
    weights: tuple[float, ...] = (5, 1, 2, 1.2, 1.4),
    margin: float = 70,
) -> None:
    """Rooms parted by lines of the palette's second color."""
    paper, wall, *inks = colors
    canvas.wash([paper, paper])
    house = Room(margin, margin, canvas.width - 2 * margin, canvas.height - 2 * margin)
    fill(canvas, house.shrunk(-line / 2), wall)
    last = inks[0]
    for room in divided(rng, house, smallest, -0.25):
        choice = rng.sample(inks, len(inks))
        if choice[0] == last:
            choice.reverse()
        last = choice[0]
        inner = room.shrunk(line / 2)
        motif = rng.choices(MOTIFS, weights=weights)[0]
        if max(room.width, room.height) > 2.6 * min(room.width, room.height):
            motif = plain
        motif(canvas, rng, inner, [vary(rng, ink, 0.03) for ink in choice])
    canvas.veil(cloud((300, 200), rng, (4, 3)), mix(paper, (0, 0, 0), 0.4), 0.05)


DESSAU = palette("f2ead9 f2ead9 1f2a38 d8432e 2f5d8a e9b13b e8dcc2 7fa3a1")
STIJL = palette("f7f4ec 1b1b1d f4efe3 f4efe3 f1ebdd c8281f 1f4c95 f0c42e f6f2e8")
RIAD = palette("f6ece0 f6ece0 b5523b 2f4b47 e6b980 d98a6c 1f2f3a f0d9bd")
HARBOR = palette("1d2733 1d2733 e9e0cd 3c6e71 d9753b 88a6a1 f1c27b 284b63")

PICTURES = [
    Picture("Dessau.png", WIDE, partial(draw, colors=DESSAU, smallest=105, line=6)),
    Picture(
        "Broadway.tiff",
        SQUARE,
        partial(
            draw, colors=STIJL, smallest=70, line=15, weights=(1, 0, 0, 0, 0), margin=55
        ),
    ),
    Picture("Riad.jpg", UPRIGHT, partial(draw, colors=RIAD, smallest=120, line=6)),
    Picture(
        "Warehouses.webp",
        PANORAMA,
        partial(draw, colors=HARBOR, smallest=100, line=8, weights=(4, 1.5, 1, 1, 2.5)),
    ),
]
