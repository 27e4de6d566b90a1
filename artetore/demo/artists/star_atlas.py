"""Charts of skies nobody has seen, with constellations that nobody has named yet."""

from functools import partial
from math import cos, hypot, pi, sin, tau
from random import Random

from PIL import Image, ImageChops

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, sheer
from ..noise import cloud
from ..picture import PANORAMA, SQUARE, UPRIGHT, Picture

Star = tuple[float, float, float]  # x, y, radius

NAMES = (
    "The Kettle",
    "Heron",
    "Small Anchor",
    "Lamplighter",
    "The Loom",
    "Two Keys",
    "Otter",
    "Quince",
    "The Ferry",
    "Thimble",
    "Old Bicycle",
    "Swift",
    "The Ladder",
    "Paper Boat",
    "Hare",
)


def sparse_sky(rng: Random, field: Image.Image, count: int) -> list[Point]:
    """Places from 0 to 1, more of them where the field is bright."""
    places = []
    while len(places) < count:
        x, y = rng.random(), rng.random()
        spot = int(x * field.width), int(y * field.height)
        if rng.random() < 0.2 + 0.8 * (field.getpixel(spot) / 255) ** 2:
            places.append((x, y))
    return places


def milky_way(size: tuple[int, int], rng: Random, tilt: float) -> Image.Image:
    """A cloudy band across the middle, with finer dust in it."""
    wide, high = size
    band = Image.linear_gradient("L").point(
        [max(0, 255 - round(abs(v - 128) * 4.2)) for v in range(256)]
    )
    band = band.resize((wide * 2, high)).rotate(tilt, Image.Resampling.BICUBIC)
    band = band.crop((wide // 2, 0, wide // 2 + wide, high))
    light = ImageChops.multiply(band, cloud(size, rng, (5, 4), octaves=5))
    dust = cloud(size, rng, (9, 3), octaves=5).point(
        [min(255, 90 + v) for v in range(256)]
    )
    return ImageChops.multiply(light, dust)


def star(canvas: Canvas, place: Star, ink: Color) -> None:
    """Bright ones with a halo and four fine rays."""
    x, y, radius = place
    if radius > 3.2:
        canvas.glow((x, y), radius * 6, ink, 0.35)
        for turn in range(4):
            angle = pi * turn / 2
            tip = x + radius * 2.6 * cos(angle), y + radius * 2.6 * sin(angle)
            canvas.line([(x, y), tip], sheer(ink, 0.6), 0.9)
    canvas.dot((x, y), radius, ink)


def magnitude(rng: Random) -> float:
    return min(5.2, 0.75 + rng.expovariate(1.75))


def figure(rng: Random, stars: list[Star], start: Star, length: int) -> list[Star]:
    """From star to star, each time to a near one that keeps the way rather straight."""
    chain = [start]
    heading = rng.uniform(0, tau)
    while len(chain) < length:
        x, y, _ = chain[-1]
        ahead = x + 75 * cos(heading), y + 75 * sin(heading)
        rest = [s for s in stars if s not in chain]
        near = min(rest, key=lambda s: hypot(s[0] - ahead[0], s[1] - ahead[1]))
        chain.append(near)
        heading += rng.uniform(-1.3, 1.3)
    return chain


def constellations(
    canvas: Canvas, rng: Random, stars: list[Star], ink: Color, names: list[str]
) -> None:
    """Figures of bright stars, each with its name where no other name is near."""
    bright = [place for place in stars if place[2] > 1.6]
    labels: list[Point] = []
    for _ in range(80):
        if len(labels) == len(names):
            return
        chain = figure(rng, bright, rng.choice(bright), rng.randrange(5, 9))
        x = sum(place[0] for place in chain) / len(chain)
        y = max(place[1] for place in chain) + 26
        if any(hypot(x - other[0], y - other[1]) < 210 for other in labels):
            continue
        join(canvas, chain, ink)
        words = " ".join(names[len(labels)].upper())
        canvas.text((x, y), words, sheer(ink, 0.95), 15)
        labels.append((x, y))


def join(canvas: Canvas, chain: list[Star], ink: Color) -> None:
    """Lines from star to star, stopping short of them."""
    for (ax, ay, ar), (bx, by, br) in zip(chain, chain[1:], strict=False):
        span = max(1.0, hypot(bx - ax, by - ay))
        dx, dy = (bx - ax) / span, (by - ay) / span
        begin = ax + dx * (ar + 5), ay + dy * (ar + 5)
        end = bx - dx * (br + 5), by - dy * (br + 5)
        canvas.line([begin, end], sheer(ink, 0.8), 1.7)
        canvas.dot((ax, ay), ar + 1, ink)


def planisphere(canvas: Canvas, rng: Random, *, colors: list[Color]) -> None:
    """The whole sky in one disc, with its circles of height and hours."""
    page, sky, _, ink = colors
    canvas.wash([page, mix(page, (0, 0, 0), 0.05)])
    x0, y0, reach = canvas.width / 2, canvas.height / 2, canvas.width * 0.43
    dial(canvas, (x0, y0), reach, colors)
    field = milky_way((330, 330), rng, 38)
    round_field = ImageChops.multiply(field, disc(field.size, reach / canvas.width))
    canvas.veil(round_field, mix(sky, ink, 0.75), 0.55)
    stars = [
        (x * canvas.width, y * canvas.height, magnitude(rng))
        for x, y in sparse_sky(rng, field, 3400)
        if hypot(x - 0.5, y - 0.5) < 0.42
    ]
    for place in stars:
        star(canvas, place, ink)
    inner = [s for s in stars if hypot(s[0] - x0, s[1] - y0) < reach * 0.74]
    constellations(canvas, rng, inner, ink, rng.sample(NAMES, 9))


def dial(canvas: Canvas, center: Point, reach: float, colors: list[Color]) -> None:
    """The disc, its grid, and the hours around it."""
    page, sky, line, _ = colors
    canvas.dot(center, reach + 16, mix(page, line, 0.75))
    canvas.dot(center, reach + 13, page)
    canvas.dot(center, reach, sky)
    for ring in (0.25, 0.5, 0.75, 1):
        canvas.ring(center, reach * ring, sheer(line, 0.5), 1)
    for hour in range(24):
        inner = reach * (0.06 if hour % 6 == 0 else 0.25)
        start, end, label = (
            spoke(center, tau * hour / 24, away) for away in (inner, reach, reach + 38)
        )
        canvas.line([start, end], sheer(line, 0.4), 1)
        canvas.text(label, str(hour), mix(sky, page, 0.25), 19)


def spoke(center: Point, angle: float, away: float) -> Point:
    return center[0] + away * cos(angle), center[1] + away * sin(angle)


def disc(size: tuple[int, int], radius: float) -> Image.Image:
    """A mask with a round of that radius, as a share of its width."""
    edge = round(128 * 2**0.5 * radius * 2)
    mask = Image.radial_gradient("L").point([255 * (v < edge) for v in range(256)])
    return mask.resize(size, Image.Resampling.BILINEAR)


def chart(canvas: Canvas, rng: Random, *, colors: list[Color], tilt: float) -> None:
    """One region of the sky on a grid, framed like a map's sheet."""
    page, sky, line, ink = colors
    wide, high = canvas.width, canvas.height
    canvas.wash([mix(sky, (0, 0, 0), 0.15), sky])
    field = milky_way((wide // 4, high // 4), rng, tilt)
    canvas.veil(field, mix(sky, ink, 0.8), 0.6)
    pole = wide * 0.5, -high * 0.9
    for n in range(-3, 9):
        canvas.ring(pole, high * (1 + 0.17 * n), sheer(line, 0.32), 1)
    for n in range(-14, 15):
        meridian = [pole, spoke(pole, pi / 2 + n * 0.09, 4 * high)]
        canvas.line(meridian, sheer(line, 0.32), 1)
    places = sparse_sky(rng, field, 2600)
    stars = [(x * wide, y * high, magnitude(rng)) for x, y in places]
    for place in stars:
        star(canvas, place, ink)
    inner = [s for s in stars if 140 < s[0] < wide - 140 and 120 < s[1] < high - 140]
    constellations(canvas, rng, inner, ink, rng.sample(NAMES, 9))
    frame(canvas, 46, page, mix(page, line, 0.7))


def frame(canvas: Canvas, rim: float, page: Color, line: Color) -> None:
    wide, high = canvas.width, canvas.height
    canvas.box((0, 0), (wide, rim), page)
    canvas.box((0, high - rim), (wide, high), page)
    canvas.box((0, 0), (rim, high), page)
    canvas.box((wide - rim, 0), (wide, high), page)
    edge = [(rim, rim), (wide - rim, rim), (wide - rim, high - rim), (rim, high - rim)]
    canvas.line([*edge, edge[0], edge[1]], line, 3)


NIGHT = palette("efe6d2 14213d 8fa3bf fdf3d7")
ANTIQUE = palette("2b2118 efe2c4 8c6d4a 4a2c17")
TEAL = palette("f2ead8 0e3038 6fa3a0 fff3d0")
PLUM = palette("efe3dc 2a1838 a58ab0 ffe9d6")

PICTURES = [
    Picture("Planisphere.jpg", SQUARE, partial(planisphere, colors=NIGHT)),
    Picture("Winter Quarter.jpg", PANORAMA, partial(chart, colors=TEAL, tilt=14)),
    Picture("On Vellum.jpg", SQUARE, partial(planisphere, colors=ANTIQUE)),
    Picture("Plate IX.webp", UPRIGHT, partial(chart, colors=PLUM, tilt=52)),
]
