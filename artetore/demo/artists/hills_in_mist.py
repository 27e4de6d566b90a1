"""Ridge behind ridge, each a little paler, with mist in the valleys."""

from functools import partial
from math import sin
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, sheer
from ..noise import Heights, cloud, rough_noise
from ..picture import PANORAMA, TALL, UPRIGHT, WIDE, Picture


def ridge(canvas: Canvas, noise: Heights, row: int, depth: float) -> list[Point]:
    """A skyline from edge to edge; nearer (depth towards 1) is lower and rougher."""
    wide, high = canvas.width, canvas.height
    base, swing = high * (0.36 + 0.58 * depth), high * (0.2 - 0.08 * depth)
    scale = wide * (0.55 - 0.15 * depth)
    return [
        (x, base - swing * noise(x / scale + row * 9.1, row * 4.7))
        for x in range(-8, wide + 9, 4)
    ]


def firs(canvas: Canvas, rng: Random, skyline: list[Point], ink: Color) -> None:
    """Trees along the ridge, in groups."""
    for x, y in skyline:
        if rng.random() > 0.62 + 0.38 * sin(x / 140):
            continue
        tall = rng.uniform(26, 78)
        half = tall * 0.2
        for tier in range(4):
            top = y + 8 - tall * (1 - tier * 0.2)
            spread = half * (0.4 + tier * 0.22)
            low = top + tall * 0.36
            canvas.shape([(x, top), (x + spread, low), (x - spread, low)], ink)
        canvas.line([(x, y + 10), (x, y - tall * 0.2)], ink, 3)


def birds(canvas: Canvas, rng: Random, ink: Color) -> None:
    x0, y0 = canvas.width * rng.uniform(0.25, 0.7), canvas.height * 0.22
    for _ in range(7):
        x, y, wing = x0 + rng.gauss(0, 70), y0 + rng.gauss(0, 28), rng.uniform(7, 13)
        lift = wing * rng.uniform(0.35, 0.7)
        for side in (-1, 1):
            bend = x + side * wing * 0.5, y - lift
            canvas.line([(x, y), bend, (x + side * wing, y - lift * 0.6)], ink, 2)


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    sun: tuple[float, float],
    rows: int = 7,
    trees: bool = True,
) -> None:
    """Sky, sun, then the ridges from the farthest to the nearest."""
    top, low, light, far, near = colors
    wide, high = canvas.width, canvas.height
    canvas.wash([top, mix(top, low, 0.6), low], 0, 0.7)
    canvas.wash([low, low], 0.7, 1)
    disc, radius = (wide * sun[0], high * sun[1]), min(wide, high) * 0.065
    canvas.glow(disc, radius * 9, light, 0.75)
    canvas.dot(disc, radius, mix(light, (255, 255, 255), 0.4))
    canvas.veil(cloud((300, 200), rng, (2, 8)), mix(low, (255, 255, 255), 0.5), 0.22)
    birds(canvas, rng, mix(near, far, 0.4))
    noise = rough_noise(rng, 5)
    for row in range(rows):
        depth = row / (rows - 1)
        skyline = ridge(canvas, noise, row, depth)
        ink = mix(mix(far, low, 0.55), near, depth**1.25)
        if trees and row > rows - 4:
            firs(canvas, rng, skyline, ink)
        valley = [*skyline, (wide + 9, high + 9), (-8, high + 9)]
        canvas.shape(valley, ink)
        mist(canvas, skyline, mix(low, (255, 255, 255), 0.2), 1 - depth)


def mist(canvas: Canvas, skyline: list[Point], ink: Color, density: float) -> None:
    """Thickens downwards from the ridge, in thin sheets."""
    high, wide = canvas.height, canvas.width
    for sheet in range(14):
        drop = 26 + sheet * high * 0.013
        edge = [(x, y + drop + (y - high * 0.5) * 0.03 * sheet) for x, y in skyline]
        body = [*edge, (wide + 9, high + 40), (-8, high + 40)]
        canvas.shape(body, sheer(ink, 0.055 * density))


MORNING = palette("a9c4cf f3dcc0 fff1cf 7d9aa8 1d3440")
EVENING = palette("54507e f4a582 ffdf9e a0708c 2a1f3d")
WINTER = palette("b8c9da eef1f4 ffffff 9fb3c8 2b3f57")
PINES = palette("8fb3a5 f0ead0 fff8d8 6f9a8d 12302d")
ROSE = palette("c9a0b0 fbe3d0 fff4e0 a97f98 3a2440")

PICTURES = [
    Picture("First Light.jpg", WIDE, partial(draw, colors=MORNING, sun=(0.68, 0.3))),
    Picture(
        "Blue Hour.jpg",
        PANORAMA,
        partial(draw, colors=EVENING, sun=(0.3, 0.38), rows=8),
    ),
    Picture("Stillness.webp", UPRIGHT, partial(draw, colors=WINTER, sun=(0.6, 0.22))),
    Picture(
        "Held Upright.jpg",
        TALL,
        partial(draw, colors=PINES, sun=(0.36, 0.26), rows=8),
        sideways=True,
    ),
    Picture(
        "Seven Ridges.jpg",
        PANORAMA,
        partial(draw, colors=ROSE, sun=(0.55, 0.27), trees=False),
    ),
]
