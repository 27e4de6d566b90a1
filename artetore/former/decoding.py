"""From a data URL that comes in pieces to bytes, without ever holding all of it."""

import binascii
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO


class Broken(Exception):
    """There is no picture in this row; `str(error)` says why."""


@dataclass(frozen=True)
class Content:
    """`size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


def decode(pieces: Iterable[str], to: BinaryIO | None = None) -> Content:
    """What the pieces, a data URL or bare base64, stand for; written to a file if one
    is given. The type that the URL names is passed over: it was always png."""
    size, digest = 0, hashlib.sha256()
    for data in _decoded(_without_head(pieces)):
        size += len(data)
        digest.update(data)
        if to:
            to.write(data)
    if not size:
        raise Broken("It has no original.")
    return Content(size, digest.hexdigest())


def _without_head(pieces: Iterable[str]) -> Iterator[str]:
    pieces = iter(pieces)
    first = next(pieces, "")
    yield first.partition(",")[2] if first.startswith("data:") else first
    yield from pieces


def _decoded(pieces: Iterable[str]) -> Iterator[bytes]:
    rest, ended = "", False
    for piece in chain(pieces, [""]):
        rest += "".join(piece.split())
        if ended and rest:
            raise Broken("Its base64 goes on after its end.")
        whole = len(rest) - len(rest) % 4
        ended = rest[:whole].endswith("=")
        yield _bytes(rest[:whole])
        rest = rest[whole:]
    if rest:  # the padding at the end may be left out
        yield _bytes(rest.ljust(4, "="))


def _bytes(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise Broken(f"Its base64 is wrong: {error}.") from None
