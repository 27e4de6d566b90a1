"""`/_standin`: what tests in another process may do behind the client's back."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import asdict, fields

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .behaviour import Behaviour
from .errors import StoreError, invalid
from .faults import Fault, Faults
from .items import Item
from .journal import Journal
from .store import Store
from .throttle import Throttle


class Control:
    """No token is asked for: this is for the machine that it runs on."""

    def __init__(
        self, store: Store, faults: Faults, journal: Journal, throttle: Throttle
    ):
        self.store = store
        self.faults = faults
        self.journal = journal
        self.throttle = throttle

    def routes(self) -> list[Rule]:
        item = "/_standin/items/<item_id>"
        table = [
            ("GET", "/_standin/health", self.health),
            ("GET", "/_standin/faults", self.list_faults),
            ("POST", "/_standin/faults", self.add_fault),
            ("DELETE", "/_standin/faults", self.clear_faults),
            ("GET", "/_standin/journal", self.list_journal),
            ("DELETE", "/_standin/journal", self.clear_journal),
            ("POST", "/_standin/clock", self.advance),
            ("PATCH", "/_standin/behaviour", self.behave),
            ("PUT", "/_standin/throttle", self.limit),
            ("DELETE", "/_standin/throttle", self.unlimit),
            ("GET", "/_standin/items", self.find),
            ("POST", "/_standin/items", self.create),
            ("PATCH", item, self.update),
            ("DELETE", item, self.delete),
            ("POST", f"{item}/restore", self.restore),
        ]
        return [
            Rule(path, endpoint=_spoken(act), methods=[method])
            for method, path, act in table
        ]

    def health(self, request: Request) -> dict:
        return {"status": "up", "kind": self.store.kind.name}

    def list_faults(self, request: Request) -> dict:
        return {"faults": self.faults.listed()}

    def add_fault(self, request: Request) -> dict:
        self.faults.add(Fault(**_body(request)))
        return self.list_faults(request)

    def clear_faults(self, request: Request) -> None:
        self.faults.clear()

    def list_journal(self, request: Request) -> dict:
        asked = {key: request.args.get(key, "") for key in ("role", "method", "path")}
        return {"entries": [asdict(entry) for entry in self.journal.entries(**asked)]}

    def clear_journal(self, request: Request) -> None:
        self.journal.clear()

    def advance(self, request: Request) -> dict:
        """`{"advance": seconds}`."""
        self.store.clock.advance(float(_body(request)["advance"]))
        return {"now": self.store.clock.now()}

    def behave(self, request: Request) -> dict:
        """Any fields of `Behaviour`."""
        known = {field.name for field in fields(Behaviour)}
        for name, value in _body(request).items():
            if name not in known:
                raise invalid(f"{name} is not one of {', '.join(sorted(known))}.")
            setattr(self.store.behaviour, name, value)
        return asdict(self.store.behaviour)

    def limit(self, request: Request) -> None:
        """`{"rate": 5, "burst": 10, "pause": 2, "penalty": 1}`."""
        self.throttle.limit(**_body(request))

    def unlimit(self, request: Request) -> None:
        self.throttle.off()

    def find(self, request: Request) -> dict:
        """`?path=/Pictures/a.jpg`, decoded and from the root; or nothing: the root."""
        path = request.args.get("path", "")
        return _shown(self.store.at(self.store.root, path))

    def create(self, request: Request) -> dict:
        """`{"path": …, "content": base64}` a file, new or other; without it a folder.

        In place of `path` there may be `parent` (an id) and `name`.
        """
        body = _body(request)
        parent, name = self._place(body)
        if "content" not in body:
            return _shown(self.store.create_folder(parent.id, name)[0])
        with self.store.blobs.arrival() as source:
            source.write_bytes(base64.b64decode(body["content"], validate=True))
            return _shown(self.store.put_file(parent.id, name, source)[0])

    def _place(self, body: dict) -> tuple[Item, str]:
        if "parent" in body:
            return self.store.get(body["parent"]), body["name"]
        above, _, name = body["path"].strip("/").rpartition("/")
        return self.store.at(self.store.root, above), name

    def update(self, request: Request, item_id: str) -> dict:
        """`{"name": …, "parent": id}`, either or both."""
        body = _body(request)
        return _shown(
            self.store.update(
                item_id, name=body.get("name"), parent_id=body.get("parent")
            )
        )

    def delete(self, request: Request, item_id: str) -> None:
        self.store.delete(item_id)

    def restore(self, request: Request, item_id: str) -> dict:
        return _shown(self.store.restore(item_id))


def _shown(item: Item) -> dict:
    return asdict(item) | {"etag": item.etag, "ctag": item.ctag}


def _body(request: Request) -> dict:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise invalid("The body must be a JSON object.")
    return body


def _spoken(act: Callable[..., dict | None]) -> Callable[..., Response]:
    """JSON out, and every refusal as {"error": its text}."""

    def spoken(request: Request, **values: str) -> Response:
        try:
            result = act(request, **values)
        except StoreError as error:
            return _json({"error": error.message}, error.status)
        except (TypeError, ValueError, KeyError, binascii.Error) as error:
            return _json({"error": str(error)}, 400)
        return Response(status=204) if result is None else _json(result, 200)

    return spoken


def _json(body: dict, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
