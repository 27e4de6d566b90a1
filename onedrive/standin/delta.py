"""What changed in the drive since a token was given.

Microsoft's page "driveItem: delta".
"""

from datetime import datetime
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from .answers import json_answer, raw_path, with_context
from .calls import Call
from .drive_items import wants_thumbnails
from .entities import deleted_json, delta_json
from .errors import StoreError, invalid
from .items import Item
from .listings import page_size
from .thumbnails import thumbnail_sets

CONTEXT = "Collection(driveItem)"


def page(call: Call) -> Response:
    folder = call.item
    if folder.parent is not None and not call.kind.folder_delta:
        text = "view.delta can only be called on the root."
        raise StoreError(501, "notSupported", text)
    if wants_thumbnails(call) and not call.kind.delta_thumbnails:
        raise StoreError(400, "badArgument", "Thumbnails cannot be expanded here.")
    place = _place(call)
    if place.get("empty"):
        return _answer(call, [], place | {"empty": False}, more=True)
    size = page_size(call)
    items = call.store.changes(
        after=place["after"],
        upto=place["upto"],
        limit=size + 1,
        live_only=place["since"] == 0,
    )
    shown, more = items[:size], len(items) > size
    if more:
        place |= {"after": shown[-1].change}
        place |= {"empty": call.service.behaviour.empty_pages}
    return _answer(call, _entries(call, folder, shown), place, more=more)


def _place(call: Call) -> dict:
    """Where a round stands: changes after one number, up to another."""
    token = call.address.argument or call.option("token")
    now, upto = call.service.clock.now(), _visible(call)
    start = {"since": 0, "after": 0, "upto": upto}
    if not token:
        return start
    if token == "latest":  # noqa: S105
        return {"since": upto, "after": upto, "upto": upto}
    if call.kind.delta_takes_timestamps and (moment := _moment(token)):
        since = call.store.newest_change(before=moment)
        return {"since": since, "after": since, "upto": upto}
    try:
        place = call.service.seal.open(token)
        issued = place.pop("issued")
    except (ValueError, KeyError):
        raise invalid("The delta token is malformed.") from None
    if issued + call.service.behaviour.delta_life <= now:
        text = "Resync required. Replace any local items with the server's version."
        raise StoreError(410, "resyncRequired", text, "resyncChangesApplyDifferences")
    return {"upto": max(upto, place["since"])} | place


def _visible(call: Call) -> int:
    """The newest change that delta already knows of."""
    delay = call.service.behaviour.delta_delay
    before = call.service.clock.now() - delay if delay else None
    return call.store.newest_change(before)


def _moment(token: str) -> float | None:
    try:
        return datetime.fromisoformat(token).timestamp()
    except ValueError:
        return None


def _entries(call: Call, folder: Item, items: list[Item]) -> list[dict]:
    """Each item, and before it all folders above that the page did not show yet."""
    shown: dict[str, dict] = {}
    lines: dict[str | None, list[Item]] = {}
    bare = "deltaexcludeparent" in call.request.headers.get("Prefer", "").lower()
    for item in items:
        if item.parent not in lines:
            lines[item.parent] = call.store.ancestors(item)
        line = [step.id for step in lines[item.parent]] + [item.id]
        if folder.id not in line:
            continue
        above = lines[item.parent][line.index(folder.id) :]
        for step in above[:1] if bare else above:
            if step.id not in shown:
                shown[step.id] = _entry(call, step)
        shown[item.id] = _entry(call, item)
    return list(shown.values())


def _entry(call: Call, item: Item) -> dict:
    if item.deleted_at is not None:
        return deleted_json(call, item)
    body = delta_json(call, item)
    if wants_thumbnails(call):
        body["thumbnails"] = thumbnail_sets(call, item)
    return body


def _answer(call: Call, value: list[dict], place: dict, *, more: bool) -> Response:
    """A page names either the next page or, at the end, the start of the next round."""
    issued = call.service.clock.now()
    if not more:
        place = {"since": place["upto"], "after": place["upto"]}
    token = call.service.seal.close(issued=issued, **place)
    query = urlencode([*_other_options(call), ("token", token)])
    path = (
        raw_path(call.request).split("/delta(")[0].split("/microsoft.graph.delta(")[0]
    )
    path = path if path.endswith("/delta") else f"{path}/delta"
    link = "@odata.nextLink" if more else "@odata.deltaLink"
    body = {link: f"{call.base}{path}?{query}", "value": value}
    return json_answer(with_context(call.request, CONTEXT, body))


def _other_options(call: Call) -> list[tuple[str, str]]:
    pairs = call.request.args.items(multi=True)
    return [(key, value) for key, value in pairs if key.lstrip("$") != "token"]
