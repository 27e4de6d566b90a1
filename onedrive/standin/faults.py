"""What goes wrong on demand: which calls, and how."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from fnmatch import fnmatchcase
from threading import Lock

from werkzeug.wrappers import Request, Response

from .answers import error_answer
from .clock import Clock
from .errors import StoreError

CODES = {
    400: "invalidRequest",
    401: "InvalidAuthenticationToken",
    403: "accessDenied",
    404: "itemNotFound",
    409: "nameAlreadyExists",
    410: "resyncRequired",
    412: "resourceModified",
    416: "invalidRange",
    423: "resourceLocked",
    429: "activityLimitReached",
    501: "notSupported",
    502: "UnknownError",
    503: "serviceNotAvailable",
    504: "UnknownError",
    507: "quotaLimitReached",
    509: "bandwidthLimitExceeded",
}


@dataclass(frozen=True)
class Fault:
    """A rule. First which calls it means, then what it does to them."""

    role: str = "*"  # graph, content, upload or identity
    method: str = "*"
    path: str = "*"  # a shell pattern, or `re:` and a regular expression to find
    skip: int = 0  # so many calls pass unharmed first
    every: int = 1  # of the others only each so-manieth is met
    times: int | None = None  # how often it acts at most

    delay: float = 0.0  # seconds before anything else
    status: int = 0  # answer with this instead
    code: str = ""  # Graph's code, by default the usual one of the status
    inner: str = ""  # Graph's more specific code
    body: str | None = None  # instead of Graph's JSON: HTML, nothing, rubbish
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: int | None = None  # seconds
    retry_date: bool = False  # `Retry-After` as an HTTP date
    after_work: bool = False  # do the work first, then fail
    reset: bool = False  # reset the connection instead of answering
    cut: float | None = None  # send this fraction of the body, then hang up
    rate: int = 0  # bytes a second
    length: int = 0  # what `Content-Length` is off by
    edit: str = ""  # a change of the JSON answer, by its name in EDITS

    def __post_init__(self) -> None:
        if self.edit and self.edit not in EDITS:
            raise ValueError(f"edit must be one of {', '.join(EDITS)}")
        if self.every < 1:
            raise ValueError("every must be at least 1")
        if self.path.startswith("re:"):
            try:
                re.compile(self.path[3:])
            except re.error as error:
                raise ValueError(f"path: {error}") from None

    def means(self, role: str, method: str, path: str) -> bool:
        if self.role not in ("*", role) or self.method not in ("*", method):
            return False
        if self.path.startswith("re:"):
            return re.search(self.path[3:], path) is not None
        return fnmatchcase(path, self.path)

    def answer(self, request: Request, clock: Clock) -> Response:
        code = self.code or CODES.get(self.status, "generalException")
        error = StoreError(self.status, code, "As it was asked for.", self.inner)
        answer = error_answer(request, error)
        if self.body is not None:
            answer.set_data(self.body)
            answer.content_type = "text/html; charset=utf-8"
        if self.retry_after is not None:
            date = formatdate(clock.now() + self.retry_after, usegmt=True)
            wait = date if self.retry_date else str(self.retry_after)
            answer.headers["Retry-After"] = wait
        answer.headers.extend(self.headers)
        return answer

    def edited(self, request: Request, answer: Response) -> Response:
        if self.edit and answer.is_json:
            body = json.loads(answer.get_data())
            EDITS[self.edit](body, request)
            answer.set_data(json.dumps(body))
        return answer


class Faults:
    """The rules in force; of those that mean a call the first that is due acts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rules: list[tuple[Fault, list[int]]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append((fault, [0, 0]))

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def pick(self, role: str, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault, counts in self._rules:
                if fault.means(role, method, path) and _is_due(fault, counts):
                    return fault
        return None

    def listed(self) -> list[dict]:
        """Each rule with `seen` and `acted`, how many calls it saw and met."""
        with self._lock:
            return [
                asdict(fault) | {"seen": counts[0], "acted": counts[1]}
                for fault, counts in self._rules
            ]


def _is_due(fault: Fault, counts: list[int]) -> bool:
    number = counts[0] - fault.skip
    counts[0] += 1
    spent = fault.times is not None and counts[1] >= fault.times
    if spent or number < 0 or number % fault.every:
        return False
    counts[1] += 1
    return True


def _entries(body: dict) -> list[dict]:
    return body.get("value", [body])


def _wrong_hash(body: dict, request: Request) -> None:
    for entry in _entries(body):
        for name in entry.get("file", {}).get("hashes", {}):
            entry["file"]["hashes"][name] = "d3JvbmctaGFzaC1vbi1wdXJwb3Nl"


def _no_hashes(body: dict, request: Request) -> None:
    for entry in _entries(body):
        if "file" in entry:
            entry["file"]["hashes"] = {}


def _wrong_size(body: dict, request: Request) -> None:
    for entry in _entries(body):
        if "file" in entry:
            entry["size"] = entry.get("size", 0) + 1


def _loop(body: dict, request: Request) -> None:
    """The next page is this page again."""
    body.pop("@odata.deltaLink", None)
    raw = str(request.environ["RAW_URI"])
    body["@odata.nextLink"] = f"{_origin(body)}{raw}"


def _origin(body: dict) -> str:
    return str(body["@odata.context"]).partition("/v1.0")[0]


def _repeat(body: dict, request: Request) -> None:
    """Each entry twice, as on borders of pages."""
    if "value" in body:
        body["value"] = [entry for entry in body["value"] for _ in range(2)]


def _ghost(body: dict, request: Request) -> None:
    """An entry without name and parent, whose id leads nowhere."""
    if "value" in body:
        body["value"].append({"id": "GHOST!1", "size": 0})


def _strangers(body: dict, request: Request) -> None:
    """A notebook, a shortcut to another drive and an album among the entries."""
    if "value" in body:
        body["value"] += [
            {"id": "STRANGER!1", "name": "Notes", "package": {"type": "oneNote"}},
            {
                "id": "STRANGER!2",
                "name": "Theirs",
                "remoteItem": {"id": "X!1", "folder": {}},
            },
            {
                "id": "STRANGER!3",
                "name": "Album",
                "bundle": {"childCount": 2, "album": {}},
            },
        ]


def _malware(body: dict, request: Request) -> None:
    for entry in _entries(body):
        if "file" in entry:
            entry["malware"] = {}


EDITS: dict[str, Callable[[dict, Request], None]] = {
    "wrong_hash": _wrong_hash,
    "no_hashes": _no_hashes,
    "wrong_size": _wrong_size,
    "loop": _loop,
    "repeat": _repeat,
    "ghost": _ghost,
    "strangers": _strangers,
    "malware": _malware,
}
