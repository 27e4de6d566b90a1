"""The bytes of files as Graph takes and gives them.

Microsoft's pages "Download driveItem content" and "Upload or replace the contents of
a driveItem".
"""

from pathlib import Path

from werkzeug.wrappers import Response

from .calls import Call
from .drive_items import entity_answer
from .entities import download_url
from .errors import StoreError, invalid, stale
from .items import Item


def redirect(call: Call) -> Response:
    item = call.item
    if item.is_folder:
        raise invalid("A folder has no content.")
    if call.request.headers.get("If-None-Match") in (item.etag, item.ctag):
        return Response(status=304, headers={"ETag": item.etag})
    return Response(status=302, headers={"Location": download_url(call.service, item)})


def put(call: Call) -> Response:
    """The simple upload: a new file by path, or new bytes for one by id."""
    _check_length(call)
    store = call.store
    with store.blobs.arrival() as source:
        store.blobs.write(source, call.request.stream)
        if call.address.path:
            item, is_new = _put_by_path(call, source)
        else:
            item, is_new = _replace(call, source), False
    return entity_answer(call, item, 201 if is_new else 200)


def _put_by_path(call: Call, source: Path) -> tuple[Item, bool]:
    folder, name = call.address.place(call.store)
    _check_none_match(call, call.store.child(folder, name))
    return call.store.put_file(
        folder.id,
        name,
        source,
        conflict=call.conflict("replace"),
        if_match=call.if_match,
    )


def _replace(call: Call, source: Path) -> Item:
    return call.store.replace_content(call.item.id, source, if_match=call.if_match)


def _check_length(call: Call) -> None:
    length = call.request.content_length
    if length is None:
        raise StoreError(411, "invalidRequest", "Content-Length is required.")
    if length > call.service.behaviour.simple_upload_limit:
        text = "The request is too large; use an upload session."
        raise StoreError(413, "requestTooLarge", text, "maxRequestLengthExceeded")


def _check_none_match(call: Call, taken: Item | None) -> None:
    if taken and call.request.headers.get("If-None-Match") == "*":
        raise stale()
