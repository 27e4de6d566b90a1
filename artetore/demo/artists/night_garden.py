"""Plants grown by rewriting, seen at night, with fireflies."""

from collections.abc import Callable
from functools import partial
from math import cos, pi, sin, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, sheer, vary
from ..noise import cloud
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture

Plant = Callable[[Canvas, Random, Point, float, Color, Color], None]

# What an X or an F becomes in the next generation; several futures are chosen among.
WEED = {"X": ("F[+X]F[-X]+X", "F[-X]F[+X]-X", "F[+X][-X]FX"), "F": ("FF", "F")}
BUSH = {"X": ("F[+X][-X]FX", "F-[[X]+X]+F[+FX]-X"), "F": ("FF", "F")}


JOINTS = 34  # of every stem


def grown(rng: Random, rules: dict[str, tuple[str, ...]], generations: int) -> str:
    """An L-system's word: F grows, + and - turn, [ ] branches, X is a bud."""
    word = "X"
    for _ in range(generations):
        word = "".join(rng.choice(rules.get(letter, (letter,))) for letter in word)
    return word


def shrub(
    canvas: Canvas,
    rng: Random,
    root: Point,
    height: float,
    leaf: Color,
    bloom: Color,
    rules: dict[str, tuple[str, ...]] = WEED,
) -> None:
    """Walks an L-system's word as a turtle, with a flower at every bud."""
    word = grown(rng, rules, 5)
    step = height / (12 + 0.045 * word.count("F"))
    (x, y), angle, depth = root, -pi / 2 + rng.uniform(-0.1, 0.1), 0
    stack, buds = [], []
    for letter in word:
        if letter == "F":
            ahead = x + step * cos(angle), y + step * sin(angle)
            canvas.line([(x, y), ahead], leaf, max(1.2, height / 110 - depth))
            x, y = ahead
            angle += rng.uniform(-0.07, 0.07)
        elif letter in "+-":
            angle += (1 if letter == "+" else -1) * rng.uniform(0.3, 0.5)
        elif letter == "[":
            stack.append((x, y, angle, depth))
            depth += 1
        elif letter == "]":
            buds.append((x, y))
            x, y, angle, depth = stack.pop()
    for bud in buds:
        blossom(canvas, rng, bud, height * rng.uniform(0.006, 0.014), bloom)


def blossom(
    canvas: Canvas, rng: Random, center: Point, size: float, bloom: Color
) -> None:
    turn = rng.uniform(0, tau)
    for petal in range(5):
        angle = turn + tau * petal / 5
        middle = center[0] + size * cos(angle), center[1] + size * sin(angle)
        canvas.dot(middle, size * 0.75, vary(rng, bloom, 0.16))
    canvas.dot(center, size * 0.45, mix(bloom, (255, 240, 190), 0.7))


def stem(rng: Random, root: Point, height: float) -> list[Point]:
    """A curve from the ground up, leaning a little further the higher it gets."""
    lean, sway = rng.uniform(-0.3, 0.3) * height, rng.uniform(-0.06, 0.06) * height
    return [
        (root[0] + lean * t * t + sway * sin(t * 5), root[1] - height * t)
        for t in (n / JOINTS for n in range(JOINTS + 1))
    ]


def fern(
    canvas: Canvas, rng: Random, root: Point, height: float, leaf: Color, _bloom: Color
) -> None:
    """A frond: leaflets on both sides, shorter towards the tip."""
    spine = stem(rng, root, height)
    canvas.line(spine, leaf, max(1.5, height / 160))
    for n in range(2, JOINTS):
        (x0, y0), (x, y) = spine[n - 1], spine[n]
        reach = height * 0.2 * (1 - n / JOINTS) ** 0.7
        for side in (-1, 1):
            tip = x + side * reach, y - reach * 0.35 + rng.uniform(-4, 4)
            bend = (x + tip[0]) / 2, (y + tip[1]) / 2 - reach * 0.16
            color = vary(rng, leaf, 0.12)
            canvas.shape([(x0, y0), bend, tip, ((x + bend[0]) / 2, y)], color)


def umbel(
    canvas: Canvas, rng: Random, root: Point, height: float, leaf: Color, bloom: Color
) -> None:
    """A stem that ends in an umbrella of tiny flowers."""
    stalk = stem(rng, root, height)
    canvas.line(stalk, leaf, max(1.5, height / 120))
    x, y = stalk[-1]
    for ray in range(19):
        angle = -pi / 2 + (ray - 9) * 0.14
        reach = height * 0.2 * rng.uniform(0.8, 1.05)
        end = x + reach * cos(angle), y + reach * sin(angle)
        canvas.line([(x, y), end], leaf, 1.3)
        for _ in range(9):
            spread = height * 0.018
            seed = end[0] + rng.gauss(0, spread), end[1] + rng.gauss(0, spread * 0.7)
            canvas.dot(seed, rng.uniform(1.5, 3.6), vary(rng, bloom, 0.2))


def grass(canvas: Canvas, rng: Random, color: Color, height: float) -> None:
    for _ in range(int(canvas.width * 0.5)):
        x, reach = rng.uniform(-20, canvas.width + 20), height * rng.uniform(0.3, 1)
        tip = x + rng.uniform(-0.5, 0.5) * reach, canvas.height - reach
        bend = (x + tip[0]) / 2 + 3, canvas.height - reach * 0.6
        foot = canvas.height + 4
        canvas.shape([(x, foot), bend, tip, (x + 7, foot)], vary(rng, color, 0.1))


def sky(canvas: Canvas, rng: Random, night: Color, dusk: Color, light: Color) -> None:
    canvas.wash([night, mix(night, dusk, 0.5), dusk])
    canvas.veil(cloud((300, 200), rng, (3, 4)), mix(dusk, light, 0.25), 0.22)
    for _ in range(220):
        place = rng.uniform(0, canvas.width), rng.uniform(0, canvas.height * 0.75)
        canvas.dot(place, rng.uniform(0.5, 1.5), sheer(light, rng.uniform(0.2, 0.7)))
    moon = canvas.width * rng.choice((0.22, 0.76)), canvas.height * 0.22
    radius = min(canvas.width, canvas.height) * 0.07
    canvas.glow(moon, radius * 7, light, 0.4)
    canvas.dot(moon, radius, light)


def fireflies(canvas: Canvas, rng: Random, count: int, light: Color) -> None:
    for _ in range(count):
        place = (
            rng.uniform(0.05, 0.95) * canvas.width,
            rng.triangular(0.35, 0.97, 0.8) * canvas.height,
        )
        size = rng.uniform(9, 26)
        canvas.glow(place, size, light, 0.75)
        canvas.dot(place, size / 9, (255, 252, 225))


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    plants: tuple[Plant, ...],
    tall: float = 0.5,
    crowd: int = 8,
) -> None:
    """Three rows of plants, the nearest the darkest, then grass and fireflies."""
    night, dusk, light, leaf, *blooms = colors
    sky(canvas, rng, night, dusk, light)
    for row in range(3):
        shade = mix(mix(leaf, dusk, 0.6 - 0.3 * row), night, 0.18 * row)
        for number in range(crowd):
            x = canvas.width * (number + rng.uniform(0.1, 0.9)) / crowd
            height = canvas.height * tall * rng.uniform(0.5, 1.1) * (0.8 + 0.1 * row)
            bloom = mix(rng.choice(blooms), dusk, 0.45 - 0.2 * row)
            root = x, canvas.height + 10.0
            rng.choice(plants)(canvas, rng, root, height, shade, bloom)
        canvas.veil(cloud((200, 120), rng, (2, 3)), dusk, 0.12 * (2 - row))
    grass(canvas, rng, mix(leaf, night, 0.7), canvas.height * 0.09)
    fireflies(canvas, rng, 26, blooms[0])


BLUE = palette("0b1430 24507a f4efd6 4f8f86 ffd98a f2a7b5 e9f0f5")
GREEN = palette("071d1f 1f6060 f8f3cf 5aa37a fff0a0 ffffff ffb870")
VIOLET = palette("160f2e 6a4a86 fbe9d7 5a7f8c ffd0a0 ff8fa8 c9b6ff")
DAWN = palette("2a2350 c77a86 fff0d8 5b6f7a ffe2a0 f7f2ff ff9f8a")

bush = partial(shrub, rules=BUSH)

PICTURES = [
    Picture(
        "Cow Parsley.jpg",
        WIDE,
        partial(draw, colors=BLUE, plants=(umbel,), tall=0.68, crowd=10),
    ),
    Picture(
        "Fernery.jpg",
        UPRIGHT,
        partial(draw, colors=GREEN, plants=(fern,), tall=0.72, crowd=5),
    ),
    Picture(
        "Weeds in Flower.webp",
        SQUARE,
        partial(draw, colors=VIOLET, plants=(shrub, shrub, umbel), tall=0.55, crowd=5),
    ),
    Picture(
        "Before Sunrise.jpg",
        PANORAMA,
        partial(draw, colors=DAWN, plants=(umbel, fern, shrub), crowd=9),
    ),
    Picture(
        "Thicket.heic",
        UPRIGHT,
        partial(draw, colors=BLUE, plants=(bush, fern), tall=0.8, crowd=5),
    ),
]
