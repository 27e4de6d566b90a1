"""Public answers: what visitors get, and how it is known to be still good.

The gallery's `revision` rises with every committed change, so it validates every
public answer: one small query tells whether what the visitor has is still right. It
is read before the data; an answer is never older than its tag.

A file that its row names but the storage does not give is logged and hides nothing
else: its picture is left out of its group and answered as not found, and a group keeps
its place on its page with an empty cover (the frontend crashes on null). Such an
answer gets no tag, as the file may be back without any change of the data.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response

from gallery.addresses import addresses
from gallery.data_urls import PLACE, around, data_url
from gallery.models import Counter, Group, Image
from gallery.storage import opened

# Raised when answers change their form without any change of the data.
VERSION = 2
# For an nginx in front: it may keep the answer, whose time is long over, and so asks
# each time. By `no-cache` alone it would keep nothing.
ASK_AGAIN = "@1"
# One transparent pixel.
NO_PICTURE = {
    "image": "data:image/gif;base64,"
    "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
}
# Where who has just read it leaves it for `validated`, among the request's META.
REVISION = "gallery.revision"
NOT_FOUND = {"code": 0, "hint": "image_not_found"}
INVALID_GROUP = {"status": 0, "data": "invalid group.. dont try this again"}


def validated(
    request: Request,
    parameters: Mapping[str, Any],
    answer: Callable[[], HttpResponseBase],
) -> HttpResponseBase:
    """304 if the visitor's copy is still good, otherwise `answer()` with its tag."""
    asked = digest(request.resolver_match.route, parameters)
    revision = request.META.get(REVISION) or Counter.read(Counter.REVISION)
    tag = etag(asked, revision)
    unchanged = get_conditional_response(request, etag=tag)
    response = answer() if unchanged is None else unchanged
    if response.status_code in (200, 304) and "Cache-Control" not in response:
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Accel-Expires"] = ASK_AGAIN
    return response


def digest(route: str, parameters: Mapping[str, Any]) -> str:
    """Of what was asked, in whatever spelling."""
    meant = json.dumps([VERSION, route, dict(parameters)], sort_keys=True)
    return hashlib.sha256(meant.encode()).hexdigest()[:32]


def etag(digest: str, revision: int) -> str:
    return f'"{digest}-{revision}"'


def page(groups: Iterable[Group], *, embed: bool) -> Response:
    """Of groups with their fronts. `embed`: with the pictures themselves, here and in
    the others."""
    shown = [(group, _picture(group.front.thumbnail.name, embed)) for group in groups]
    if not shown:
        return Response({"code": 0, "hint": "database_empty"})
    entries = [
        {
            "group": group.number,
            "image_name": group.front.name,
            **(NO_PICTURE if picture is None else picture),
            **addresses(group.front, group.number),
        }
        for group, picture in shown
    ]
    body = {"code": 1, "data": entries, "hint": "got_images"}
    return _answer(body, whole=all(picture is not None for _, picture in shown))


def group(number: int, images: Iterable[Image], *, embed: bool) -> Response:
    """Of the images of the group with this number."""
    shown = [(image, _picture(image.thumbnail.name, embed)) for image in images]
    entries = [
        {
            "group": number,
            "imageID": image.number,
            "imageName": image.name,
            **picture,
            **addresses(image, number),
        }
        for image, picture in shown
        if picture is not None
    ]
    body = {"status": 1, "data": entries} if entries else INVALID_GROUP
    return _answer(body, whole=len(entries) == len(shown))


def image(image: Image | None, *, embed: bool) -> Response:
    if image is None:
        return Response(NOT_FOUND)
    picture = _picture(image.preview.name, embed)
    if picture is None:
        return _answer(NOT_FOUND, whole=False)
    data = {
        "imageName": image.name,
        **picture,
        "title": image.title,
        "caption": image.caption,
        "group": image.group.number,
        "imageID": image.number,
        **addresses(image, image.group.number),
    }
    return Response({"code": 1, "data": data, "hint": "image_found"})


def download(image: Image | None, *, embed: bool) -> HttpResponseBase:
    """The untouched original in JSON, never whole in memory."""
    if image is None:
        return Response(NOT_FOUND)
    names = {"image_name": image.name, **addresses(image, image.group.number)}
    body = {"code": 1, "image": names, "hint": "image_found"}
    if not embed:
        return Response(body)
    file = opened(image.original.name)
    if file is None:
        return _answer(NOT_FOUND, whole=False)
    names["image"] = f"data:{image.content_type};base64,{PLACE}"
    return around(body, file)


def _picture(name: str, embed: bool) -> dict[str, str] | None:
    """`{"image": data URL}`; empty where it is not wanted; None when it is missing."""
    if not embed:
        return {}
    url = data_url(name)
    return None if url is None else {"image": url}


def _answer(body: dict[str, Any], *, whole: bool) -> Response:
    """What lacks a file is neither kept nor tagged."""
    return Response(body, headers=None if whole else {"Cache-Control": "no-store"})
