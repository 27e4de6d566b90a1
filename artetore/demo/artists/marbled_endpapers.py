"""Ink dropped on water and combed, after Jaffer's mathematics of marbling."""

from collections.abc import Callable
from functools import partial
from math import cos, exp, pi, sin, sqrt, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, vary
from ..noise import cloud
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture

Stroke = Callable[[Point], Point]


class Tray:
    """Drops of ink as outlines; a new one pushes all others away."""

    def __init__(self) -> None:
        self.drops: list[tuple[list[Point], Color]] = []

    def drop(self, center: Point, radius: float, ink: Color) -> None:
        x0, y0 = center
        for outline, _ in self.drops:
            for index, (x, y) in enumerate(outline):
                dx, dy = x - x0, y - y0
                push = sqrt(1 + radius * radius / (dx * dx + dy * dy + 1e-9))
                outline[index] = (x0 + dx * push, y0 + dy * push)
        count = max(48, int(radius))
        circle = [
            (x0 + radius * cos(tau * n / count), y0 + radius * sin(tau * n / count))
            for n in range(count)
        ]
        self.drops.append((circle, ink))

    def comb(self, stroke: Stroke) -> None:
        """Moves every point, after adding points where outlines are sparse."""
        self.drops = [
            ([stroke(point) for point in refined(outline)], ink)
            for outline, ink in self.drops
        ]


def refined(outline: list[Point], longest: float = 12) -> list[Point]:
    points: list[Point] = []
    for (ax, ay), (bx, by) in zip(outline, outline[1:] + outline[:1], strict=True):
        parts = min(40, int((abs(bx - ax) + abs(by - ay)) / longest) + 1)
        points += [
            (ax + (bx - ax) * part / parts, ay + (by - ay) * part / parts)
            for part in range(parts)
        ]
    return points


def rake(gap: float, pull: float, *, upright: bool, both_ways: bool = False) -> Stroke:
    """A comb with teeth every `gap`; `both_ways` draws every other tooth back."""

    def stroke(point: Point) -> Point:
        x, y = point
        across = x if upright else y
        place = across / gap
        near = abs(place - round(place)) * gap
        way = -1 if both_ways and round(place) % 2 else 1
        calm = 1 - (2 * near / gap) ** 2
        shift = way * pull * calm * exp(-near / (gap * 0.3))
        return (x, y + shift) if upright else (x + shift, y)

    return stroke


def wave(length: float, height: float, *, upright: bool) -> Stroke:
    def stroke(point: Point) -> Point:
        x, y = point
        if upright:
            return x, y + height * sin(tau * x / length)
        return x + height * sin(tau * y / length), y

    return stroke


def curl(center: Point, radius: float, turn: float) -> Stroke:
    """A stylus turned in the ink: a whirl that dies away from its center."""
    x0, y0 = center

    def stroke(point: Point) -> Point:
        dx, dy = point[0] - x0, point[1] - y0
        angle = turn * exp(-((dx * dx + dy * dy) / (radius * radius)))
        return (
            x0 + dx * cos(angle) - dy * sin(angle),
            y0 + dx * sin(angle) + dy * cos(angle),
        )

    return stroke


def stone(canvas: Canvas, rng: Random) -> list[Stroke]:
    return [wave(canvas.width * 0.9, 40, upright=True)]


def nonpareil(canvas: Canvas, rng: Random) -> list[Stroke]:
    """Back and forth with a coarse comb, then once across with a fine one."""
    return [
        rake(160, 260, upright=True, both_ways=True),
        rake(64, 120, upright=False),
    ]


def bouquet(canvas: Canvas, rng: Random) -> list[Stroke]:
    return [
        *nonpareil(canvas, rng),
        wave(260, 50, upright=True),
        wave(260, 36, upright=False),
    ]


def feathers(canvas: Canvas, rng: Random) -> list[Stroke]:
    return [
        rake(95, 190, upright=False, both_ways=True),
        rake(210, 170, upright=True, both_ways=True),
    ]


def whirls(canvas: Canvas, rng: Random) -> list[Stroke]:
    strokes = [rake(120, 130, upright=True, both_ways=True)]
    for row in range(3):
        for column in range(4):
            center = (
                canvas.width * (column + 0.5 + rng.uniform(-0.15, 0.15)) / 4,
                canvas.height * (row + 0.5 + rng.uniform(-0.15, 0.15)) / 3,
            )
            turn = rng.choice((-1, 1)) * rng.uniform(1.0, 1.5) * pi
            strokes.append(curl(center, canvas.width * 0.085, turn))
    return strokes


def scattered(canvas: Canvas, rng: Random) -> list[Point]:
    """Evenly spread places, in no order."""
    places = [
        (
            canvas.width * (column + rng.uniform(-0.1, 1.1)) / 8,
            canvas.height * (row + rng.uniform(-0.1, 1.1)) / 8,
        )
        for column in range(8)
        for row in range(8)
    ]
    rng.shuffle(places)
    return places


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    strokes: Callable[[Canvas, Random], list[Stroke]],
    size: float = 112,
) -> None:
    """Drops, then the combs, then the paper laid on the water."""
    paper, *inks = colors
    canvas.wash([paper, paper])
    tray = Tray()
    for number, center in enumerate(scattered(canvas, rng)):
        radius = size * rng.uniform(0.5, 1.2)
        for ring in range(4):
            ink = vary(rng, inks[(number + ring) % len(inks)], 0.04)
            tray.drop(center, radius * (0.9 - 0.15 * ring), ink)
    for stroke in strokes(canvas, rng):
        tray.comb(stroke)
    for outline, ink in tray.drops:
        canvas.shape(outline, ink)
    canvas.veil(
        cloud((300, 200), rng, (60, 40), octaves=2), mix(paper, inks[0], 0.3), 0.07
    )


VENICE = palette("f1e6cf 1c3a5e b3372f e7c582 f4ecd8 2f6b62 8c2a36")
PEACOCK = palette("e9efe6 0d3b47 12707a 62b6a8 e8d9a0 2a2a5a c98b3d")
ROSE = palette("f7eadf 7d2440 d1667a f2c4b3 f8f0e3 3c4a6b e3a74f")
INK = palette("f3efe4 1d2230 3b4a63 8296a8 d9d4c5 f3efe4 a9472f")
FERN = palette("eef0df 1f3b2c 5b8a4f b9c77e f2efd8 d49a3a 2d5a5a")

PICTURES = [
    Picture("Stone.jpg", SQUARE, partial(draw, colors=INK, strokes=stone)),
    Picture("Nonpareil.jpg", WIDE, partial(draw, colors=VENICE, strokes=nonpareil)),
    Picture("Peacock.jpg", UPRIGHT, partial(draw, colors=PEACOCK, strokes=bouquet)),
    Picture("Feathers.webp", PANORAMA, partial(draw, colors=ROSE, strokes=feathers)),
    Picture("French Curl.jpg", WIDE, partial(draw, colors=FERN, strokes=whirls)),
]
