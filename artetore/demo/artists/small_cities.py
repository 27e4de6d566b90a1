"""Towns on their own islands, in parallel projection, no two houses alike."""

from functools import partial
from itertools import product
from math import hypot
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, sheer, vary
from ..noise import cloud, gradient_noise
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture

SHADE = (24, 26, 48)


class Plan:
    """Where a place of the plan (east, south, up, in lots) lies on the sheet."""

    def __init__(self, canvas: Canvas, lots: int, lift: float) -> None:
        self.lots = lots
        self.size = min(canvas.width * 0.88 / (2 * lots), canvas.height * 0.62 / lots)
        self._x = canvas.width / 2
        self._y = canvas.height * lift - lots * self.size / 2

    def at(self, east: float, south: float, up: float = 0.0) -> Point:
        return (
            self._x + (east - south) * self.size,
            self._y + (east + south) * self.size / 2 - up * self.size,
        )


def block(
    canvas: Canvas,
    plan: Plan,
    corner: tuple[float, float],
    side: tuple[float, float],
    heights: tuple[float, float],
    color: Color,
) -> None:
    """A cuboid: lit from the left, its right side in shade."""
    (east, south), (wide, deep), (floor, roof) = corner, side, heights
    top = [
        plan.at(east, south, roof),
        plan.at(east + wide, south, roof),
        plan.at(east + wide, south + deep, roof),
        plan.at(east, south + deep, roof),
    ]
    left_foot = plan.at(east, south + deep, floor)
    front_foot = plan.at(east + wide, south + deep, floor)
    right_foot = plan.at(east + wide, south, floor)
    canvas.shape([top[3], top[2], front_foot, left_foot], mix(color, SHADE, 0.12))
    canvas.shape([top[2], top[1], right_foot, front_foot], mix(color, SHADE, 0.42))
    canvas.shape(top, mix(color, (255, 255, 255), 0.25))


def windows(
    canvas: Canvas,
    rng: Random,
    plan: Plan,
    corner: tuple[float, float],
    side: tuple[float, float],
    roof: float,
    glass: tuple[Color, Color, float],
) -> None:
    """Panes on both walls; some are lit."""
    (east, south), (wide, deep), (lit, dark, share) = corner, side, glass
    floors, panes = int(roof / 0.34), 3
    for floor in range(floors):
        low = 0.12 + floor * 0.34
        for pane in range(panes):
            start, end = (pane + 0.28) / panes, (pane + 0.72) / panes
            left = [
                plan.at(east + wide * place, south + deep, low + up)
                for place, up in ((start, 0), (end, 0), (end, 0.18), (start, 0.18))
            ]
            right = [
                plan.at(east + wide, south + deep * place, low + up)
                for place, up in ((start, 0), (end, 0), (end, 0.18), (start, 0.18))
            ]
            canvas.shape(left, lit if rng.random() < share else sheer(dark, 0.75))
            canvas.shape(right, lit if rng.random() < share else sheer(dark, 0.9))


def gable(
    canvas: Canvas,
    plan: Plan,
    corner: tuple[float, float],
    side: tuple[float, float],
    roof: float,
    color: Color,
) -> None:
    """A ridged roof along the east-west line."""
    (east, south), (wide, deep) = corner, side
    ridge = roof + 0.4
    west, end = (
        plan.at(east, south + deep / 2, ridge),
        plan.at(east + wide, south + deep / 2, ridge),
    )
    front = [
        plan.at(east, south + deep, roof),
        plan.at(east + wide, south + deep, roof),
    ]
    back = plan.at(east + wide, south, roof)
    canvas.shape([west, end, front[1], front[0]], mix(color, (255, 255, 255), 0.1))
    canvas.shape([end, back, front[1]], mix(color, SHADE, 0.5))


def tree(canvas: Canvas, rng: Random, plan: Plan, spot: Point, leaf: Color) -> None:
    x, y = plan.at(*spot)
    size = plan.size * rng.uniform(0.16, 0.28)
    canvas.dot((x + size * 0.4, y + size * 0.1), size * 0.8, sheer(SHADE, 0.25))
    canvas.line([(x, y), (x, y - size * 1.6)], mix(leaf, SHADE, 0.6), size * 0.25)
    canvas.dot((x, y - size * 1.7), size, mix(leaf, SHADE, 0.25))
    canvas.dot((x - size * 0.2, y - size * 1.9), size * 0.72, vary(rng, leaf, 0.12))


def house(
    canvas: Canvas,
    rng: Random,
    plan: Plan,
    corner: tuple[float, float],
    height: float,
    inks: list[Color],
    glass: tuple[Color, Color, float],
) -> None:
    """Walls, windows, and a flat roof, a gable, or a smaller storey on top."""
    side = rng.uniform(0.62, 0.8), rng.uniform(0.62, 0.8)
    color = vary(rng, rng.choice(inks), 0.07)
    block(canvas, plan, corner, side, (0, height), color)
    windows(canvas, rng, plan, corner, side, height, glass)
    if height < 1.3:
        gable(canvas, plan, corner, side, height, rng.choice(inks))
    elif rng.random() < 0.6:
        inset = corner[0] + side[0] * 0.2, corner[1] + side[1] * 0.2
        top = height, height + rng.uniform(0.2, 0.7)
        block(canvas, plan, inset, (side[0] * 0.6, side[1] * 0.6), top, color)


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    lots: int,
    tall: float,
    lit: float = 0.0,
    lift: float = 0.53,
) -> None:
    """From the back to the front: ground, then trees or a house on every lot."""
    top, low, soil, leaf, lamp, pane, *inks = colors
    canvas.wash([top, low])
    canvas.veil(cloud((300, 200), rng, (3, 6)), mix(low, (255, 255, 255), 0.4), 0.18)
    plan, noise = Plan(canvas, lots, lift), gradient_noise(rng)
    island(canvas, plan, soil)
    for east, south in product(range(lots), repeat=2):
        away = hypot(east + 0.5 - lots / 2, south + 0.5 - lots / 2) / lots
        built = 0.75 - away + 0.6 * noise(east * 0.31, south * 0.31)
        if built < 0.28:
            for _ in range(rng.randrange(1, 4)):
                spot = east + rng.uniform(0.2, 0.8), south + rng.uniform(0.2, 0.8)
                tree(canvas, rng, plan, spot, leaf)
            continue
        height = 0.6 + tall * built**2 * rng.uniform(0.5, 1.5)
        corner = east + 0.12, south + 0.12
        house(canvas, rng, plan, corner, height, inks, (lamp, pane, lit))


def island(canvas: Canvas, plan: Plan, soil: Color) -> None:
    """The ground, with its shadow far below it."""
    lots = plan.lots
    corners = [(0, 0), (lots, 0), (lots, lots), (0, lots)]
    outline = [plan.at(east, south, -1) for east, south in corners]
    canvas.shadow(canvas.stencil([outline]), (0, plan.size * 0.8), 26, 0.45)
    block(canvas, plan, (0, 0), (lots, lots), (-0.75, 0), mix(soil, SHADE, 0.25))
    block(canvas, plan, (0, 0), (lots, lots), (-0.12, 0), soil)


DAY = palette(
    "cfe3e6 f7efe0 a8c09a 6f9f6a ffe9a8 46607a f4ede0 e07a5f f2cc8f 81b29a e8dccb"
)
DUSK = palette(
    "2b2a4c d98a7a 4d5a6a 3f6a64 ffd88a 2a2f52 6b5b86 9a6a86 c98a86 4f5f8f e0a890"
)
SNOW = palette(
    "b9cbd9 f1f3f2 f4f7f8 5f7f78 ffe6a0 5d6f86 f7f3ea c85a4a 8fa6b5 e3d6c4 6f7f92"
)
SAND = palette(
    "f2d9b8 fbf1df d9b98a 7f9a5a fff0c0 5a4a4a f6ead5 e3b88a cf8a5f b8654a efe0c8"
)

PICTURES = [
    Picture("Saturday.png", WIDE, partial(draw, colors=DAY, lots=11, tall=2.6)),
    Picture(
        "Lamps Lit.jpg",
        UPRIGHT,
        partial(draw, colors=DUSK, lots=8, tall=9, lit=0.45, lift=0.64),
    ),
    Picture(
        "Snowed In.webp", SQUARE, partial(draw, colors=SNOW, lots=10, tall=2.2, lit=0.2)
    ),
    Picture(
        "Caravan Stop.jpg", PANORAMA, partial(draw, colors=SAND, lots=13, tall=1.6)
    ),
]
