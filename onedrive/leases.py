"""Keeping a lease alive while its holder works."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import Error, connections


@contextmanager
def kept_up(renew: Callable[[], object]) -> Iterator[None]:
    """Calls `renew` four times per lease, in a thread of its own, until the end of
    the block. While the database is gone it goes on trying."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(settings.IMPORT_LEASE / 4):
            with suppress(Error):
                renew()
            connections.close_all()

    thread = threading.Thread(target=beat, name="leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
