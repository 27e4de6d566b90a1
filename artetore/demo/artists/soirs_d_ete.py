"""The sun on its way into the sea, evening after evening."""

from collections.abc import Callable
from functools import partial
from math import cos, sin
from random import Random

from PIL import Image, ImageChops

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp, sheer
from ..noise import cloud, rough_noise
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture

Shore = Callable[[Canvas, Random, float, Color], None]


def clouds(canvas: Canvas, rng: Random, horizon: float, inks: list[Color]) -> None:
    """Long banks of cloud, thicker towards the horizon, lit from below."""
    size = 400, 300
    fade = Image.linear_gradient("L").resize(size)
    above = fade.point([v if v < 255 * horizon else 0 for v in range(256)])
    for layer, ink in enumerate(inks):
        bank = cloud(size, rng, (2 + layer, 9 + 5 * layer), octaves=4)
        bank = bank.point([max(0, min(255, (v - 120) * 3)) for v in range(256)])
        canvas.veil(ImageChops.multiply(bank, above), ink, 0.6)


def haze(canvas: Canvas, rng: Random, sun: Point, radius: float, ink: Color) -> None:
    """Thin streaks of cloud before the lower half of the sun."""
    for streak in range(5):
        x, half = sun[0] + rng.gauss(0, radius), radius * rng.uniform(1.2, 3.0)
        y, thick = sun[1] + radius * (0.12 + 0.2 * streak), radius * 0.07
        lens = [(x - half, y), (x, y - thick), (x + half, y), (x, y + thick)]
        canvas.shape(lens, sheer(ink, 0.75))


def glitter(
    canvas: Canvas, rng: Random, sun: Point, horizon: float, light: Color
) -> None:
    """The sun's road on the water: short strokes, wider and farther apart below."""
    for _ in range(1500):
        depth = rng.random() ** 1.4
        y = horizon + 3 + depth * (canvas.height - horizon)
        spread = canvas.width * (0.03 + 0.1 * depth)
        x, half = rng.gauss(sun[0], spread), rng.uniform(4, 34) * (0.3 + depth)
        thick = 0.8 + 3.4 * depth
        ink = sheer(light, rng.uniform(0.18, 0.6))
        lens = [(x - half, y), (x, y - thick / 2), (x + half, y), (x, y + thick / 2)]
        canvas.shape(lens, ink)


def swell(canvas: Canvas, rng: Random, horizon: float, dark: Color) -> None:
    for _ in range(900):
        depth = rng.random() ** 1.2
        y = horizon + depth * (canvas.height - horizon)
        x, half = rng.uniform(0, canvas.width), rng.uniform(10, 90) * (0.25 + depth)
        thick = 0.8 + 4 * depth
        lens = [(x - half, y), (x, y - thick / 2), (x + half, y), (x, y + thick / 2)]
        canvas.shape(lens, sheer(dark, 0.16))


def headland(canvas: Canvas, rng: Random, horizon: float, ink: Color) -> None:
    """Two tongues of land, the farther one paler."""
    noise, wide = rough_noise(rng, 4), canvas.width
    for rank, side in enumerate((1, -1)):
        line = []
        for x in range(0, wide + 8, 6):
            inland = x / wide if side > 0 else 1 - x / wide
            rise = max(0.0, inland - 0.55 - 0.12 * rank) * canvas.height * 0.42
            line.append((x, horizon + 3 - rise * (0.8 + noise(x / 190, rank * 5.0))))
        body = [*line, (wide + 9, horizon + 4), (0, horizon + 4)]
        canvas.shape(body, mix(ink, (255, 190, 150), 0.3 - 0.2 * rank))


def sails(canvas: Canvas, rng: Random, horizon: float, ink: Color) -> None:
    for count in range(4):
        size = canvas.height * rng.uniform(0.03, 0.075)
        x = canvas.width * (count + rng.uniform(0.2, 0.8)) / 4
        y = horizon + size * 0.7
        hull = [
            (x - size * 0.6, y),
            (x + size * 0.6, y),
            (x + size * 0.4, y + size * 0.16),
        ]
        canvas.shape([*hull, (x - size * 0.45, y + size * 0.16)], ink)
        main = [(x, y - size * 1.7), (x + size * 0.55, y - 3), (x, y - 3)]
        jib = [(x - 3, y - size * 1.5), (x - 3, y - 3), (x - size * 0.5, y - 3)]
        canvas.shape(main, ink)
        canvas.shape(jib, mix(ink, (255, 220, 190), 0.2))
        canvas.shape(
            [
                (x - size * 0.4, y + size * 0.2),
                (x + size * 0.4, y + size * 0.2),
                (x, y + size * 1.2),
            ],
            sheer(ink, 0.25),
        )


def reeds(canvas: Canvas, rng: Random, horizon: float, ink: Color) -> None:
    for _ in range(150):
        x = (
            rng.choice((rng.uniform(-0.02, 0.32), rng.uniform(0.72, 1.02)))
            * canvas.width
        )
        tall = canvas.height * rng.uniform(0.1, 0.42)
        lean, foot = rng.uniform(-0.25, 0.25) * tall, canvas.height + 5
        stem = [(x + lean * (n / 12) ** 2, foot - tall * n / 12) for n in range(13)]
        canvas.line(stem, ink, 2.6)
        if rng.random() < 0.35:
            canvas.line([stem[10], stem[12]], ink, 9)


def palms(canvas: Canvas, rng: Random, horizon: float, ink: Color) -> None:
    for share in (0.13, 0.2, 0.9):
        tall = canvas.height * rng.uniform(0.42, 0.68)
        lean = tall * rng.uniform(0.1, 0.25) * (1 if share < 0.5 else -1)
        foot = canvas.width * share, canvas.height + 5.0
        trunk = [
            (foot[0] + lean * (n / 20) ** 2, foot[1] - tall * n / 20) for n in range(21)
        ]
        canvas.line(trunk, ink, canvas.height * 0.011)
        for leaf in range(11):
            frond(canvas, rng, trunk[-1], (leaf - 5) * 0.34, tall * 0.42, ink)


def frond(
    canvas: Canvas, rng: Random, root: Point, way: float, reach: float, ink: Color
) -> None:
    """A hanging leaf with its fingers; `way` in radians from straight up."""
    reach *= rng.uniform(0.85, 1.15)
    spine = [
        (
            root[0] + sin(way) * reach * t,
            root[1] - cos(way) * reach * t * 0.75 + reach * 0.5 * t * t,
        )
        for t in (n / 16 for n in range(17))
    ]
    canvas.line(spine, ink, 3.4)
    for n, (x, y) in enumerate(spine[2:], start=2):
        finger = reach * 0.17 * (1 - n / 20)
        for side in (-1, 1):
            tip = x + side * finger * 0.45 + sin(way) * finger * 0.5, y + finger
            canvas.line([(x, y), tip], ink, 2.6)


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    shore: Shore,
    sun: tuple[float, float],
    horizon: float = 0.66,
) -> None:
    *sky, light, sea, dark = colors
    level = canvas.height * horizon
    canvas.wash(sky, 0, horizon)
    place = canvas.width * sun[0], canvas.height * sun[1]
    radius = min(canvas.width, canvas.height) * 0.085
    clouds(canvas, rng, horizon, [sky[-2], mix(sky[0], sky[1], 0.5), light])
    canvas.glow(place, radius * 9, light, 0.65)
    canvas.dot(place, radius, mix(light, (255, 255, 255), 0.3))
    haze(canvas, rng, place, radius, sky[-1])
    canvas.wash([mix(sky[-1], sea, 0.35), sea, mix(sea, dark, 0.6)], horizon, 1)
    swell(canvas, rng, level, dark)
    glitter(canvas, rng, place, level, ramp([light, sky[-1]], 0.3))
    shore(canvas, rng, level, dark)


JUNE = palette("31406f 8d6a9f e58f7b ffd08a fff0c2 4a5a86 1d1f3a")
JULY = palette("1f4e79 6fa3b8 f3c98b f79256 fff1cc 2e6680 12263a")
AUGUST = palette("3a1c4a 99315c ec6a5e ffb870 ffe9b0 6a2c5a 1c0f26")
SEPTEMBER = palette("6b8aa0 b9b7b0 ecc9a7 f6dcb0 fff6df 7f98a3 2c3b46")

PICTURES = [
    Picture(
        "Juin.jpg",
        PANORAMA,
        partial(draw, colors=JUNE, shore=headland, sun=(0.42, 0.61)),
    ),
    Picture(
        "Juillet.jpg", WIDE, partial(draw, colors=JULY, shore=sails, sun=(0.6, 0.5))
    ),
    Picture(
        "Août.jpg",
        UPRIGHT,
        partial(draw, colors=AUGUST, shore=palms, sun=(0.52, 0.63), horizon=0.7),
    ),
    Picture(
        "Fin d’été.webp",
        SQUARE,
        partial(draw, colors=SEPTEMBER, shore=reeds, sun=(0.5, 0.42)),
    ),
]
