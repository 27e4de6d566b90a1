"""Pictures inside of JSON, as `data:` URLs."""

import base64
import json
from collections.abc import Iterator
from typing import Any

from django.core.files import File
from django.http import StreamingHttpResponse

from gallery.storage import opened
from gallery.variants import VARIANT_TYPE

# Bytes read at once; of three, so that each piece is whole in base64.
PIECE = 3 * 256 * 1024
# In no name: control characters are cleaned out of them.
PLACE = "\0"
PLACE_IN_JSON = rb"\u0000"


def data_url(name: str, content_type: str = VARIANT_TYPE) -> str | None:
    """The stored file as a `data:` URL, or None when it is missing."""
    file = opened(name)
    if file is None:
        return None
    with file:
        content = base64.b64encode(file.read()).decode()
    return f"data:{content_type};base64,{content}"


def around(answer: dict[str, Any], file: File) -> StreamingHttpResponse:
    """The JSON of an answer, with the open file in base64 where it says PLACE."""
    head, _, tail = json.dumps(answer).encode().partition(PLACE_IN_JSON)
    response = StreamingHttpResponse(
        Base64Stream(head, file, tail), content_type="application/json"
    )
    length = len(head) + 4 * -(-file.size // 3) + len(tail)
    response.headers["Content-Length"] = str(length)
    return response


class Base64Stream:
    """Bytes around a file in base64. Closes the file, also if nobody ever reads."""

    def __init__(self, head: bytes, file: File, tail: bytes) -> None:
        self.head, self.file, self.tail = head, file, tail

    def __iter__(self) -> Iterator[bytes]:
        yield self.head
        while piece := self.file.read(PIECE):
            yield base64.b64encode(piece)
        yield self.tail

    def close(self) -> None:
        self.file.close()
