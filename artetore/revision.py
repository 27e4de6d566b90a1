"""The gallery's `revision`, read from the database once for all who ask together.

Under load, to ask for it costs more than all else that a ready answer takes. So who
asks while others do shares a reading with them, and while there are such, a reading
waits a moment for company; who is alone waits for nobody. Each gets what was read after
he asked, and so knows of every commit before that.
"""

import threading
import time
from collections.abc import Callable

from django.db import Error, connection

READ = "SELECT value FROM gallery_counter WHERE name = 'revision'"
# Seconds: that a reading waits, and for how long after one was shared.
MOMENT, BUSY = 0.0001, 0.1


def read() -> int | None:
    """None when the database does not answer: what then is for the site to say.

    Past Django's cursor, which asks first each time whether the connection still works,
    and without closing its own, which would wait for the database once more.
    """
    try:
        with connection.wrap_database_errors:
            connection.ensure_connection()
            cursor = connection.connection.cursor()
            cursor.execute(READ)
            rows = cursor.fetchall()
    except Error:
        connection.close()
        return None
    return rows[0][0] if rows else None


class Reading:
    def __init__(self) -> None:
        # Held until it is done; each who waited lets the next one through.
        self.door = threading.Lock()
        self.door.acquire()
        self.revision: int | None = None


class SharedReading:
    """Called by many threads, answers what `read` does."""

    def __init__(self, read: Callable[[], int | None] = read) -> None:
        self.read = read
        self.lock = threading.Lock()
        self.next: Reading | None = None
        self.running = 0
        self.shared = 0.0

    def __call__(self) -> int | None:
        with self.lock:
            if reading := self.next:
                self.shared = time.monotonic()
            else:
                mine = self.next = Reading()
        if reading is None:
            return self._begin(mine)
        with reading.door:
            return reading.revision

    def _begin(self, reading: Reading) -> int | None:
        if self.running or time.monotonic() - self.shared < BUSY:
            time.sleep(MOMENT)
        with self.lock:
            # Who asks from now on may know of a commit that this one misses.
            self.next = None
            self.running += 1
        try:
            reading.revision = self.read()
        finally:
            with self.lock:
                self.running -= 1
            reading.door.release()
        return reading.revision
