"""Collections in pages: children and search.

Microsoft's pages "List children of a driveItem", "Search for DriveItems within a
drive" and "Paging Microsoft Graph data in your app".
"""

from collections.abc import Callable
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from .answers import json_answer, raw_path, with_context
from .calls import Call
from .drive_items import wants_thumbnails
from .entities import item_json
from .errors import invalid
from .items import Item
from .thumbnails import thumbnail_sets

LARGEST_PAGE = 1000
CONTEXT = "users('me')/drive/items"
REFUSED = ("filter", "search", "skip", "count")
SKIP = "$skiptoken"

Fetch = Callable[[int, int], list[Item]]


def children(call: Call) -> Response:
    folder = call.item
    if not folder.is_folder:
        raise invalid("The item is not a folder.")
    tag = folder.ctag
    if call.request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    order, descending = _order(call)

    def fetch(offset: int, limit: int) -> list[Item]:
        return call.store.children(
            folder, order=order, descending=descending, offset=offset, limit=limit
        )

    return json_answer(_page(call, fetch), ETag=tag)


def search(call: Call) -> Response:
    found = call.store.search(call.item, call.address.argument)
    return json_answer(_page(call, lambda start, limit: found[start : start + limit]))


def page_size(call: Call) -> int:
    asked = call.option("top")
    if not asked:
        return call.service.behaviour.page_size
    if not asked.isascii() or not asked.isdigit() or int(asked) == 0:
        raise invalid("Invalid page size specified.", "invalidQueryOption")
    return min(int(asked), LARGEST_PAGE)


def _order(call: Call) -> tuple[str, bool]:
    field, _, direction = (call.option("orderby") or "name").partition(" ")
    if field not in call.kind.orders or direction not in ("", "asc", "desc"):
        raise invalid("The sort order is not supported.", "invalidQueryOption")
    return field, direction == "desc"


def _page(call: Call, fetch: Fetch) -> dict:
    if any(call.option(name) for name in REFUSED):
        raise invalid("The query option is not supported.", "invalidQueryOption")
    size, place = page_size(call), _place(call)
    if place.get("empty"):
        return _collection(call, [], place["offset"])
    items = fetch(place["offset"], size + 1)
    following = place["offset"] + size if len(items) > size else None
    return _collection(call, items[:size], following)


def _collection(call: Call, items: list[Item], following: int | None) -> dict:
    parents: dict[str, dict] = {}
    value = [item_json(call, item, parents) for item in items]
    if wants_thumbnails(call) and call.kind.thumbnails_in_listings:
        for entry, item in zip(value, items, strict=True):
            entry["thumbnails"] = thumbnail_sets(call, item)
    body = with_context(call.request, CONTEXT, {"value": value})
    if following is not None:
        empty = call.service.behaviour.empty_pages and bool(items)
        body["@odata.nextLink"] = _next_link(call, following, empty)
    return body


def _next_link(call: Call, offset: int, empty: bool) -> str:
    options = _other_options(call)
    token = call.service.seal.close(offset=offset, empty=empty, of=_listing(call))
    query = urlencode([*options, (SKIP, token)])
    return f"{call.base}{raw_path(call.request)}?{query}"


def _place(call: Call) -> dict:
    """Where to go on; a token serves only the listing that it was made for."""
    token = call.request.args.get(SKIP)
    if token is None:
        return {"offset": 0}
    try:
        place = call.service.seal.open(token)
    except ValueError:
        place = {}
    if place.get("of") != _listing(call):
        raise invalid("Invalid paging token")
    return place


def _listing(call: Call) -> list:
    return [raw_path(call.request), [list(pair) for pair in _other_options(call)]]


def _other_options(call: Call) -> list[tuple[str, str]]:
    pairs = call.request.args.items(multi=True)
    return [(key, value) for key, value in pairs if key != SKIP]
