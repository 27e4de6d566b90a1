"""Windows of coloured glass: every pane is what lies nearest to its point."""

from collections.abc import Callable
from functools import partial
from heapq import nsmallest
from math import cos, hypot, sin, sqrt, tau
from random import Random

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp, sheer, vary
from ..noise import cloud, gradient_noise
from ..picture import PANORAMA, SQUARE, TALL, UPRIGHT, Picture

Pane = list[Point]
Tint = Callable[[Point], Color]


def nearer(pane: Pane, site: Point, other: Point) -> Pane:
    """The part of a pane that is nearer to `site` than to `other`."""
    (x0, y0), (x1, y1) = site, other
    dx, dy = x1 - x0, y1 - y0
    edge = (x1 * x1 - x0 * x0 + y1 * y1 - y0 * y0) / 2
    kept: Pane = []
    for (ax, ay), (bx, by) in zip(pane, pane[1:] + pane[:1], strict=True):
        start, end = edge - ax * dx - ay * dy, edge - bx * dx - by * dy
        if start >= 0:
            kept.append((ax, ay))
        if start * end < 0:
            share = start / (start - end)
            kept.append((ax + (bx - ax) * share, ay + (by - ay) * share))
    return kept


def panes(sites: list[Point], frame: Pane) -> list[Pane]:
    """The Voronoi cell of every site, cut to the frame."""
    cells = []
    for site in sites:
        near = nsmallest(40, sites, key=partial(_distance, site))
        cell = frame
        for other in near[1:]:
            cell = nearer(cell, site, other)
        cells.append(cell)
    return cells


def _distance(first: Point, second: Point) -> float:
    return (first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2


def middle(pane: Pane) -> Point:
    return sum(x for x, _ in pane) / len(pane), sum(y for _, y in pane) / len(pane)


def relaxed(sites: list[Point], frame: Pane, rounds: int) -> list[Point]:
    """Lloyd's way: every site moves to the middle of its own pane."""
    for _ in range(rounds):
        sites = [middle(pane) for pane in panes(sites, frame) if len(pane) > 2]
    return sites


def frame(canvas: Canvas, margin: float) -> Pane:
    right, low = canvas.width - margin, canvas.height - margin
    return [(margin, margin), (right, margin), (right, low), (margin, low)]


def arch(canvas: Canvas, margin: float) -> Pane:
    """A lancet: two straight sides under a half round."""
    left, right = margin, canvas.width - margin
    radius, low = (right - left) / 2, canvas.height - margin
    spring = margin + radius * 1.25
    bow = []
    for step in range(25):
        angle = tau * (0.5 + step / 48)
        x = (left + right) / 2 + radius * cos(angle)
        bow.append((x, spring + radius * 1.25 * sin(angle)))
    return [(left, low), *bow, (right, low)]


def scattered(canvas: Canvas, rng: Random, count: int, edge: Pane) -> list[Point]:
    sites = [
        (rng.uniform(0, canvas.width), rng.uniform(0, canvas.height))
        for _ in range(count)
    ]
    return relaxed(sites, edge, 2)


def glaze(
    canvas: Canvas, rng: Random, sites: list[Point], edge: Pane, tint: Tint
) -> None:
    """Panes with an inner light, then lead, then unevenness over all of it."""
    lead = (24, 22, 26)
    canvas.wash([(46, 43, 44), (30, 28, 31)])
    for pane in panes(sites, edge):
        if len(pane) < 3:
            continue
        center = middle(pane)
        color = vary(rng, tint(center), 0.13)
        canvas.shape(pane, mix(color, (0, 0, 0), 0.22))
        for step in range(1, 6):
            inner = [
                (x + (center[0] - x) * 0.13 * step, y + (center[1] - y) * 0.13 * step)
                for x, y in pane
            ]
            canvas.shape(inner, sheer(mix(color, (255, 250, 225), 0.05 * step), 0.6))
        canvas.line([*pane, pane[0], pane[1]], lead, 6)
    canvas.line([*edge, edge[0], edge[1]], lead, 16)
    canvas.veil(cloud((400, 300), rng, (40, 6), octaves=2), (0, 0, 0), 0.06)


def landscape(canvas: Canvas, rng: Random, *, colors: list[Color], count: int) -> None:
    """A sun over hills and water, told by the panes' colors alone."""
    noise = gradient_noise(rng)
    sky, land, sun = colors[:3], colors[3:6], colors[6]
    wide, high = canvas.width, canvas.height
    x0, y0, radius = wide * 0.64, high * 0.36, high * 0.15

    def tint(place: Point) -> Color:
        x, y = place
        away = hypot(x - x0, y - y0)
        if away < radius:
            return sun
        horizon = high * (0.6 + 0.16 * noise(x / wide * 3, 0.4))
        if y > horizon:
            return ramp(land, (y - horizon) / (high - horizon) * 1.15)
        return mix(ramp(sky, y / horizon), sun, max(0, 0.55 - away / high * 1.1))

    edge = frame(canvas, 40)
    glaze(canvas, rng, scattered(canvas, rng, count, edge), edge, tint)


def rose(canvas: Canvas, rng: Random, *, colors: list[Color], rounds: int) -> None:
    """Panes in rings, every ring offset against the one inside it."""
    x0, y0, reach = canvas.width / 2, canvas.height / 2, canvas.width * 0.455
    sites, ring_of = [(x0, y0)], {}
    for ring in range(1, rounds + 1):
        petals = 12 if ring < 3 else 24 if ring < 6 else 36
        for petal in range(petals):
            angle = tau * (petal + (ring % 2) / 2) / petals
            radius = reach * sqrt(ring / rounds) * 0.94
            sites.append((x0 + radius * cos(angle), y0 + radius * sin(angle)))
    edge = [
        (x0 + reach * cos(tau * n / 120), y0 + reach * sin(tau * n / 120))
        for n in range(120)
    ]

    def tint(place: Point) -> Color:
        ring = round((hypot(place[0] - x0, place[1] - y0) / reach / 0.94) ** 2 * rounds)
        return ring_of.setdefault(ring, colors[ring % len(colors)])

    glaze(canvas, rng, sites, edge, tint)


def lancet(canvas: Canvas, rng: Random, *, colors: list[Color], count: int) -> None:
    """A tall window in one range of colors, with sparks of its last one."""
    *range_of, spark = colors
    noise, edge = gradient_noise(rng), arch(canvas, 80)

    def tint(place: Point) -> Color:
        if rng.random() < 0.07:
            return spark
        wander = 0.35 * noise(place[0] / 260, place[1] / 260)
        return ramp(range_of, place[1] / canvas.height + wander)

    glaze(canvas, rng, scattered(canvas, rng, count, edge), edge, tint)


COAST = palette("2f5d8a 79a9c4 f0cfa0 3f7d6e 2c5f74 1c3d5a ffd166")
MOOR = palette("4a3b6b a8648a f2a67e 7b4a52 4d3b57 2a2a45 ffe0a3")
ROSE = palette("f2c14e 8c1c3a 1f4e8c c8553d 2e7d6b 5b2a6e e9d8a6")
LANCET = palette("f7d488 d97b3f a83246 4c2a63 1f3a6b 9fd3c7")

PICTURES = [
    Picture("Coast.jpg", PANORAMA, partial(landscape, colors=COAST, count=420)),
    Picture("Rose.jpg", SQUARE, partial(rose, colors=ROSE, rounds=9)),
    Picture("Lancet.jpg", TALL, partial(lancet, colors=LANCET, count=330)),
    Picture(
        "Moor at Evening.webp", UPRIGHT, partial(landscape, colors=MOOR, count=300)
    ),
]
