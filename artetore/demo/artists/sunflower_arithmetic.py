"""Seeds set one after another at the golden angle, and the spirals that appear."""

from functools import partial
from math import cos, pi, sin, sqrt
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp, vary
from ..noise import cloud, gradient_noise
from ..picture import SQUARE, UPRIGHT, WIDE, Picture

GOLDEN = pi * (3 - sqrt(5))


def ground(canvas: Canvas, rng: Random, paper: Color) -> None:
    canvas.wash([mix(paper, (255, 255, 255), 0.06), mix(paper, (60, 40, 30), 0.06)])
    canvas.veil(cloud((300, 300), rng, (3, 3)), mix(paper, (120, 90, 60), 0.3), 0.14)


def seeds(canvas: Canvas, rng: Random, *, colors: list[Color], count: int) -> None:
    """Discs that grow outwards, colored along two families of spirals."""
    paper, *inks = colors
    ground(canvas, rng, paper)
    x0, y0 = canvas.width / 2, canvas.height / 2
    reach = min(canvas.width, canvas.height) * 0.44
    for number in range(1, count):
        place = sqrt(number / count)
        angle = number * GOLDEN
        center = x0 + reach * place * cos(angle), y0 + reach * place * sin(angle)
        size = reach / sqrt(count) * (0.42 + 0.5 * place)
        arm = number % 21 / 20
        ink = ramp([*inks, inks[0]], (arm + place * 0.6) % 1)
        canvas.dot(center, size, mix(ink, (20, 20, 30), 0.25))
        canvas.dot((center[0] - size * 0.06, center[1] - size * 0.08), size * 0.9, ink)


def petal(center: Point, angle: float, length: float, width: float) -> list[Point]:
    """A pointed leaf that starts at `center` and grows in that direction."""
    outline = []
    for step in range(25):
        turn = pi * step / 12
        along = length * (1 - cos(turn)) / 2
        across = width / 2 * sin(turn) * (0.55 + 0.45 * along / length)
        outline.append(
            (
                center[0] + along * cos(angle) - across * sin(angle),
                center[1] + along * sin(angle) + across * cos(angle),
            )
        )
    return outline


def bloom(
    canvas: Canvas,
    rng: Random,
    center: Point,
    reach: float,
    inks: list[Color],
    count: int,
) -> None:
    """A dahlia: the outermost petals first, each over those before it."""
    rim = [petal(center, n * GOLDEN, reach, reach * 0.3) for n in range(40)]
    canvas.shadow(canvas.stencil(rim), (reach * 0.03, reach * 0.05), reach * 0.05, 0.45)
    for number in range(count, 0, -1):
        place = (number / count) ** 0.62
        angle = number * GOLDEN + rng.uniform(-0.03, 0.03)
        length = reach * place * rng.uniform(0.96, 1.03)
        width = reach * (0.06 + 0.25 * place)
        ink = vary(rng, ramp(inks, place), 0.05)
        edge = mix(ink, (30, 10, 30), 0.32)
        canvas.shape(petal(center, angle, length, width), edge)
        canvas.shape(petal(center, angle, length * 0.975, width * 0.9), ink)
        vein = petal(center, angle, length * 0.9, width * 0.28)
        canvas.shape(vein, mix(ink, (255, 255, 255), 0.13))


def dahlia(canvas: Canvas, rng: Random, *, colors: list[Color], count: int) -> None:
    paper, *inks = colors
    ground(canvas, rng, paper)
    middle = canvas.width / 2, canvas.height / 2
    reach = min(canvas.width, canvas.height) * 0.44
    bloom(canvas, rng, middle, reach, inks, count)


def bed(canvas: Canvas, rng: Random, *, colors: list[Color]) -> None:
    """Many flowers side by side, the large ones on top."""
    paper, *inks = colors
    ground(canvas, rng, paper)
    noise = gradient_noise(rng)
    places = [
        ((column + rng.uniform(0.1, 0.9)) / 8, (row + rng.uniform(0.1, 0.9)) / 5)
        for column in range(8)
        for row in range(5)
    ]
    rng.shuffle(places)
    for rank, (x, y) in enumerate(places):
        reach = canvas.height * (0.07 + 0.17 * rank / len(places))
        shift = int(abs(noise(x * 3, y * 3)) * 20)
        turned = inks[shift % len(inks) :] + inks[: shift % len(inks)]
        center = x * canvas.width, y * canvas.height
        bloom(canvas, rng, center, reach, turned, 70 + rank)


HONEY = palette("2a1c14 f6c445 e8892b 8c3b1b f9e2a0 c45f1d")
LAGOON = palette("f3efe2 0f4c5c 2c8c99 9fd3c7 f2b880 d1603d")
DAHLIA = palette("f2e7dd 4a1030 8e1f4f d1446b f08a8a f9cdb8")
SNOW = palette("22364a f7e7b0 f3f1ea dfe9ec b7ccd6 8fb0c2")
MEADOW = palette("24423a f6d365 f08a5d b83b5e f9ede0 6a5a9c")

PICTURES = [
    Picture("One Thousand.jpg", SQUARE, partial(seeds, colors=HONEY, count=1000)),
    Picture("Twenty-one Arms.png", SQUARE, partial(seeds, colors=LAGOON, count=620)),
    Picture("Dahlia.jpg", UPRIGHT, partial(dahlia, colors=DAHLIA, count=260)),
    Picture("Frost Aster.webp", SQUARE, partial(dahlia, colors=SNOW, count=180)),
    Picture("Flower Bed.jpg", WIDE, partial(bed, colors=MEADOW)),
]
