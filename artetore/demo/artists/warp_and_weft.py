"""Cloth, thread by thread: the weft goes over and under as the draft says."""

from collections.abc import Callable
from functools import partial
from itertools import product
from math import sin
from random import Random

from ..canvas import Canvas
from ..color import Color, mix, palette, sheer, vary
from ..noise import gradient_noise
from ..picture import SQUARE, UPRIGHT, WIDE, Picture

Draft = Callable[[int, int], bool]
Threads = list[Color]

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def twill(column: int, row: int) -> bool:
    """Whether the weft lies on top: two over, two under, one further each row."""
    return (column + row) % 4 < 2


def diamonds(column: int, row: int) -> bool:
    """A twill that turns back, across and down."""
    across, down = abs(column % 20 - 10), abs(row % 20 - 10)
    return (across + down) % 4 < 2


def basket(column: int, row: int) -> bool:
    return (column // 2 + row // 2) % 2 == 0


def plain(column: int, row: int) -> bool:
    return (column + row) % 2 == 0


def sett(rng: Random, colors: list[Color], count: int) -> Threads:
    """Stripes mirrored about their ends, as in a tartan."""
    stripes: Threads = []
    for color in [*colors, colors[0], colors[-1]]:
        stripes += [color] * rng.choice((2, 4, 6, 10, 14))
    repeat = stripes + stripes[::-1]
    return [repeat[n % len(repeat)] for n in range(count)]


def shaded(rng: Random, colors: list[Color], count: int) -> Threads:
    """From one color to the next by ever denser threads of it."""
    threads = []
    for number in range(count):
        place = number / count * (len(colors) - 1)
        index = min(int(place), len(colors) - 2)
        threads.append(colors[index + (rng.random() < place - index)])
    return threads


def blocks(rng: Random, colors: list[Color], count: int) -> Threads:
    """Broad bands of single colors."""
    threads: Threads = []
    while len(threads) < count:
        threads += [rng.choice(colors)] * rng.choice((3, 5, 8))
    return threads[:count]


def draw(
    canvas: Canvas,
    rng: Random,
    *,
    colors: list[Color],
    draft: Draft,
    stripes: Callable[[Random, list[Color], int], Threads],
    across: int,
    fringe: float = 60,
) -> None:
    """A cloth with a fringe on a table of the palette's first color."""
    table, *dyes = colors
    canvas.wash([mix(table, WHITE, 0.05), mix(table, BLACK, 0.08)])
    size = (canvas.width - 2 * fringe) / across
    down = int((canvas.height - 2 * fringe) / size)
    left, top = fringe, (canvas.height - down * size) / 2
    right, low = left + across * size, top + down * size
    cloth = [(left, top), (right, top), (right, low), (left, low)]
    canvas.shadow(canvas.stencil([cloth]), (6, 12), 16, 0.5)
    canvas.shape(cloth, mix(dyes[0], BLACK, 0.6))
    warp, weft = stripes(rng, dyes, across), stripes(rng, dyes, down)
    for row, color in enumerate(weft):
        y = top + (row + 0.5) * size
        fray(canvas, rng, (left - 26, y), (left, y), color, size)
        fray(canvas, rng, (right, y), (right + 26, y), color, size)
    wear = gradient_noise(rng)
    for (column, upright), (row, flat) in product(enumerate(warp), enumerate(weft)):
        on_top = draft(column, row)
        faded = vary(rng, flat if on_top else upright, 0.05)
        color = mix(faded, BLACK, 0.08 + 0.14 * wear(column / 17, row / 17))
        place = left + column * size, top + row * size
        crossing(canvas, place, size, color, on_top)


def crossing(
    canvas: Canvas, corner: tuple[float, float], size: float, color: Color, flat: bool
) -> None:
    """The thread on top, round by a light and a dark edge; `flat` is a weft."""
    (x, y), far, rim = corner, size * 0.98, size * 0.22
    light, dark = sheer(WHITE, 0.2), sheer(BLACK, 0.26)
    canvas.box((x, y), (x + far, y + far), color)
    if flat:
        canvas.box((x, y + rim), (x + far, y + rim * 1.8), light)
        canvas.box((x, y + size - rim), (x + far, y + far), dark)
    else:
        canvas.box((x + rim, y), (x + rim * 1.8, y + far), light)
        canvas.box((x + size - rim, y), (x + far, y + far), dark)


def fray(
    canvas: Canvas,
    rng: Random,
    start: tuple[float, float],
    end: tuple[float, float],
    color: Color,
    size: float,
) -> None:
    """The loose end of a weft thread."""
    (x0, y0), (x1, y1) = start, end
    bend = rng.uniform(-4, 4)
    points = [
        (x0 + (x1 - x0) * n / 6, y0 + (y1 - y0) * n / 6 + bend * sin(n * 0.6))
        for n in range(7)
    ]
    canvas.line(points, vary(rng, color, 0.1), size * 0.45)


TARTAN = palette("e9e1d2 1f3b4d 7a1f2b 274c3a d9a441 f0e6d2 1a1f2b")
IKAT = palette("f1ebdf 1d2b53 33608c 7fa7b0 e7d9b5 d98e4a a63d40")
REED = palette("3a2f2a c9a66b 8f6b42 e4cfa0 5f7355 b0523a")
LINEN = palette("2d3a45 efe6d4 d8c7a8 b08a8a 6f7f8f f7f1e5")

PICTURES = [
    Picture(
        "Clan of None.jpg",
        WIDE,
        partial(draw, colors=TARTAN, draft=twill, stripes=sett, across=132),
    ),
    Picture(
        "From Indigo.jpg",
        UPRIGHT,
        partial(draw, colors=IKAT, draft=plain, stripes=shaded, across=96),
    ),
    Picture(
        "Basket.webp",
        SQUARE,
        partial(draw, colors=REED, draft=basket, stripes=blocks, across=56),
    ),
    Picture(
        "Goose Eye.jpg",
        WIDE,
        partial(draw, colors=LINEN, draft=diamonds, stripes=blocks, across=120),
    ),
]
