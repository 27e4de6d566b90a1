"""Parts of a file: what a caller asks for by `Range` and `If-Range` (RFC 9110, 14)."""

import re

from django.core.files import File
from rest_framework.request import Request

ASKED = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.ASCII)


class Part:
    """Some bytes of an open file, read once. It closes the file."""

    def __init__(self, file: File, part: range) -> None:
        self.file, self.left = file, len(part)
        file.seek(part.start)

    def read(self, size: int) -> bytes:
        piece = self.file.read(min(size, self.left))
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        self.file.close()


def part_asked_for(request: Request, *, etag: str, size: int) -> range | None:
    """Of a file of `size` bytes that has this strong tag.

    None for the whole: no part was asked for, or one of another version, or several at
    once, which nobody has to send. An empty one cannot be given (416).
    """
    match = ASKED.fullmatch(request.headers.get("Range", "").strip())
    version = request.headers.get("If-Range", etag)
    if request.method != "GET" or not match or version != etag:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        return range(max(size - int(suffix), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)
