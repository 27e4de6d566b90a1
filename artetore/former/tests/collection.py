"""A former gallery, large and broken in many ways, and what is to become of it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from PIL import Image as Picture

from artetore.former.tests.service import FormerService, data_url
from gallery.tests import samples

ROWS, GROUPS = 2000, 400
# Each of the ten ways in which rows are odd comes so often.
EACH = 4
EMOJI = "🏖️ Strand 🇦🇹 #1 (50%) & mehr.jpg"
LARGE = (3400, 3000)  # 30 MB of noise

Place = tuple[int, int]


@dataclass
class Expected:
    """`pictures`: of each place the SHA-256 and the name; `rows`: how many are in the
    gallery, repetitions too, and `bytes` of their originals; `broken`: indexes."""

    pictures: dict[Place, tuple[str, str]] = field(default_factory=dict)
    rows: int = 0
    bytes: int = 0
    broken: set[int] = field(default_factory=set)

    def take(self, place: Place, content: bytes, name: str) -> None:
        self.pictures[place] = hashlib.sha256(content).hexdigest(), name
        self.rows += 1
        self.bytes += len(content)


def plain(number: int) -> bytes:
    """A picture of one of four kinds, unlike those of all other numbers."""
    picture = samples.quarters((240 + number % 97, 160 + number // 97))
    kind = ("JPEG", "PNG", "WEBP", "GIF")[number % 4]
    return samples.encoded(picture, kind)


def large(number: int) -> bytes:
    """A PNG or, of even numbers, a JPEG of more than 30 MB."""
    width, height = LARGE
    noise = Picture.frombytes("RGB", LARGE, os.urandom(width * height * 3))
    if number % 2:
        return samples.encoded(noise, "PNG", compress_level=1)
    return samples.encoded(noise, "JPEG", quality=100, subsampling=0)


class Collection:
    """Fills a former service and notes what is expected of it."""

    def __init__(self, former: FormerService):
        self._former = former
        self._made = 0
        self.expected = Expected()

    def fill(self) -> Expected:
        ways = list(self._ways()) * EACH
        plain = ROWS - len(ways) - 2 * EACH  # two of the ways take two rows
        todo = [self._plain] * plain + ways
        Random(5).shuffle(todo)
        for add in todo:
            add()
        return self.expected

    def _ways(self) -> Iterator[Callable[[], None]]:
        whole = data_url(plain(0))
        yield partial(self._broken, None)
        yield partial(self._broken, whole.replace("i", "@"))
        yield partial(self._broken, data_url(samples.truncated_jpeg()))
        yield partial(self._broken, data_url(samples.text()))
        yield partial(self._broken, whole, image_group=None)
        yield self._repeated
        yield self._doubled
        yield partial(self._odd, image_name=EMOJI, image_folder="🌋 Vulkan")
        yield partial(self._odd, image_name=None, image_folder=None, title=None)
        yield self._large

    def _next(self) -> tuple[int, Place, bytes]:
        number = self._made
        self._made += 1
        # Gaps are normal: every number of a picture is an odd one.
        place = number % GROUPS + 1, number // GROUPS * 2 + 1
        return number, place, plain(number)

    def _add(self, place: Place, content: Any, **columns: Any) -> int:
        names = {"image_group": place[0], "image_id": place[1], **columns}
        return self._former.add(content, **names)

    def _plain(self) -> None:
        number, place, content = self._next()
        name = f"{number}.jpg"
        self._add(place, content, image_name=name)
        self.expected.take(place, content, name)

    def _odd(self, **names: Any) -> None:
        _, place, content = self._next()
        self._add(place, content, **names)
        self.expected.take(place, content, names["image_name"] or "picture")

    def _large(self) -> None:
        number, place, _ = self._next()
        content = large(number)
        self._add(place, content, image_name="large.png")
        self.expected.take(place, content, "large.png")

    def _broken(self, text: str | None, **columns: Any) -> None:
        _, place, _ = self._next()
        self.expected.broken.add(self._add(place, text, **columns))

    def _repeated(self) -> None:
        _, place, content = self._next()
        for _ in range(2):
            self._add(place, content)
            self.expected.take(place, content, "a.png")

    def _doubled(self) -> None:
        """Another picture under the same number, which gets one above all others."""
        _, place, content = self._next()
        self._add(place, content)
        self.expected.take(place, content, "a.png")
        _, _, other = self._next()
        self._add(place, other, image_name="other.png")
        self.expected.take((place[0], 10**6), other, "other.png")
