"""GraphClient: Microsoft Graph for one connection.

Every call is paused, tried again and mapped to our own errors at one place, `calls`.
Nothing here knows folders or files.
"""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.db.models import Q

from onedrive import auth, batches
from onedrive.answers import Answer
from onedrive.exceptions import ItemNotFound, OneDriveError, TokenRefused
from onedrive.exchanges import exchange
from onedrive.items import Quota
from onedrive.listings import GRAPH, Listing
from onedrive.models import Connection
from onedrive.retries import Clock, Patience, Pause, gravest
from onedrive.session import (
    CONNECT_SECONDS,
    READ_SECONDS,
    check_address,
    http_session,
)

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 4  # calls at a time for one connection, as sync clients found good
USE_NOTED_EVERY = timedelta(minutes=1)

Query = Mapping[str, str | int] | None


def segment(value: str) -> str:
    """An id or a name as a piece of a path: the one place where they are escaped."""
    if value in ("", ".", ".."):
        raise ItemNotFound
    return quote(value, safe="", errors="replace")


def with_query(path: str, params: Query) -> str:
    return f"{path}?{urlencode(params, safe='$,')}" if params else path


def _passing(result: batches.Result) -> bool:
    return isinstance(result, OneDriveError) and result.retryable


@dataclass(frozen=True)
class Call:
    """`content`: what `requests` takes as `json` or `data`."""

    method: str
    path: str
    content: dict[str, Any] = field(default_factory=dict)


class GraphClient:
    """Paths begin with `/me/...`, their ids and names escaped by `segment`.

    Every method raises OneDriveErrors only: NotConnected, TokenRefused after one
    fresh token, Throttled when OneDrive wants us to wait for more than `patience`
    seconds in all, and the others of the family. `reach`: seconds in which OneDrive has
    to answer the first call, where somebody waits to see whether it does at all. May be
    used by several threads, not inside a transaction: it would not see the pauses that
    others were asked for.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        patience: float = 60.0,
        reach: float = math.inf,
        clock: Clock | None = None,
    ):
        self.session = http_session()
        self._connection = connection
        self._clock = clock or Clock()
        self._seconds = patience
        self._reach = reach

    def get(self, path: str, params: Query = None) -> dict[str, Any]:
        return self._call("GET", with_query(path, params)).json()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, json=body).json()

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("PATCH", path, json=body).json()

    def put(self, path: str, content: bytes, params: Query = None) -> dict[str, Any]:
        return self._call("PUT", with_query(path, params), data=content).json()

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def location(self, path: str) -> str:
        """The address, signed on its own, that Graph redirects to: a secret."""
        url = self._call("GET", path).location()
        check_address(url)
        return url

    def pages(self, path: str, params: Query = None) -> Iterator[dict[str, Any]]:
        """All items of all pages, each once."""
        yield from self.all_items(self.get(path, params))

    def all_items(self, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """As `pages`, when the first one is there already."""
        listing = Listing()
        yield from listing.new_items(page)
        while next_path := listing.next_path(page):
            page = self.get(next_path)
            yield from listing.new_items(page)

    def batch(self, paths: Sequence[str]) -> list[batches.Result]:
        """GETs, twenty to a call: for each path, in order, its answer or its error.

        Those that were throttled or met a fault are tried again by themselves.
        Raises only when no answer at all came back.
        """
        if not paths:
            return []
        results = self._batch_once(paths)
        patience = self.patience()
        while again := [n for n, result in enumerate(results) if _passing(result)]:
            try:
                patience.after(gravest(results[n] for n in again), repeatable=True)
                patience.wait_for_turn()
                answers = self._batch_once([paths[n] for n in again])
            except OneDriveError:
                break
            for number, answer in zip(again, answers, strict=True):
                results[number] = answer
        return results

    def patience(self) -> Patience:
        pause = Pause(self._connection, self._clock)
        return Patience(pause, self._seconds, self._reach)

    def calls(self, calls: Sequence[Call], *, repeatable: bool) -> list[Answer]:
        """The answers to all calls, which run side by side, or the gravest error.

        `repeatable` says that doing them twice does no harm.
        """
        answers: dict[int, Answer] = {}
        patience, refused = self.patience(), ""
        while waiting := [n for n in range(len(calls)) if n not in answers]:
            token = self._token(patience, refused)
            patience.wait_for_turn()
            try:
                self._round(calls, waiting, token, answers)
            except TokenRefused:
                if refused:
                    raise
                refused = token
            except OneDriveError as error:
                patience.after(error, repeatable=repeatable)
        self._note_use()
        return [answers[number] for number in range(len(calls))]

    def _token(self, patience: Patience, refused: str) -> str:
        while True:
            try:
                return auth.access_token(self._connection, refused=refused)
            except OneDriveError as error:
                patience.after(error, repeatable=True)

    def _batch_once(self, paths: Sequence[str]) -> list[batches.Result]:
        parts = batches.parts(paths)
        calls = [Call("POST", "/$batch", {"json": batches.body(p)}) for p in parts]
        answers = self.calls(calls, repeatable=True)
        pairs = zip(parts, answers, strict=True)
        return [result for pair in pairs for result in batches.results(*pair)]

    def _call(self, method: str, path: str, **content: Any) -> Answer:
        repeatable = method in ("GET", "DELETE")
        return self.calls([Call(method, path, content)], repeatable=repeatable)[0]

    def _round(
        self,
        calls: Sequence[Call],
        waiting: Sequence[int],
        token: str,
        answers: dict[int, Answer],
    ) -> None:
        """Put what is answered into `answers`, then raise the gravest error.

        The threads only speak over sockets: the database stays in the caller's.
        """

        def send(number: int) -> Answer | OneDriveError:
            return self._send(calls[number], token)

        if len(waiting) == 1:
            outcomes = [send(waiting[0])]
        else:
            with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="graph") as pool:
                outcomes = list(pool.map(send, waiting))
        found = zip(waiting, outcomes, strict=True)
        answers.update({n: answer for n, answer in found if isinstance(answer, Answer)})
        if errors := [each for each in outcomes if isinstance(each, OneDriveError)]:
            raise gravest(errors)

    def _send(self, call: Call, token: str) -> Answer | OneDriveError:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            answer = exchange(
                self.session,
                call.method,
                f"{GRAPH}{call.path}",
                headers=headers,
                timeout=self._timeout(),
                **call.content,
            )
        except OneDriveError as error:
            return error
        self._reach = math.inf
        # Without the query, or the arguments of a function: the address of a next
        # page or round holds an opaque token.
        path = call.path.partition("?")[0].partition("(")[0]
        logger.debug("%s %s %d %s", call.method, path, answer.status, answer.request_id)
        return answer.error() or answer

    def _timeout(self) -> tuple[float, float]:
        return min(CONNECT_SECONDS, self._reach), min(READ_SECONDS, self._reach)

    def note_storage(self, quota: Quota) -> None:
        """What the drive holds, for those who ask when it does not answer."""
        Connection.objects.filter(pk=self._connection.pk).update(
            storage_used=quota.used,
            storage_total=quota.total,
            storage_read=self._clock.now(),
        )

    def _note_use(self) -> None:
        """The connection's last good use, written at most once a minute."""
        now, connection = self._clock.now(), self._connection
        due = now - USE_NOTED_EVERY
        if connection.last_used and connection.last_used > due:
            return
        connection.last_used = now
        Connection.objects.filter(
            Q(last_used__isnull=True) | Q(last_used__lte=due), pk=connection.pk
        ).update(last_used=now)
