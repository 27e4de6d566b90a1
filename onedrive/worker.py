"""Works on items of the ledger, several side by side.

One thread claims and reads what OneDrive says of the files, in batches; a pool
downloads and renders; one thread renews the leases of all that is in hand.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, connections

from onedrive import batches, ledger
from onedrive.drive import Drive, DriveItem, drive_of
from onedrive.exceptions import OneDriveError
from onedrive.leases import kept_up
from onedrive.models import ImportItem
from onedrive.taking import take

logger = logging.getLogger(__name__)

THREADS = 8
# As many as one call to OneDrive asks for.
IN_HAND = batches.SIZE
NICE = 10
POLL_SECONDS = 0.5
# Seconds that a call may wait for OneDrive, as it asks; longer ones hold up the run.
PATIENCE = 60.0
# A drive remembers where things are, so it must not grow old.
DRIVE_SECONDS = 60.0

Found = DriveItem | OneDriveError


class Worker:
    """`runs`: those to work on, or None for all there are. `on_turn` is called, in
    the thread that runs it, whenever something may have changed."""

    def __init__(
        self,
        *,
        runs: Collection[int] | None = None,
        on_turn: Callable[[], object] = lambda: None,
    ):
        self._runs = runs
        self._on_turn = on_turn
        self._in_hand: dict[int, ImportItem] = {}
        self._not_begun: dict[int, ImportItem] = {}
        self._drives: dict[Any, tuple[Drive, float]] = {}
        self._turn = threading.Event()
        self._stopping = False

    def stop(self) -> None:
        """End after what is being worked on; what was not begun is given back.

        Signal handlers may call it: it takes no lock, and is noticed at the next turn.
        """
        self._stopping = True

    def run(self, *, seconds: float = float("inf")) -> None:
        """Until nothing is due nor in anybody's hands, or for about so long.

        Raises django.db.Error when the database is gone: leases run out by themselves.
        """
        end = time.monotonic() + seconds
        with self._pool() as pool:
            while not self._stopping and time.monotonic() < end:
                if self._round(pool):
                    continue
                if not self._in_hand and not ledger.awaits(runs=self._runs):
                    break
                self._turn.wait(POLL_SECONDS)

    def run_forever(self) -> None:
        """Until told to stop, whatever becomes of the database meanwhile."""
        answers = True
        with self._pool() as pool:
            while not self._stopping:
                try:
                    if not self._round(pool):
                        self._turn.wait(POLL_SECONDS)
                    answers = True
                except Error as error:
                    if answers:
                        logger.warning("The database does not answer: %s", error)
                    answers = False
                    connections.close_all()
                    time.sleep(4 * POLL_SECONDS)

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        pool = ThreadPoolExecutor(THREADS, "import", initializer=_behind_visitors)
        with kept_up(self._renew), pool:
            try:
                yield pool
            finally:
                self._give_back()

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Take on what there is room for; whether there was anything."""
        self._turn.clear()
        free = IN_HAND - len(self._in_hand)
        items = []
        if free >= THREADS:
            items = ledger.claim(limit=free, runs=self._runs)
            self._in_hand.update({item.pk: item for item in items})
        for owner in {item.run.owner for item in items}:
            self._take_on(pool, [item for item in items if item.run.owner == owner])
        self._on_turn()
        return bool(items)

    def _take_on(self, pool: ThreadPoolExecutor, items: Sequence[ImportItem]) -> None:
        """Items of one owner."""
        ids = [item.file_id for item in items]
        try:
            drive = self._drive(items[0].run.owner)
            found: dict[str, Found] = drive.files(ids)
        except OneDriveError as error:
            drive, found = None, dict.fromkeys(ids, error)
        except Error:
            return self._leave(items)
        for item in items:
            self._not_begun[item.pk] = item
            pool.submit(self._work, item, drive, found[item.file_id])
        return None

    def _drive(self, owner: Any) -> Drive:
        drive, until = self._drives.get(owner.pk, (None, 0.0))
        if drive is None or time.monotonic() > until:
            drive = drive_of(owner, patience=PATIENCE)
            self._drives[owner.pk] = drive, time.monotonic() + DRIVE_SECONDS
        return drive

    def _work(self, item: ImportItem, drive: Drive | None, found: Found) -> None:
        if not self._not_begun.pop(item.pk, None):
            return  # it was given back
        try:
            held = ledger.begin(item=item)
            if held:
                outcome = take(drive=drive, found=found, folder_name=item.folder.name)
                held = ledger.settle(item=item, outcome=outcome)
            if not held:
                logger.info("%s was taken over by another worker.", item)
        except Error:
            logger.info("%s is left to the next: the database is gone.", item)
        except Exception:  # nobody else would hear of it
            logger.exception("%s is left to the next.", item)
        finally:
            connections.close_all()
            self._leave([item])

    def _leave(self, items: Iterable[ImportItem]) -> None:
        """Settled or not: from now on their leases are not renewed."""
        for item in items:
            # It may have been lost, and claimed anew by ourselves.
            if self._in_hand.get(item.pk) is item:
                del self._in_hand[item.pk]
        self._turn.set()

    def _give_back(self) -> None:
        """What no thread has begun; the others are waited for by the pool."""
        keys = list(self._not_begun)
        spare = [item for key in keys if (item := self._not_begun.pop(key, None))]
        with suppress(Error):
            ledger.release(items=spare)
        self._leave(spare)

    def _renew(self) -> None:
        ledger.renew(items=list(self._in_hand.values()))


def _behind_visitors() -> None:
    """The thread gets what processor time nobody else wants, and on Linux it alone:
    whoever asks for a page waits hardly longer while pictures are made."""
    here = os.PRIO_PROCESS, 0
    with suppress(OSError):  # where it may not, it does without
        os.setpriority(*here, max(NICE, os.getpriority(*here)))
