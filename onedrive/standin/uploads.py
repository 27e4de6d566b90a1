"""Upload sessions on the wire: made at Graph, fed at the upload port.

Microsoft's page "driveItem: createUploadSession". Browsers send ranges here
themselves, so this port answers preflights.
"""

import re
from collections.abc import Callable

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .answers import error_answer, json_answer, with_context
from .calls import CONFLICT, Call, Service, times_in
from .clock import iso
from .drive_items import entity_answer
from .errors import StoreError, invalid, not_found
from .items import Item
from .sessions import TOO_MUCH, Range, Session, Sessions

CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.I | re.A)
PADDING = "=" * 1500  # real addresses exceed 2,000 characters
KNOWN = {CONFLICT, "name", "fileSystemInfo", "description", "@odata.type"}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "PUT, GET, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "content-range, content-type, content-length",
    "Access-Control-Max-Age": "3600",
}


class Uploads:
    """Sessions as Graph and the upload port show them."""

    def __init__(self, service: Service, sessions: Sessions):
        self.service = service
        self.sessions = sessions

    def create(self, call: Call) -> Response:
        item = _item_in(call)
        if call.address.path:
            folder, name = call.address.place(call.store)
        else:
            folder, name = self._existing(call)
        if item.get("name", name) != name:
            raise invalid("The name in the body differs from the one in the URL.")
        call.store.check_match(call.store.child(folder, name) or folder, call.if_match)
        # The page says that `fail` is the default; the service acts as `replace`.
        session = self.sessions.open(
            folder,
            name,
            call.conflict("replace", item),
            times_in(item),
            _file_size(item),
        )
        sealed = self.service.seal.close(upload=session.id, padding=PADDING)
        url = f"{self.service.upload_url}/up/{session.id}?tempauth={sealed}"
        body = {"uploadUrl": url} | status_of(session)
        context = "microsoft.graph.uploadSession"
        return json_answer(with_context(call.request, context, body))

    def _existing(self, call: Call) -> tuple[Item, str]:
        item = call.item
        if call.kind.name == "personal" or item.is_folder or item.parent is None:
            raise invalid("File name not provided in url")
        return call.store.get(item.parent), item.name

    def routes(self) -> list[Rule]:
        path = "/up/<session_id>"
        return [
            Rule(path, endpoint=preflight, methods=["OPTIONS"]),
            Rule(path, endpoint=self._guarded(self.receive), methods=["PUT"]),
            Rule(path, endpoint=self._guarded(self.status), methods=["GET"]),
            Rule(path, endpoint=self._guarded(self.cancel), methods=["DELETE"]),
        ]

    def receive(self, request: Request, session_id: str) -> Response:
        self.sessions.get(session_id)
        if request.content_length is None:
            raise StoreError(411, "invalidRequest", "Content-Length is required.")
        part = parse_range(request)
        if part.length >= TOO_MUCH:
            raise StoreError(413, "requestTooLarge", "The range is too large.")
        # The stream, since a browser may call raw bytes a form.
        data = request.stream.read()
        session, item, is_new = self.sessions.receive(session_id, part, data)
        if item is None:
            return json_answer(status_of(session), 202)
        return entity_answer(self._call(request), item, 201 if is_new else 200)

    def status(self, request: Request, session_id: str) -> Response:
        return json_answer(status_of(self.sessions.get(session_id)))

    def cancel(self, request: Request, session_id: str) -> Response:
        self.sessions.cancel(session_id)
        return Response(status=204)

    def _call(self, request: Request) -> Call:
        return Call(self.service, request)

    def _guarded(self, act: Callable[..., Response]) -> Callable[..., Response]:
        """Refuse tokens and broken addresses; let browsers read every answer."""

        def guarded(request: Request, session_id: str) -> Response:
            try:
                self._check(request, session_id)
                answer = act(request, session_id)
            except StoreError as error:
                answer = error_answer(request, error)
            answer.headers.extend(CORS)
            return answer

        return guarded

    def _check(self, request: Request, session_id: str) -> None:
        if "Authorization" in request.headers:
            raise StoreError(401, "unauthenticated", "No token may be sent here.")
        try:
            sealed = self.service.seal.open(request.args.get("tempauth", ""))
        except ValueError:
            sealed = {}
        if sealed.get("upload") != session_id:
            raise not_found("The upload session was not found")


def preflight(request: Request, session_id: str) -> Response:
    """A browser compares what it wants to send with the headers allowed here."""
    return Response(status=200, headers=CORS)


def status_of(session: Session) -> dict:
    return {
        "expirationDateTime": iso(session.expires).replace("Z", ".000Z"),
        "nextExpectedRanges": [f"{session.received}-"],
    }


def parse_range(request: Request) -> Range:
    match = CONTENT_RANGE.fullmatch(request.headers.get("Content-Range", "").strip())
    if match is None:
        raise invalid("The Content-Range header is missing or malformed.")
    part = Range(*map(int, match.groups()))
    if not part.first <= part.last < part.total:
        raise invalid("The Content-Range header is missing or malformed.")
    if part.length != request.content_length:
        raise invalid("Content-Range and Content-Length disagree.")
    return part


def _item_in(call: Call) -> dict:
    item = call.json.get("item", {})
    if not isinstance(item, dict):
        raise invalid("The item must be an object.")
    unknown = sorted(set(item) - KNOWN)
    if unknown and not call.kind.session_takes_extras:
        raise invalid(f"The property '{unknown[0]}' is not known.")
    if call.json.get("deferCommit"):
        raise StoreError(501, "notSupported", "deferCommit is not supported.")
    return item


def _file_size(item: dict) -> int:
    size = item.get("fileSize", 0)
    if isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise invalid("The file size is malformed.", "invalidParameterFormat")
    return size
