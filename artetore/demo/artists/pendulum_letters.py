"""What a pen writes that hangs from several slowly dying pendulums."""

from collections.abc import Callable, Iterator
from functools import partial
from math import cos, exp, sin, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp, sheer
from ..noise import cloud
from ..picture import SQUARE, UPRIGHT, WIDE, Picture

Pen = Callable[..., Iterator[Point]]

STEPS = 240  # for every turn


def pendulums(
    rng: Random, *, ratio: tuple[float, float], fade: float, turns: int
) -> Iterator[Point]:
    """The pen hangs from two pendulums in each direction."""
    first, second = ratio
    detune = rng.uniform(0.0012, 0.0035)
    a, b, c, d = (rng.uniform(0, tau) for _ in range(4))
    for step in range(turns * STEPS):
        t = tau * step / STEPS
        left = exp(-fade * step / STEPS)
        x = sin(first * t + a) + 0.7 * sin((second + detune) * t + b)
        y = sin(second * t + c) + 0.7 * sin((first - detune) * t + d)
        yield x * left, y * left


def wheels(
    rng: Random, *, ratio: tuple[float, float], fade: float, turns: int
) -> Iterator[Point]:
    """The pen sits on a wheel that turns on the rim of another one."""
    first, second = ratio
    phase = rng.uniform(0, tau)
    for step in range(turns * STEPS):
        t = tau * step / STEPS
        left = exp(-fade * step / STEPS)
        arm = 0.45 + 0.13 * sin(t * 0.013 + phase)
        x = sin(t * first) + arm * sin(t * second + phase)
        y = cos(t * first) + arm * cos(t * second + phase)
        yield x * left, y * left


def fitted(canvas: Canvas, points: list[Point], share: float) -> list[Point]:
    """The points moved and stretched to fill that share of the sheet."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, low = min(y for _, y in points), max(y for _, y in points)
    side = min(canvas.width, canvas.height) * share
    wide = max(side, canvas.width * (share - 0.16)) / (right - left)
    high = max(side, canvas.height * (share - 0.16)) / (low - top)
    return [
        (
            canvas.width / 2 + (x - (left + right) / 2) * wide,
            canvas.height / 2 + (y - (top + low) / 2) * high,
        )
        for x, y in points
    ]


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    ratio: tuple[float, float],
    pen: Pen = pendulums,
    fade: float = 0.012,
    turns: int = 150,
    opacity: float = 0.55,
) -> None:
    """One line from the first swing to the last, its ink changing on the way."""
    paper, *inks = colors
    canvas.wash([paper, mix(paper, (90, 70, 60), 0.06)])
    canvas.veil(cloud((300, 300), rng, (4, 4)), mix(paper, inks[0], 0.5), 0.1)
    way = list(pen(rng, ratio=ratio, fade=fade, turns=turns))
    points = fitted(canvas, way, 0.84)
    stretch = 40
    for start in range(0, len(points) - 1, stretch):
        ink = ramp(inks, start / len(points))
        canvas.line(points[start : start + stretch + 1], sheer(ink, opacity), 1.3)


CREAM = palette("f6efe0 17324d 2d6a7a c1553b e0a13f")
NIGHT = palette("111a2e f6e7c1 f2a65a d1495b 6a4c93 4f9fc4")
ROSE = palette("f8eee9 5c1a33 b23a5a e58a6f 7d5a8c")
MOSS = palette("eef0e2 1f3d36 4d7c5a a8a24a c9713d")

PICTURES = [
    Picture("First Letter.jpg", SQUARE, partial(draw, colors=CREAM, ratio=(2, 3))),
    Picture(
        "Answer.jpg", UPRIGHT, partial(draw, colors=NIGHT, ratio=(2, 5), opacity=0.6)
    ),
    Picture("Postscript.png", WIDE, partial(draw, colors=ROSE, ratio=(3, 4))),
    Picture(
        "Signature.webp",
        SQUARE,
        partial(
            draw,
            colors=MOSS,
            ratio=(1, -4.985),
            pen=wheels,
            fade=0.009,
            turns=190,
        ),
    ),
]
