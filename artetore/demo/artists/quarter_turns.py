"""One tile turned at random, as Truchet did in 1704, and what grows out of it."""

from functools import partial
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, vary
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture

Corners = tuple[Point, Point, Point, Point]


def corners(corner: Point, size: float) -> Corners:
    """Clockwise, from the top left."""
    x, y = corner
    return (x, y), (x + size, y), (x + size, y + size), (x, y + size)


def quarter(corner: int) -> tuple[float, float]:
    """The angles of the quarter circle that opens into a tile from that corner."""
    return 90 * corner, 90 * corner + 90


def cord(
    canvas: Canvas, center: Point, corner: int, size: float, bands: list[Color]
) -> None:
    """Parallel quarter rings around a corner, from the outside inwards."""
    count, paper = len(bands) - 1, bands[0]
    width = size * 0.62 / count
    outer = size * 0.5 + width * count / 2
    canvas.sector(center, outer + width * 0.4, quarter(corner), paper)
    for number, band in enumerate(bands[1:], start=1):
        radius = outer - width * (number - 0.5)
        canvas.arc(center, radius, quarter(corner), band, width * 0.82)


def cords(canvas: Canvas, rng: Random, *, colors: list[Color], across: int) -> None:
    """Striped cords that pass over and under one another."""
    paper = colors[0]
    canvas.wash([vary(rng, paper, 0.03), paper])
    size = canvas.width / across
    for row in range(-(-canvas.height // int(size)) + 1):
        for column in range(across):
            around = corners((column * size, row * size), size)
            first = rng.randrange(2)
            for corner in (first, first + 2):
                cord(canvas, around[corner], corner, size, [*colors, *colors[-2:0:-1]])


def winged(
    canvas: Canvas, rng: Random, corner: Point, size: float, inks: tuple[Color, Color]
) -> None:
    """A tile of Carlson's set: its wings reach into the neighbours, so that tiles of
    half the size, with the inks exchanged, join without a seam."""
    figure, ground = inks
    around, third = corners(corner, size), size / 3
    canvas.box(around[0], around[2], ground)
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in zip(around, around[1:] + around[:1], strict=True)
    ]
    kind = rng.choices(("turn", "cross", "dots", "line"), weights=(6, 1, 1, 1.5))[0]
    first = rng.randrange(2)
    if kind == "turn":
        for turn in (first, first + 2):
            canvas.arc(around[turn], size / 2, quarter(turn), figure, third)
    if kind in ("cross", "line"):
        (x0, y0), (x1, y1) = around[0], around[2]
        if kind == "cross" or first:
            canvas.box((x0, y0 + third), (x1, y1 - third), figure)
        if kind == "cross" or not first:
            canvas.box((x0 + third, y0), (x1 - third, y1), figure)
    for middle in middles:
        canvas.dot(middle, third / 2, figure)
    for wing in around:
        canvas.dot(wing, third, ground)


def scales(
    canvas: Canvas, rng: Random, *, colors: list[Color], across: int, levels: int
) -> None:
    """Winged tiles, of which some are split into four smaller ones."""
    figure, ground = colors
    size = canvas.width / across
    tiles = [
        (column * size, row * size)
        for row in range(-1, int(canvas.height / size) + 2)
        for column in range(-1, across + 1)
    ]
    for level in range(levels):
        last = level + 1 == levels
        split = [tile for tile in tiles if not last and rng.random() < 0.5]
        for tile in tiles:
            if tile not in split:
                winged(canvas, rng, tile, size, (figure, ground))
        size /= 2
        tiles = [corner for tile in split for corner in corners(tile, size)]
        figure, ground = ground, figure


def petals(canvas: Canvas, rng: Random, *, colors: list[Color], across: int) -> None:
    """Tiles of quarter discs and leaves, like a floor of glazed tiles."""
    paper, *inks = colors
    canvas.box((0, 0), (canvas.width, canvas.height), mix(paper, (90, 80, 70), 0.35))
    size, gap = canvas.width / across, 3
    for row in range(int(canvas.height / size) + 1):
        for column in range(across):
            x, y, side = column * size + gap / 2, row * size + gap / 2, size - gap
            around = corners((x, y), side)
            canvas.box(around[0], around[2], vary(rng, paper, 0.04))
            turn = rng.randrange(4)
            large, small = rng.sample(inks, 2)
            canvas.sector(
                around[turn], side * 0.98, quarter(turn), vary(rng, large, 0.05)
            )
            canvas.sector(around[turn], side * 0.66, quarter(turn), paper)
            canvas.sector(around[turn], side * 0.56, quarter(turn), small)
            canvas.sector(around[turn], side * 0.2, quarter(turn), paper)
            opposite = (turn + 2) % 4
            canvas.sector(around[opposite], side * 0.3, quarter(opposite), small)


ROPE = palette("f4ecdc 263d5a e0a458 c8553d 8fb1a9")
DUSK = palette("1c2230 e8d7b9 d0785b 5f8a8b 33415c")
CLAY = palette("26323f f2e8d5")
AZULEJO = palette("f5f2e8 1f4e8c 3c78b4 86aed1 e3b341 17345f")

PICTURES = [
    Picture("Rope Work.jpg", WIDE, partial(cords, colors=ROPE, across=9)),
    Picture("Night Cords.webp", UPRIGHT, partial(cords, colors=DUSK, across=6)),
    Picture(
        "Three Scales.gif", SQUARE, partial(scales, colors=CLAY, across=5, levels=3)
    ),
    Picture("Glazed Floor.png", PANORAMA, partial(petals, colors=AZULEJO, across=14)),
]
