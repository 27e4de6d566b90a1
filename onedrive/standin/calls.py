"""One call of Graph, with what its answer may need."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from werkzeug.wrappers import Request

from .account import Account
from .addressing import Address
from .answers import base_url
from .behaviour import Behaviour
from .clock import Clock
from .errors import invalid
from .items import Item, Times
from .kinds import Kind
from .links import Seal
from .store import BEHAVIOURS, Store

CONFLICT = "@microsoft.graph.conflictBehavior"


@dataclass
class Service:
    """What all calls share."""

    store: Store
    seal: Seal
    account: Account
    content_url: str = ""
    upload_url: str = ""
    turns: count = field(default_factory=count)

    @property
    def kind(self) -> Kind:
        return self.store.kind

    @property
    def clock(self) -> Clock:
        return self.store.clock

    @property
    def behaviour(self) -> Behaviour:
        return self.store.behaviour

    @property
    def owner(self) -> dict:
        return {
            "id": self.account.oid,
            "displayName": self.account.name,
            "email": self.account.email,
        }

    def shown_id(self, item_id: str) -> str:
        """Personal ids come back in whatever case, when that is turned on."""
        if not self.behaviour.mixed_case_ids or self.kind.name != "personal":
            return item_id
        return item_id.lower() if next(self.turns) % 2 else item_id.upper()


@dataclass
class Call:
    """A request for something of the drive."""

    service: Service
    request: Request
    address: Address = field(default_factory=Address)

    @property
    def store(self) -> Store:
        return self.service.store

    @property
    def kind(self) -> Kind:
        return self.service.kind

    @property
    def base(self) -> str:
        return base_url(self.request)

    @cached_property
    def item(self) -> Item:
        return self.address.item(self.store)

    @cached_property
    def json(self) -> dict:
        """The body, which must be a JSON object; an empty one counts as {}."""
        if not self.request.get_data():
            return {}
        body = self.request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            raise invalid("Unable to read JSON request payload.")
        return body

    def option(self, name: str) -> str:
        """A query option, with or without its dollar sign."""
        args = self.request.args
        return args.get(f"${name}", args.get(name, ""))

    @cached_property
    def selected(self) -> set[str]:
        return {name.strip() for name in self.option("select").split(",")} - {""}

    @property
    def if_match(self) -> str:
        return self.request.headers.get("If-Match", "")

    def conflict(self, default: str, body: dict | None = None) -> str:
        """The conflict behaviour asked for, in the query or in a body."""
        asked = (body or {}).get(CONFLICT) or self.request.args.get(CONFLICT, default)
        if asked not in BEHAVIOURS:
            raise invalid("The conflict behavior is unknown.")
        return asked


def times_in(body: dict) -> Times:
    """`fileSystemInfo` of a body, cut to whole seconds."""
    info = body.get("fileSystemInfo") or {}
    if not isinstance(info, dict):
        raise invalid("fileSystemInfo must be an object.")
    return Times(
        created=_moment(info.get("createdDateTime", "")),
        modified=_moment(info.get("lastModifiedDateTime", "")),
    )


def _moment(text: object) -> str:
    if text == "":
        return ""
    if not isinstance(text, str) or len(text) < 20 or text[10] != "T":
        raise invalid("The date is malformed.", "invalidParameterFormat")
    return text[:19] + "Z"
