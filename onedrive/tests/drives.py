"""What the tests of the client share: time that nobody waits for, files in a drive."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Lock
from typing import Any

from django.db import connections
from django.utils import timezone

from onedrive.changes import Changes
from onedrive.items import DriveItem, id_key
from onedrive.retries import Clock
from onedrive.standin.items import Item
from onedrive.standin.journal import Entry
from onedrive.standin.server import StandIn

STRANGE_NAMES = [
    "IMG #1 (50%) é+.jpg",
    "O'Brien & sons, 100%.jpg",
    "a+b=c; d@e$f,g!.jpg",
    "🏖️ Strand 🇦🇹.jpg",
    "صورة العائلة.jpg",
    "%2F..%2e%20.jpg",
    "日本 の 写真.jpg",
]
DATA = random.Random(3).randbytes(700_000)
PLENTY = 10_000_000


class HurriedClock(Clock):
    """Waits by putting the time ahead, ours and the stand-in's alike."""

    def __init__(self, standin: StandIn):
        self.waits: list[float] = []
        self._ahead = 0.0
        self._lock = Lock()
        self._standin = standin

    def now(self) -> datetime:
        return timezone.now() + timedelta(seconds=self._ahead)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.waits.append(seconds)
            # The stand-in's first: its pauses may not last longer than ours.
            self._standin.clock.advance(seconds)
            self._ahead += seconds


class Shelf:
    """Puts files and folders into a stand-in's drive, by nobody's leave."""

    def __init__(self, standin: StandIn):
        self.store = standin.store
        self.home = standin.home

    def folder(self, name: str, parent: Item | None = None) -> Item:
        return self.store.create_folder((parent or self.home).id, name)[0]

    def file(
        self, name: str, data: bytes = b"bytes", parent: Item | None = None
    ) -> Item:
        with self.store.blobs.arrival() as source:
            source.write_bytes(data)
            return self.store.put_file((parent or self.home).id, name, source)[0]

    def files(self, count: int, parent: Item | None = None) -> list[Item]:
        with self.store.db.transaction():
            return [
                self.file(f"{number:05}.jpg", b"", parent) for number in range(count)
            ]


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """The results of as many threads, which begin at the same moment."""
    start = Barrier(count)

    def run(number):
        try:
            start.wait(5)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def hasty_calls(standin: StandIn) -> list[Entry]:
    """Calls made again before the pause was over that they themselves were asked for.

    What others were asked for meanwhile does not count: a call that is under way, in
    a thread that the machine holds up, has no way to know it.
    """
    until: dict[tuple[str, str, str], float] = {}
    hasty = []
    for entry in standin.journal.entries():
        call = entry.method, entry.path, entry.query
        if entry.started < until.get(call, 0.0):
            hasty.append(entry)
        until[call] = entry.pause_until
    return hasty


def keys(*items: Item) -> set[str]:
    return {id_key(item.id) for item in items}


def names(told: Changes) -> list[str]:
    return sorted(item.name for item in told.items.values())


def like(item: DriveItem, *, quick: str = "", **others: Any) -> DriveItem:
    """The item as a drive that gives other hashes, or none, would describe it."""
    described = {"quick_xor_hash": quick, "sha1": "", "sha256": "", **others}
    return replace(item, **described)
