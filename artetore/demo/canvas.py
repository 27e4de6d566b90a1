"""The sheet that every picture is drawn on."""

from collections.abc import Iterable, Sequence
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from .color import Color, Ink, ramp
from .noise import speckle

Point = tuple[float, float]

OVERSAMPLING = 2
# Image.radial_gradient reaches 181 in the middle of its sides, 255 only in its corners.
FALLOFF = [255 * max(0.0, 1 - distance / 180) ** 2 for distance in range(256)]


class Canvas:
    """A sheet measured in pixels of the finished picture.

    It is drawn at twice its size and reduced at the end, for smooth edges. `scale`
    makes everything smaller at once without changing the composition.
    """

    def __init__(self, size: tuple[int, int], scale: float = 1.0) -> None:
        self.width, self.height = size
        self.grain = 7
        self._pixels = OVERSAMPLING * scale
        finished = (round(self.width * scale), round(self.height * scale))
        self._image = Image.new("RGB", tuple(side * OVERSAMPLING for side in finished))
        self._pen = ImageDraw.Draw(self._image, "RGBA")

    # Marks

    def line(self, points: Iterable[Point], ink: Ink, width: float) -> None:
        thickness = max(1, round(width * self._pixels))
        joint = "curve" if thickness > 4 else None
        self._pen.line(self._scaled(points), fill=ink, width=thickness, joint=joint)

    def shape(self, points: Iterable[Point], ink: Ink) -> None:
        self._pen.polygon(self._scaled(points), fill=ink)

    def box(self, corner: Point, opposite: Point, ink: Ink) -> None:
        self._pen.rectangle(self._scaled([corner, opposite]), fill=ink)

    def dot(self, center: Point, radius: float, ink: Ink) -> None:
        self._pen.ellipse(self._circle(center, radius), fill=ink)

    def ring(self, center: Point, radius: float, ink: Ink, width: float) -> None:
        self.arc(center, radius, (0, 360), ink, width)

    def arc(
        self,
        center: Point,
        radius: float,
        angles: tuple[float, float],
        ink: Ink,
        width: float,
    ) -> None:
        """Angles in degrees, clockwise from three o'clock; `radius` to the middle."""
        around = self._circle(center, radius + width / 2)
        thickness = max(1, round(width * self._pixels))
        self._pen.arc(around, *angles, fill=ink, width=thickness)

    def sector(
        self, center: Point, radius: float, angles: tuple[float, float], ink: Ink
    ) -> None:
        self._pen.pieslice(self._circle(center, radius), *angles, fill=ink)

    def text(self, center: Point, words: str, ink: Ink, size: float) -> None:
        font = ImageFont.load_default(size * self._pixels)
        self._pen.text(self._scaled([center])[0], words, ink, font, anchor="mm")

    # Surfaces

    def wash(self, colors: Sequence[Color], top: float = 0, low: float = 1) -> None:
        """A gradient downwards between two heights (0 to 1), the full width."""
        wide, high = self._image.size
        first, last = round(top * high), round(low * high)
        column = Image.new("RGB", (1, 256))
        column.putdata([ramp(colors, step / 255) for step in range(256)])
        self._image.paste(
            column.resize((wide, last - first), Image.Resampling.BICUBIC), (0, first)
        )

    def glow(self, center: Point, radius: float, ink: Color, strength: float) -> None:
        """Light around a point, strongest (0 to 1) there, gone at `radius`."""
        left, top, right, low = (round(edge) for edge in self._circle(center, radius))
        halo = Image.radial_gradient("L").point([v * strength for v in FALLOFF])
        halo = halo.resize((right - left, low - top), Image.Resampling.BILINEAR)
        self._image.paste(ink, (left, top, right, low), halo)

    def veil(self, mask: Image.Image, ink: Color, opacity: float = 1.0) -> None:
        """Lays the color over the sheet, as densely as the mask is bright."""
        if mask.size != self._image.size:
            mask = mask.resize(self._image.size, Image.Resampling.BICUBIC)
        if opacity < 1:
            mask = mask.point([v * opacity for v in range(256)])
        self._image.paste(ink, mask=mask)

    def stencil(self, shapes: Iterable[Iterable[Point]]) -> Image.Image:
        """A mask for `veil` and `shadow`: white inside the shapes."""
        mask = Image.new("L", self._image.size)
        pen = ImageDraw.Draw(mask)
        for points in shapes:
            pen.polygon(self._scaled(points), fill=255)
        return mask

    def shadow(
        self, mask: Image.Image, offset: Point, blur: float, strength: float
    ) -> None:
        """The soft shadow that the mask's shape would throw on the sheet."""
        margin = round(3 * blur * self._pixels)
        left, top, right, low = mask.getbbox() or (0, 0, 1, 1)
        area = (left - margin, top - margin, right + margin, low + margin)
        dark = mask.crop(area)
        soft = dark.reduce(4).filter(ImageFilter.GaussianBlur(blur * self._pixels / 4))
        soft = soft.resize(dark.size, Image.Resampling.BILINEAR)
        soft = soft.point([v * strength for v in range(256)])
        x, y = (round(way * self._pixels) for way in offset)
        self._image.paste((10, 8, 20), (area[0] + x, area[1] + y), soft)

    def finished(self, rng: Random) -> Image.Image:
        """The picture at its final size, with the grain of its paper."""
        picture = self._image.reduce(OVERSAMPLING)
        if not self.grain:
            return picture
        faint = speckle(picture.size, rng).filter(ImageFilter.GaussianBlur(0.6))
        faint = faint.point([128 + (v - 128) * self.grain / 50 for v in range(256)])
        return ImageChops.add(picture, Image.merge("RGB", [faint] * 3), offset=-128)

    def _scaled(self, points: Iterable[Point]) -> list[Point]:
        pixels = self._pixels
        return [(x * pixels, y * pixels) for x, y in points]

    def _circle(self, center: Point, radius: float) -> list[float]:
        (x, y), pixels = center, self._pixels
        edges = (x - radius, y - radius, x + radius, y + radius)
        return [edge * pixels for edge in edges]
