"""Every request that came, so that tests can read what a client really did."""

from collections import deque
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from threading import Lock

from werkzeug.wrappers import Request, Response

from .clock import Clock

MOST = 100_000  # entries kept; the demonstration may run for long
HARMLESS = {"select", "top", "expand", "orderby", "@microsoft.graph.conflictBehavior"}


@dataclass
class Entry:
    """One request. Times are the stand-in's; a status of 0 means no answer."""

    role: str
    method: str
    path: str
    query: str
    started: float
    concurrent: int  # requests under way, this one included
    authorized: bool  # an Authorization header came along
    during_pause: bool  # it came although a pause had been asked for
    inner: bool  # it came inside a batch
    status: int = 0
    ended: float | None = None
    sent: int = 0  # bytes of the body
    pause_until: float = 0.0  # when the pause ends that the answer asked for


class Journal:
    """Knows no secrets: values of the query are kept only where they are harmless."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._lock = Lock()
        self._entries: deque[Entry] = deque(maxlen=MOST)
        self._under_way = 0
        self._pause_until = 0.0

    def begin(self, role: str, request: Request, *, inner: bool = False) -> Entry:
        now = self._clock.now()
        with self._lock:
            self._under_way += not inner
            entry = Entry(
                role=role,
                method=request.method,
                path=request.path,
                query=_without_secrets(request),
                started=now,
                concurrent=self._under_way,
                authorized="Authorization" in request.headers,
                during_pause=now < self._pause_until,
                inner=inner,
            )
            self._entries.append(entry)
        return entry

    def answered(self, entry: Entry, answer: Response) -> None:
        """Note the status, and the pause that the answer asks for."""
        entry.status = answer.status_code
        wait = answer.headers.get("Retry-After")
        if wait and answer.status_code in (429, 503, 509):
            entry.pause_until = self._moment(wait)
            with self._lock:
                self._pause_until = max(self._pause_until, entry.pause_until)

    def end(self, entry: Entry) -> None:
        with self._lock:
            if entry.ended is None:
                entry.ended = self._clock.now()
                self._under_way -= not entry.inner

    def entries(self, role: str = "", method: str = "", path: str = "") -> list[Entry]:
        """Those with this role and method whose path contains this text."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if role in ("", entry.role)
                and method in ("", entry.method)
                and path in entry.path
            ]

    def count(self, role: str = "", method: str = "", path: str = "") -> int:
        return len(self.entries(role, method, path))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._pause_until = 0.0

    def _moment(self, wait: str) -> float:
        if wait.isdigit():
            return self._clock.now() + int(wait)
        return parsedate_to_datetime(wait).timestamp()


def _without_secrets(request: Request) -> str:
    pairs = request.args.items(multi=True)
    return "&".join(
        f"{key}={value if key.lstrip('$') in HARMLESS else '***'}"
        for key, value in pairs
    )
