"""Fetching a file: streamed, bounded, resumed after a cut, and checked.

Follows Microsoft's page "Download driveItem content". The address that Graph
redirects to carries its own signature, lives for minutes and must not see our token.
An item that was just read with its address needs no redirect, as long as that is good.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import requests

from onedrive.answers import Answer
from onedrive.client import GraphClient
from onedrive.exceptions import (
    BadAnswer,
    DownloadFailed,
    OneDriveError,
    ServiceFailed,
    Throttled,
    TooLarge,
    Unreachable,
)
from onedrive.exchanges import chunks, opened
from onedrive.hashes import QuickXorHash
from onedrive.items import DriveItem
from onedrive.retries import Patience

logger = logging.getLogger(__name__)

TRIES = 6
SECONDS = 900.0  # for one file in all
EXPIRED = {401, 403, 404, 410}  # what download hosts say of an old address
LIVE_PHOTOS = {"image/heic", "image/heif"}


@dataclass(frozen=True)
class Downloaded:
    """Bytes, and the SHA-256 of what arrived in hexadecimal."""

    size: int
    sha256: str


def download(
    client: GraphClient,
    content_path: str,
    item: DriveItem,
    to: BinaryIO | Path,
    *,
    limit: int,
    seconds: float = SECONDS,
) -> Downloaded:
    """The item's bytes into `to`, which is left without a part of them on failure.

    Raises TooLarge above `limit` bytes, DownloadFailed when they do not arrive whole
    within some tries, and what Graph answers instead of an address.
    """
    if item.size > limit:
        raise TooLarge
    with _destination(to) as file:
        arrival = _Arrival(file, item, limit)
        try:
            _Download(client, content_path, arrival, seconds).run(item.download_url)
        except BaseException:
            arrival.restart()
            raise
        return Downloaded(arrival.size, arrival.sha256.hexdigest())


@contextmanager
def _destination(to: BinaryIO | Path) -> Iterator[BinaryIO]:
    if not isinstance(to, Path):
        yield to
        return
    with to.open("wb") as file:
        yield file


class _Corrupt(Exception):
    """All has arrived, and it is not what OneDrive described."""


class _Expired(Exception):
    """The signed address is not taken any more."""


class _Arrival:
    """What has arrived so far, in the file and in the hashes."""

    def __init__(self, file: BinaryIO, item: DriveItem, limit: int):
        self._file, self._item, self._limit = file, item, limit
        self._start = file.tell()
        self.restart()

    def restart(self) -> None:
        self._file.seek(self._start)
        self._file.truncate()
        self.size = 0
        self.sha256, self._sha1 = hashlib.sha256(), hashlib.sha1(usedforsecurity=False)
        self._quick = QuickXorHash()

    def expect(self, total: int) -> None:
        if total > self._limit:
            raise TooLarge

    def add(self, chunk: bytes) -> None:
        self.expect(self.size + len(chunk))
        self._file.write(chunk)
        self.size += len(chunk)
        self.sha256.update(chunk)
        if self._item.quick_xor_hash:
            self._quick.update(chunk)
        elif self._item.sha1:
            self._sha1.update(chunk)

    def verify(self) -> None:
        if self.size != self._item.size:
            # Of a live photo only the still arrives; its size and hash are the pair's.
            if self._item.mime_type in LIVE_PHOTOS and 0 < self.size < self._item.size:
                return
            raise _Corrupt
        if not self._hash_matches():
            raise _Corrupt

    def _hash_matches(self) -> bool:
        if self._item.quick_xor_hash:
            return self._quick.matches(self._item.quick_xor_hash)
        if self._item.sha256:
            return self.sha256.hexdigest() == self._item.sha256.lower()
        if self._item.sha1:
            return self._sha1.hexdigest() == self._item.sha1.lower()
        return True


class _Download:
    def __init__(
        self, client: GraphClient, path: str, arrival: _Arrival, seconds: float
    ):
        self._client, self._path, self._arrival = client, path, arrival
        self._deadline = time.monotonic() + seconds
        self._tag = ""

    def run(self, link: str) -> None:
        """`link`: where to begin, if it is known."""
        patience, broken = self._client.patience(), False
        for _ in range(TRIES):
            link = link or self._client.location(self._path)
            patience.wait_for_turn()
            before = self._arrival.size
            try:
                self._receive(link)
                return self._arrival.verify()
            except _Expired:
                link = ""
            except _Corrupt:
                if broken:
                    break
                broken, link = True, ""
                self._arrival.restart()
            except OneDriveError as error:
                self._go_on_after(error, patience, moved=self._arrival.size > before)
        raise DownloadFailed

    def _receive(self, link: str) -> None:
        headers = {"Accept-Encoding": "identity"}
        if self._arrival.size:
            headers["Range"] = f"bytes={self._arrival.size}-"
            headers |= {"If-Range": self._tag} if self._tag else {}
        seconds = self._deadline - time.monotonic()
        with opened(self._client.session, "GET", link, headers=headers) as response:
            self._begin(response)
            for chunk in chunks(response, seconds=seconds):
                self._arrival.add(chunk)

    def _begin(self, response: requests.Response) -> None:
        """Whether, and where in the file, the bytes of this answer go on."""
        status, headers = response.status_code, response.headers
        if status in EXPIRED:
            raise _Expired
        if status == 416:
            raise _Corrupt
        if status == 200:
            self._arrival.restart()
            tag = headers.get("ETag", "")
            self._tag = "" if tag.startswith("W/") else tag
        elif not _continues(status, headers.get("Content-Range", ""), self._arrival):
            raise Answer(status, headers, b"").error() or BadAnswer()
        length = headers.get("Content-Length", "")
        if length.isascii() and length.isdigit():
            self._arrival.expect(self._arrival.size + int(length[:18]))

    def _go_on_after(
        self, error: OneDriveError, patience: Patience, *, moved: bool
    ) -> None:
        """Resume at once where bytes came in; wait where none did."""
        if not error.retryable:
            raise error
        logger.info("A download stopped at %d bytes.", self._arrival.size)
        if time.monotonic() > self._deadline:
            raise DownloadFailed("The file comes too slowly.")
        if moved and not isinstance(error, Throttled):
            return
        try:
            patience.after(error, repeatable=True)
        except (Unreachable, ServiceFailed, BadAnswer) as last:
            raise DownloadFailed(code=last.code, request_id=last.request_id) from None


def _continues(status: int, content_range: str, arrival: _Arrival) -> bool:
    return status == 206 and content_range.startswith(f"bytes {arrival.size}-")
