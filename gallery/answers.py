"""Public answers: what visitors get, and how it is known to be still good.

The gallery's `revision` rises with every committed change, so it validates every
public answer: one small query tells whether what the visitor has is still right. It
is read before the data; an answer is never older than its tag.
"""

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from gallery.models import Counter, Group, Image

logger = logging.getLogger(__name__)

# Raised when answers change their form without any change of the data.
VERSION = 1
# Bytes read at once; of three, so that each piece is whole in base64.
PIECE = 3 * 256 * 1024
VARIANT_TYPE = "image/webp"


def validated(
    request: HttpRequest, answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """304 if the visitor's copy is still good, otherwise `answer()` with its tag."""
    tag = etag(request)
    unchanged = get_conditional_response(request, etag=tag, response=None)
    response = answer() if unchanged is None else unchanged
    if response.status_code in (200, 304):
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "no-cache"
    return response


def etag(request: HttpRequest) -> str:
    revision = Counter.read(Counter.REVISION)
    meant = f"{VERSION} {revision} {request.get_full_path()}"
    return f'"{hashlib.sha256(meant.encode()).hexdigest()[:32]}"'


def data_url(name: str, content_type: str = VARIANT_TYPE) -> str | None:
    """The stored file as a `data:` URL, or None when it is missing."""
    try:
        with default_storage.open(name) as file:
            content = base64.b64encode(file.read()).decode()
    except OSError:
        logger.exception("A row names a file that is not there: %s", name)
        return None
    return f"data:{content_type};base64,{content}"


def page(groups: list[Group], covers: dict[int, Image]) -> dict[str, Any]:
    entries = [
        {"group": group.number, "image_name": cover.name, "image": url}
        for group in groups
        if (cover := covers.get(group.cover_image_id))
        and (url := data_url(cover.thumbnail.name))
    ]
    if not entries:
        return {"code": 0, "hint": "database_empty"}
    return {"code": 1, "data": entries, "hint": "got_images"}


def group(images: list[Image]) -> dict[str, Any]:
    entries = [
        {
            "group": image.group.number,
            "imageID": image.number,
            "imageName": image.name,
            "image": url,
        }
        for image in images
        if (url := data_url(image.thumbnail.name))
    ]
    if not entries:
        return {"status": 0, "data": "invalid group.. dont try this again"}
    return {"status": 1, "data": entries}


def image(image: Image | None) -> dict[str, Any]:
    url = image and data_url(image.preview.name)
    if not image or not url:
        return {"code": 0, "hint": "image_not_found"}
    data = {
        "imageName": image.name,
        "image": url,
        "title": image.title,
        "group": image.group.number,
        "imageID": image.number,
    }
    return {"code": 1, "data": data, "hint": "image_found"}


def download(image: Image) -> HttpResponse | StreamingHttpResponse:
    """The untouched original in JSON, never whole in memory. Raises OSError."""
    head, tail = _around(
        {
            "code": 1,
            "image": {"image_name": image.name, "image": "\0"},
            "hint": "image_found",
        }
    )
    head += f"data:{image.content_type};base64,".encode()
    file = default_storage.open(image.original.name)
    length = len(head) + 4 * -(-file.size // 3) + len(tail)

    def pieces() -> Iterator[bytes]:
        with file:
            yield head
            while piece := file.read(PIECE):
                yield base64.b64encode(piece)
            yield tail

    response = StreamingHttpResponse(pieces(), content_type="application/json")
    response.headers["Content-Length"] = str(length)
    return response


def _around(answer: dict[str, Any]) -> tuple[bytes, bytes]:
    """The JSON before and after the place of the picture."""
    head, _, tail = json.dumps(answer).partition(json.dumps("\0")[1:-1])
    return head.encode(), tail.encode()
