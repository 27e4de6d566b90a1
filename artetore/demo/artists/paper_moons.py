"""Sheets of paper with holes, laid over one another, and a moon behind the last."""

from functools import partial
from math import cos, sin, tau
from random import Random

from PIL import Image, ImageChops

from ..canvas import Canvas, Point
from ..color import Color, mix, palette, ramp
from ..noise import Heights, cloud, gradient_noise
from ..picture import PANORAMA, SQUARE, UPRIGHT, WIDE, Picture


def disc(center: Point, radius: float) -> list[Point]:
    return hole(center, radius, lambda _x, _y: 0.0, 0)


def hole(
    center: Point, radius: float, noise: Heights, depth: float, stretch: float = 1.0
) -> list[Point]:
    """A wavy round; `depth` (0 to 1) says how far it strays from a circle."""
    outline = []
    for step in range(240):
        x, y = cos(tau * step / 240), sin(tau * step / 240)
        reach = radius * (1 + depth * noise(x * 1.3 + 5, y * 1.3 + depth * 3))
        outline.append((center[0] + x * reach * stretch, center[1] + y * reach))
    return outline


def lay(canvas: Canvas, mask: Image.Image, color: Color, height: float) -> None:
    """Puts a cut sheet down: its shadow first, then the paper."""
    canvas.shadow(mask, (0.4 * height, height), height * 1.1, 0.55)
    canvas.veil(mask, color)


def moon(canvas: Canvas, rng: Random, center: Point, radius: float, ink: Color) -> None:
    """A disc with maria, lit from within."""
    canvas.glow(center, radius * 2.6, ink, 0.55)
    face = canvas.stencil([disc(center, radius)])
    canvas.veil(face, ink)
    seas = cloud((240, 160), rng, (12, 8), octaves=3).point(
        [max(0, v - 120) for v in range(256)]
    )
    shade = mix(ink, (120, 110, 130), 0.5)
    canvas.veil(ImageChops.multiply(face, seas.resize(face.size)), shade)


def window(
    canvas: Canvas, rng: Random, *, colors: list[Color], layers: int, depth: float
) -> None:
    """Holes in holes, darker outwards, one moon at the bottom of them."""
    night, glow, *sheets = colors
    noise = gradient_noise(rng)
    wide, high = canvas.width, canvas.height
    center = (wide * rng.uniform(0.44, 0.56), high * rng.uniform(0.44, 0.52))
    canvas.wash([night, mix(night, sheets[-3], 0.7)])
    moon(canvas, rng, center, min(wide, high) * 0.13, glow)
    for layer in range(layers):
        place = layer / (layers - 1)
        radius = min(wide, high) * (0.2 + 0.3 * place)
        edge = hole(
            center, radius, noise, depth * (0.5 + place), 1 + (wide / high - 1) * place
        )
        cut = ImageChops.invert(canvas.stencil([edge]))
        lay(canvas, cut, ramp(sheets, place), 5 + 7 * place)


def hills(
    canvas: Canvas, rng: Random, *, colors: list[Color], moons: int, layers: int = 6
) -> None:
    """Moons on threads above paper hills."""
    night, glow, *sheets = colors
    wide, high, noise = canvas.width, canvas.height, gradient_noise(rng)
    canvas.wash([night, mix(night, sheets[0], 0.6)])
    for count in range(moons):
        x = wide * (count + 1) / (moons + 1)
        y = high * (0.33 + 0.1 * noise(count * 1.7, 0.5))
        radius = high * (0.14 if moons == 1 else 0.085)
        canvas.line([(x, 0), (x, y)], mix(night, glow, 0.5), 1.5)
        hung = canvas.stencil([disc((x, y), radius)])
        canvas.shadow(hung, (8, 14), 14, 0.5)
        moon(canvas, rng, (x, y), radius, glow)
        phase = (2 * count / max(1, moons - 1) - 1) * 2.1 * radius if moons > 1 else 9e9
        bite = canvas.stencil([disc((x + phase, y), radius)])
        canvas.veil(ImageChops.multiply(bite, hung), mix(night, sheets[0], 0.12))
    for layer in range(layers):
        place = layer / (layers - 1)
        base = high * (0.56 + 0.36 * place)
        ridge = [
            (x, base + 0.16 * high * noise(x / wide * (2.2 + place), layer * 7.3))
            for x in range(-20, wide + 40, 12)
        ]
        sheet = canvas.stencil([[*ridge, (wide + 40, high + 9), (-20, high + 9)]])
        lay(canvas, sheet, ramp(sheets, place), 7)


INDIGO = palette("1b1f3b f8edcf f2c6a0 d98a7a 9c5c78 5a4272 2c2a55")
FOREST = palette("14302f f6f0d2 d5dca4 8fb38b 4d8577 285b5a 12343a")
EMBER = palette("3a1420 ffe9c4 f7b267 f4845f d1495b 8d2f4f 46203a")
HARBOR = palette("16324a fff4de cfe3e2 8fbcc4 548ca3 2d5d7b 17324d")

PICTURES = [
    Picture("Well.jpg", SQUARE, partial(window, colors=INDIGO, layers=7, depth=0.32)),
    Picture(
        "Clearing.jpg", UPRIGHT, partial(window, colors=FOREST, layers=6, depth=0.4)
    ),
    Picture("Seven Nights.jpg", PANORAMA, partial(hills, colors=HARBOR, moons=7)),
    Picture("Harvest Moon.webp", WIDE, partial(hills, colors=EMBER, moons=1)),
]
