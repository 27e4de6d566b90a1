"""Colors as plain tuples, and the few ways of mixing them."""

from collections.abc import Sequence
from random import Random

from PIL import ImageColor

Color = tuple[int, int, int]
Ink = tuple[int, ...]  # a Color, or a Color with its opacity as fourth value


def palette(codes: str) -> list[Color]:
    """`"f4ecd8 1d3557"` as a list of colors."""
    return [ImageColor.getcolor(f"#{code}", "RGB") for code in codes.split()]


def sheer(color: Color, opacity: float) -> Ink:
    """The color as a see-through ink; opacity 0 to 1."""
    return (*color, round(255 * opacity))


def mix(first: Color, second: Color, share: float) -> Color:
    """`first` at share 0, `second` at share 1."""
    share = min(1.0, max(0.0, share))
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def ramp(colors: Sequence[Color], place: float) -> Color:
    """The color at `place` (0 to 1) of a gradient with evenly spaced stops."""
    position = min(1.0, max(0.0, place)) * (len(colors) - 1)
    index = min(int(position), len(colors) - 2)
    return mix(colors[index], colors[index + 1], position - index)


def vary(rng: Random, color: Color, amount: float) -> Color:
    """A neighbour of the color, lighter or darker by up to `amount` (0 to 1)."""
    change = rng.uniform(-amount, amount)
    target = (255, 255, 255) if change > 0 else (0, 0, 0)
    return mix(color, target, abs(change))
