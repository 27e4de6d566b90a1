"""Public answers: what visitors get, and how it is known to be still good.

The gallery's `revision` rises with every committed change, so it validates every
public answer: one small query tells whether what the visitor has is still right. It
is read before the data; an answer is never older than its tag.

A file that its row names but the storage does not give is logged and hides nothing
else: its picture is left out of its group and answered as not found, and a group keeps
its place on its page with an empty cover (the frontend crashes on null). Such an
answer gets no tag, as the file may be back without any change of the data.
"""

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from gallery.models import Counter, Group, Image

logger = logging.getLogger(__name__)

# Raised when answers change their form without any change of the data.
VERSION = 1
# Bytes read at once; of three, so that each piece is whole in base64.
PIECE = 3 * 256 * 1024
VARIANT_TYPE = "image/webp"
# One transparent pixel.
NO_PICTURE = (
    "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
)
NOT_FOUND = {"code": 0, "hint": "image_not_found"}
INVALID_GROUP = {"status": 0, "data": "invalid group.. dont try this again"}


def validated(
    request: Request,
    parameters: Mapping[str, Any],
    answer: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """304 if the visitor's copy is still good, otherwise `answer()` with its tag."""
    tag = etag(request.resolver_match.route, parameters)
    unchanged = get_conditional_response(request, etag=tag)
    response = answer() if unchanged is None else unchanged
    if response.status_code in (200, 304) and "Cache-Control" not in response:
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "no-cache"
    return response


def etag(route: str, parameters: Mapping[str, Any]) -> str:
    revision = Counter.read(Counter.REVISION)
    meant = json.dumps([VERSION, revision, route, dict(parameters)], sort_keys=True)
    return f'"{hashlib.sha256(meant.encode()).hexdigest()[:32]}"'


def page(groups: Iterable[Group], covers: Mapping[int, Image]) -> Response:
    shown = [
        (group, cover, data_url(cover.thumbnail.name))
        for group in groups
        # Not there: deleted since, by a change that this answer's tag does not cover.
        if (cover := covers.get(group.cover_image_id))
    ]
    if not shown:
        return Response({"code": 0, "hint": "database_empty"})
    entries = [
        {"group": group.number, "image_name": cover.name, "image": url or NO_PICTURE}
        for group, cover, url in shown
    ]
    body = {"code": 1, "data": entries, "hint": "got_images"}
    return _answer(body, whole=all(url for *_, url in shown))


def group(images: Iterable[Image]) -> Response:
    shown = [(image, data_url(image.thumbnail.name)) for image in images]
    entries = [
        {
            "group": image.group.number,
            "imageID": image.number,
            "imageName": image.name,
            "image": url,
        }
        for image, url in shown
        if url
    ]
    body = {"status": 1, "data": entries} if entries else INVALID_GROUP
    return _answer(body, whole=all(url for _, url in shown))


def image(image: Image | None) -> Response:
    if image is None:
        return Response(NOT_FOUND)
    url = data_url(image.preview.name)
    if url is None:
        return _answer(NOT_FOUND, whole=False)
    data = {
        "imageName": image.name,
        "image": url,
        "title": image.title,
        "group": image.group.number,
        "imageID": image.number,
    }
    return Response({"code": 1, "data": data, "hint": "image_found"})


def download(image: Image | None) -> HttpResponseBase:
    """The untouched original in JSON, never whole in memory."""
    if image is None:
        return Response(NOT_FOUND)
    file = _opened(image.original.name)
    if file is None:
        return _answer(NOT_FOUND, whole=False)
    head, tail = _around(
        {
            "code": 1,
            "image": {
                "image_name": image.name,
                "image": f"data:{image.content_type};base64,\0",
            },
            "hint": "image_found",
        }
    )
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


def data_url(name: str, content_type: str = VARIANT_TYPE) -> str | None:
    """The stored file as a `data:` URL, or None when it is missing."""
    file = _opened(name)
    if file is None:
        return None
    with file:
        content = base64.b64encode(file.read()).decode()
    return f"data:{content_type};base64,{content}"


def _opened(name: str) -> File | None:
    try:
        return default_storage.open(name)
    except OSError as error:
        logger.error("A file that its row names can't be read: %s (%s)", name, error)
        return None


def _answer(body: dict[str, Any], *, whole: bool) -> Response:
    """What lacks a file is neither kept nor tagged."""
    return Response(body, headers=None if whole else {"Cache-Control": "no-store"})


def _around(answer: dict[str, Any]) -> tuple[bytes, bytes]:
    r"""The JSON before and after the first `\0`."""
    head, _, tail = json.dumps(answer).partition(json.dumps("\0")[1:-1])
    return head.encode(), tail.encode()
