"""Smooth randomness: as a function of place, and as a whole cloudy picture."""

from collections.abc import Callable
from math import cos, floor, sin, tau
from random import Random

from PIL import Image, ImageOps

Heights = Callable[[float, float], float]


def gradient_noise(rng: Random) -> Heights:
    """Perlin's noise: about -0.7 to 0.7, one bump or hollow per unit of length."""
    order = list(range(256))
    rng.shuffle(order)
    order *= 2
    slopes = [(cos(tau * n / 256), sin(tau * n / 256)) for n in range(256)]

    def height(x: float, y: float) -> float:
        column, row = floor(x), floor(y)
        dx, dy = x - column, y - row
        left, right = order[column & 255], order[(column + 1) & 255]
        row &= 255
        a, b = slopes[order[left + row]], slopes[order[right + row]]
        c, d = slopes[order[left + row + 1]], slopes[order[right + row + 1]]
        top_left = a[0] * dx + a[1] * dy
        top_right = b[0] * (dx - 1) + b[1] * dy
        low_left = c[0] * dx + c[1] * (dy - 1)
        low_right = d[0] * (dx - 1) + d[1] * (dy - 1)
        u, v = dx * dx * (3 - 2 * dx), dy * dy * (3 - 2 * dy)
        top = top_left + (top_right - top_left) * u
        return top + (low_left + (low_right - low_left) * u - top) * v

    return height


def rough_noise(rng: Random, octaves: int) -> Heights:
    """Noise upon noise, each layer twice as fine and half as high."""
    noise = gradient_noise(rng)

    def height(x: float, y: float) -> float:
        return sum(
            noise(x * 2**layer + 17 * layer, y * 2**layer) / 2**layer
            for layer in range(octaves)
        )

    return height


def speckle(size: tuple[int, int], rng: Random) -> Image.Image:
    """Independent random greys; `effect_noise` can't be seeded."""
    width, height = size
    return Image.frombytes("L", size, rng.randbytes(width * height))


def cloud(
    size: tuple[int, int], rng: Random, cells: tuple[int, int], octaves: int = 4
) -> Image.Image:
    """A cloudy grey picture with `cells` (across, down) large puffs, black to white."""
    columns, rows = cells
    sky = Image.new("L", size, 128)
    for layer in reversed(range(octaves)):
        puffs = speckle((columns << layer, rows << layer), rng)
        sky = Image.blend(sky, puffs.resize(size, Image.Resampling.BICUBIC), 0.55)
    return ImageOps.autocontrast(sky, cutoff=2)
