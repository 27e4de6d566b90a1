"""Which call of Graph is answered by what, and who may make it.

Microsoft's pages "Use the Microsoft Graph API" and "driveItem resource type".
"""

from collections.abc import Callable

from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from . import content, delta, drive_items, listings, thumbnails
from .addressing import parse
from .answers import error_answer, json_answer, with_context
from .calls import Call, Service
from .entities import drive_json
from .errors import StoreError, not_found
from .identity import Identity
from .routes import Routes
from .uploads import Uploads

Handler = Callable[[Call], Response]

HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", ""): drive_items.show,
    ("PATCH", ""): drive_items.update,
    ("DELETE", ""): drive_items.delete,
    ("GET", "children"): listings.children,
    ("POST", "children"): drive_items.create_folder,
    ("GET", "search"): listings.search,
    ("GET", "content"): content.redirect,
    ("PUT", "content"): content.put,
    ("GET", "thumbnails"): thumbnails.show,
    ("GET", "delta"): delta.page,
    ("GET", "microsoft.graph.delta"): delta.page,
    ("POST", "copy"): drive_items.start_copy,
    ("POST", "restore"): drive_items.restore,
    ("POST", "permanentDelete"): drive_items.purge,
}
READING = {"files.read", "files.read.all", "files.readwrite", "files.readwrite.all"}
WRITING = {"files.readwrite", "files.readwrite.all"}
PROFILE = {"user.read", "user.readwrite"}


class Graph:
    """`/v1.0`, without `$batch`, which calls this many times."""

    def __init__(self, service: Service, identity: Identity, uploads: Uploads):
        self.service = service
        self.identity = identity
        self.handlers = HANDLERS | {("POST", "createUploadSession"): uploads.create}
        self.routes = Routes(
            [
                Rule("/v1.0/me", endpoint=self.me),
                Rule("/v1.0/me/drive", endpoint=self.drive),
                Rule("/v1.0/me/drive/<path:address>", endpoint=self.item),
                Rule("/v1.0/drives/<drive_id>", endpoint=self.drive),
                Rule("/v1.0/drives/<drive_id>/<path:address>", endpoint=self.item),
            ],
            merge_slashes=False,
        )

    def answer(self, request: Request) -> Response:
        try:
            self.check_token(request)
            self.service.store.ripen()
            return self.routes.answer(request)
        except StoreError as error:
            return error_answer(request, error)
        except NotFound:
            text = "Resource not found for the segment."
            return error_answer(request, StoreError(400, "BadRequest", text))

    def check_token(self, request: Request) -> None:
        problem = self.identity.check(request.headers.get("Authorization"))
        if problem:
            raise StoreError(401, "InvalidAuthenticationToken", problem)

    def me(self, request: Request) -> Response:
        self._check_scope(request, PROFILE)
        owner = self.service.owner
        body = owner | {"userPrincipalName": owner["email"]}
        return json_answer(with_context(request, "users/$entity", body))

    def drive(self, request: Request, drive_id: str = "") -> Response:
        self._check_scope(request, READING)
        self._check_drive(Call(self.service, request), drive_id)
        body = drive_json(self.service)
        return json_answer(with_context(request, "drives/$entity", body))

    def item(self, request: Request, address: str, drive_id: str = "") -> Response:
        self._check_scope(request, READING if request.method == "GET" else WRITING)
        call = Call(self.service, request, parse(address))
        self._check_drive(call, drive_id)
        handler = self.handlers.get((request.method, call.address.relation))
        if handler is None:
            raise self._no_handler(call.address.relation)
        return handler(call)

    def _no_handler(self, relation: str) -> StoreError:
        if any(relation == known for _, known in self.handlers):
            return StoreError(405, "notSupported", "The method is not allowed here.")
        return StoreError(400, "BadRequest", "Resource not found for the segment.")

    def _check_drive(self, call: Call, drive_id: str) -> None:
        if drive_id and not drive_items.same_drive(call, drive_id):
            raise not_found("The drive could not be found.")

    def _check_scope(self, request: Request, enough: set[str]) -> None:
        granted = self.identity.scopes(request.headers.get("Authorization"))
        names = {scope.rpartition("/")[2].lower() for scope in granted}
        if not names & enough:
            raise StoreError(403, "accessDenied", "Insufficient privileges.")
