"""Reading, making, changing and removing single items.

Microsoft's pages "Get a DriveItem resource", "Create a new folder in a drive",
"Update DriveItem properties", "Delete a DriveItem", "Copy a DriveItem".
"""

import uuid
from urllib.parse import quote

from werkzeug.wrappers import Response

from .answers import json_answer, with_context
from .calls import CONFLICT, Call, times_in
from .entities import item_json
from .errors import StoreError, invalid
from .items import Item
from .seeding import copy
from .thumbnails import thumbnail_sets

ENTITY = "users('me')/drive/items/$entity"


def entity_answer(call: Call, item: Item, status: int = 200) -> Response:
    body = with_context(call.request, ENTITY, item_json(call, item))
    return json_answer(body, status, ETag=item.etag)


def show(call: Call) -> Response:
    item = call.item
    if call.request.headers.get("If-None-Match") in (item.etag, item.ctag):
        return Response(status=304, headers={"ETag": item.etag})
    body = with_context(call.request, ENTITY, item_json(call, item))
    if wants_thumbnails(call):
        body["thumbnails"] = thumbnail_sets(call, item)
    return json_answer(body, ETag=item.etag)


def wants_thumbnails(call: Call) -> bool:
    expanded = call.option("expand")
    if expanded not in ("", "thumbnails"):
        raise invalid("The expansion is not supported.", "invalidQueryOption")
    return expanded == "thumbnails"


def create_folder(call: Call) -> Response:
    body = call.json
    if not isinstance(body.get("folder"), dict):
        raise invalid("Only folders are created this way.")
    folder, is_new = call.store.create_folder(
        call.item.id, body.get("name", ""), call.conflict("fail", body)
    )
    answer = entity_answer(call, folder, 201 if is_new else 200)
    answer.headers["Location"] = (
        f"{call.base}/v1.0/me/drive/items('{quote(folder.id)}')"
    )
    return answer


def update(call: Call) -> Response:
    body = call.json
    item = call.store.update(
        call.item.id,
        name=body.get("name"),
        parent_id=_target(call, body),
        conflict=call.conflict("fail", body),
        times=times_in(body),
        if_match=call.if_match,
    )
    return entity_answer(call, item)


def _target(call: Call, body: dict) -> str | None:
    """The id of the folder to move to."""
    reference = body.get("parentReference")
    if reference is None:
        return None
    if not isinstance(reference, dict):
        raise invalid("parentReference must be an object.")
    drive_id = reference.get("driveId")
    if drive_id and not same_drive(call, str(drive_id)):
        raise invalid("Items cannot be moved to another drive.")
    if "id" in reference:
        return str(reference["id"])
    path = str(reference.get("path", "")).partition(":")[2]
    return call.store.at(call.store.root, path).id


def same_drive(call: Call, drive_id: str) -> bool:
    ours = call.store.drive_id
    if call.kind.ids_ignore_case:
        return drive_id.lower().zfill(16) == ours.lower()
    return drive_id == ours


def delete(call: Call) -> Response:
    call.store.delete(call.item.id, if_match=call.if_match)
    return Response(status=204)


def purge(call: Call) -> Response:
    if not call.kind.can_purge:
        raise StoreError(400, "notSupported", "Not supported on this drive.")
    call.store.purge(call.item.id)
    return Response(status=204)


def restore(call: Call) -> Response:
    return entity_answer(call, call.store.restore(call.address.item_id))


def start_copy(call: Call) -> Response:
    """Done at once, though the monitor says so only when asked again."""
    item, body = call.item, call.json
    parent = call.store.get(_target(call, body) or item.parent or "")
    body.pop(CONFLICT, None)
    made = copy(
        call.store, item, parent, body.get("name", item.name), call.conflict("fail")
    )
    ticket = uuid.uuid4().hex
    call.store.db.run("INSERT INTO copies (id, item) VALUES (?, ?)", ticket, made.id)
    monitor = f"{call.service.content_url}/monitor/{ticket}"
    return Response(status=202, headers={"Location": monitor})
