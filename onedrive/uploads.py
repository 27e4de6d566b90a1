"""Sending a file: in pieces, each acknowledged, resumed where the drive says.

Follows Microsoft's pages "driveItem: createUploadSession" and "Upload small files".
A session's address carries its own credential: it is a secret, and our token must
not go there.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from onedrive.answers import Answer
from onedrive.client import GraphClient
from onedrive.exceptions import (
    BadAnswer,
    GraphError,
    ItemNotFound,
    OneDriveError,
    ServiceFailed,
)
from onedrive.exchanges import exchange
from onedrive.hashes import QuickXorHash
from onedrive.items import SELECT, DriveItem
from onedrive.session import check_address

CHUNK = 16 * 327_680  # 5 MiB: pieces have to be multiples of 320 KiB
SESSIONS = 3  # a session may be lost and begun anew
BEHAVIOUR = "@microsoft.graph.conflictBehavior"


@dataclass(frozen=True)
class UploadSession:
    """`expires` is an ISO time as Graph gave it."""

    url: str = field(repr=False)
    expires: str


def begin(
    client: GraphClient, target: str, *, modified: datetime | None = None
) -> UploadSession:
    """`target`: the path of the file that is to be. A taken name gets a new one."""
    item: dict[str, Any] = {BEHAVIOUR: "rename"}
    if modified:
        stamp = f"{modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        item["fileSystemInfo"] = {"lastModifiedDateTime": stamp}
    answer = client.post(f"{target}/createUploadSession", {"item": item})
    url, expires = answer.get("uploadUrl"), answer.get("expirationDateTime")
    if not isinstance(url, str) or not isinstance(expires, str):
        raise BadAnswer
    check_address(url)
    return UploadSession(url, expires)


def cancel(client: GraphClient, url: str) -> None:
    """Also when it is over already. Raises Unreachable and its kin."""
    error = exchange(client.session, "DELETE", url).error()
    if error and not _is_lost(error):
        raise error


def upload(
    client: GraphClient, target: str, path: Path, progress: Callable[[int], object]
) -> DriveItem:
    """The stored item, whose name may differ. A session that fails is cancelled."""
    if path.stat().st_size == 0:
        # A session can't carry nothing.
        answer = client.put(f"{target}/content", b"", {BEHAVIOUR: "rename"})
        return DriveItem.of(answer)
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    for _ in range(SESSIONS):
        session = begin(client, target, modified=modified)
        try:
            return _Upload(client, session.url, path, progress).run()
        except _Lost:
            if stored := _stored_already(client, target, path):
                return stored
        except BaseException:
            _abandon(client, session.url)
            raise
    raise ServiceFailed("OneDrive lost the upload again and again.")


class _Lost(Exception):
    """The session is over: finished without our knowing, expired or cancelled."""


class _Upload:
    def __init__(
        self,
        client: GraphClient,
        url: str,
        path: Path,
        progress: Callable[[int], object],
    ):
        self._client, self._url, self._path = client, url, path
        self._progress = progress
        self._size = path.stat().st_size
        self._patience = client.patience()

    def run(self) -> DriveItem:
        position: int | None = 0
        with self._path.open("rb") as file:
            while True:
                self._patience.wait_for_turn()
                try:
                    if position is None:
                        position = _next_position(self._exchange("GET"))
                    answer = self._put(file, position)
                    if answer.status in (200, 201):
                        self._progress(self._size)
                        return DriveItem.of(answer.json())
                    position = self._moved_on(position, answer)
                except OneDriveError as error:
                    self._patience.after(error, repeatable=True)
                    position = None

    def _put(self, file: BinaryIO, position: int) -> Answer:
        file.seek(position)
        piece = file.read(CHUNK)
        span = f"bytes {position}-{position + len(piece) - 1}/{self._size}"
        headers = {"Content-Range": span, "Content-Type": "application/octet-stream"}
        return self._exchange("PUT", data=piece, headers=headers)

    def _exchange(self, method: str, **content: Any) -> Answer:
        answer = exchange(self._client.session, method, self._url, **content)
        error = answer.error()
        if error and _is_lost(error):
            raise _Lost
        if answer.status == 416:
            # It has other bytes than we thought, as after a fault: to be asked.
            raise ServiceFailed(status=416)
        if error:
            raise error
        return answer

    def _moved_on(self, position: int, answer: Answer) -> int:
        moved = _next_position(answer)
        if moved <= position:
            raise BadAnswer
        self._patience = self._client.patience()
        self._progress(moved)
        return moved


def _next_position(answer: Answer) -> int:
    """The start of the first range that the session still expects."""
    ranges = answer.json().get("nextExpectedRanges")
    first = str(ranges[0]) if isinstance(ranges, list) and ranges else ""
    start = first.partition("-")[0]
    if not start.isascii() or not start.isdigit():
        raise BadAnswer
    return int(start)


def _is_lost(error: OneDriveError) -> bool:
    return isinstance(error, GraphError) and error.status in (401, 403, 404, 410)


def _abandon(client: GraphClient, url: str) -> None:
    with suppress(OneDriveError):
        cancel(client, url)


def _stored_already(client: GraphClient, target: str, path: Path) -> DriveItem | None:
    """The file, if the last piece was taken and only its answer was lost."""
    try:
        found = client.get(target.removesuffix(":"), {"$select": SELECT})
    except ItemNotFound:
        return None
    item = DriveItem.of(found)
    same = item.size == path.stat().st_size and item.quick_xor_hash
    return item if same and _hash(path).matches(item.quick_xor_hash) else None


def _hash(path: Path) -> QuickXorHash:
    hashed = QuickXorHash()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            hashed.update(piece)
    return hashed
