"""The content port: whole files, ranges, thumbnails and the monitors of copies.

Microsoft's pages "Download driveItem content" and "Working with long running
actions".
"""

from pathlib import Path
from urllib.parse import quote

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import FileWrapper

from .answers import json_answer
from .calls import Service
from .errors import StoreError
from .facets import mime_type
from .items import Item
from .thumbnails import draw

PIECE = 256 * 1024


class Downloads:
    """Every address here carries its own right; tokens are not wanted."""

    def __init__(self, service: Service, folder: Path):
        self.service = service
        self.thumbnails = folder / "thumbnails"

    def routes(self) -> list[Rule]:
        return [
            Rule("/d/<item_id>", endpoint=self.file, methods=["GET"]),
            Rule("/t/<item_id>/<size>", endpoint=self.thumbnail, methods=["GET"]),
            Rule("/monitor/<ticket>", endpoint=self.monitor, methods=["GET"]),
        ]

    def file(self, request: Request, item_id: str) -> Response:
        if refusal := self._refusal(request, download=item_id):
            return refusal
        if not request.query_string.endswith(b"&ApiVersion=2.0"):
            return _plain(403, "The query is not in the order it was given in.")
        try:
            item = self.service.store.get(item_id)
            return file_answer(request, item, self.service.store.open(item))
        except (StoreError, FileNotFoundError):
            return _plain(404, "The file is gone.")

    def thumbnail(self, request: Request, item_id: str, size: str) -> Response:
        if refusal := self._refusal(request, thumbnail=item_id, size=size):
            return refusal
        store = self.service.store
        try:
            item = store.get(item_id)
            path = self.thumbnails / f"{item.blob}-{size}.jpg"
            if not path.exists():
                draw(store.open(item), path, size)
        except (StoreError, OSError):
            return _plain(404, "There is no such thumbnail.")
        answer = Response(path.read_bytes(), content_type="image/jpeg")
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    def monitor(self, request: Request, ticket: str) -> Response:
        """In progress when first asked, done from then on."""
        db = self.service.store.db
        row = db.one("SELECT * FROM copies WHERE id = ?", ticket)
        if row is None:
            return _plain(404, "There is no such operation.")
        db.run("UPDATE copies SET asked = asked + 1 WHERE id = ?", ticket)
        if not row["asked"]:
            share = {"percentageComplete": 27.8, "status": "inProgress"}
            return json_answer({"operation": "itemCopy"} | share, 202)
        done = {"percentageComplete": 100.0, "status": "completed"}
        return json_answer(
            done | {"resourceId": row["item"]}, self.service.kind.copy_ends_with
        )

    def _refusal(self, request: Request, **meant: str) -> Response | None:
        if "Authorization" in request.headers:
            return _plain(401, "This address takes no token.")
        try:
            sealed = self.service.seal.open(request.args.get("tempauth", ""))
        except ValueError:
            return _plain(403, "The address is not as it was given.")
        expires = sealed.pop("expires")
        if sealed != meant:
            return _plain(403, "The address is not as it was given.")
        if expires is not None and expires <= self.service.clock.now():
            return _plain(401, "The address has expired.")
        return None


def _plain(status: int, text: str) -> Response:
    """What a content network says: never Graph's JSON."""
    body = f"<html><body><h1>{status}</h1>{text}</body></html>"
    return Response(body, status, content_type="text/html; charset=utf-8")


def file_answer(request: Request, item: Item, path: Path) -> Response:
    """200 with all of it, 206 with the range asked for, or 416."""
    name = quote(item.name, safe="")
    answer = Response(
        FileWrapper(path.open("rb"), PIECE),
        content_type=mime_type(item.name),
        direct_passthrough=True,
    )
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.content_length = item.size
    answer.set_etag(item.etag.strip('"'))
    try:
        return answer.make_conditional(
            request, accept_ranges=True, complete_length=item.size
        )
    except RequestedRangeNotSatisfiable:
        answer.close()
        refusal = _plain(416, "The range lies outside of the file.")
        refusal.headers["Content-Range"] = f"bytes */{item.size}"
        return refusal
