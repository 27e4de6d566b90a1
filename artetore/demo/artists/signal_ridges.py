"""One line after another, each hiding what lies behind it."""

from collections.abc import Callable
from functools import partial
from math import cos, exp, pi, sin, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp
from ..noise import cloud, rough_noise
from ..picture import SQUARE, TALL, UPRIGHT, WIDE, Picture

Envelope = Callable[[float, float], float]


def pulse(across: float, down: float) -> float:
    """High in the middle of the sheet, flat at its sides; both arguments 0 to 1."""
    return exp(-(((across - 0.5 - 0.05 * sin(down * 9)) / 0.14) ** 2))


def twin(across: float, down: float) -> float:
    first = exp(-(((across - 0.3 - 0.16 * down) / 0.1) ** 2))
    return first + 0.75 * exp(-(((across - 0.74 + 0.14 * down) / 0.08) ** 2))


def island(across: float, down: float) -> float:
    return 1.5 * exp(-(((across - 0.52) / 0.26) ** 2) - ((down - 0.5) / 0.22) ** 2)


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    envelope: Envelope,
    rows: int = 54,
    height: float = 0.15,
    peaks: float = 9,
) -> None:
    """From the top down; every line is filled with the ground below it."""
    ground, *inks = colors
    canvas.wash([ground, ground])
    canvas.veil(cloud((300, 300), rng, (3, 3)), mix(ground, inks[0], 0.5), 0.07)
    wide, high, noise = canvas.width, canvas.height, rough_noise(rng, 4)
    left, right, top, low = wide * 0.14, wide * 0.86, high * 0.2, high * 0.88
    for row in range(rows):
        down = row / (rows - 1)
        base = top + (low - top) * down
        line: list[Point] = []
        for x in range(round(left), round(right), 3):
            across = (x - left) / (right - left)
            jolt = max(0.0, 0.3 + noise(across * peaks + row * 0.07, row * 0.55))
            calm = 0.03 + envelope(across, down)
            rise = high * height * calm * (jolt + 0.1 * noise(across * 60, row * 3.1))
            line.append((x, base - max(-4.0, rise)))
        ink, foot = ramp(inks, down), min(low, base + 30)
        body = [*line, (right, foot), (left, foot)]
        canvas.shape(body, mix(ground, ink, 0.1 + 0.08 * down))
        canvas.line(line, ink, 3)


def rings(canvas: Canvas, rng: Random, *, colors: list[Color], count: int = 36) -> None:
    """The same signal bent round, drawn from the outside inwards."""
    ground, *inks = colors
    canvas.wash([ground, ground])
    noise = rough_noise(rng, 4)
    x0, y0, reach = canvas.width / 2, canvas.height / 2, canvas.width * 0.33
    for ring in range(count, 2, -1):
        place = ring / count
        line: list[Point] = []
        for step in range(541):
            angle = tau * (step % 540) / 540
            loud = 0.25 + 0.75 * (0.5 + 0.5 * cos(angle * 3 + pi * place)) ** 2
            jolt = 0.2 + noise(4 + 2.2 * cos(angle), 9 + 2.2 * sin(angle) + ring * 0.16)
            fine = 0.12 * noise(14 * cos(angle) + 40, 14 * sin(angle) + ring * 2.0)
            radius = reach * place * (1 + 0.42 * loud * max(0.0, jolt + fine))
            line.append((x0 + radius * cos(angle), y0 + radius * sin(angle)))
        canvas.shape(line, mix(ground, ramp(inks, place), 0.22 * (1 - place)))
        canvas.line(line, ramp(inks, place), 3)


BLACK = palette("0e0e10 f4f1ea f4f1ea")
PAPER = palette("f3ecdd 1d3a4c b4472f")
DEEP = palette("101a33 6fd6c9 f5e6a8 f28b66")
WINE = palette("2a0f1e ffe0b8 f07f6e c45a9a")

PICTURES = [
    Picture("Pulse.jpg", TALL, partial(draw, colors=BLACK, envelope=pulse)),
    Picture("Two Voices.png", UPRIGHT, partial(draw, colors=PAPER, envelope=twin)),
    Picture(
        "Island.jpg",
        WIDE,
        partial(draw, colors=DEEP, envelope=island, rows=44, height=0.22, peaks=6),
    ),
    Picture("Echo.webp", SQUARE, partial(rings, colors=WINE)),
]
