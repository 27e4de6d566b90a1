"""Transactions that are begun anew when the database asks for it."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import Error, OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
# MySQL's and MariaDB's numbers for a lock that was waited for too long, and for a
# transaction that was chosen to end a deadlock. Both say: try again.
LOCK_WAIT, DEADLOCK = 1205, 1213
# For a connection that went, for the reason that it was killed, idle or cut.
LOST = (1927, 2006, 2013, 4031)


def transacted(service: Callable[P, R]) -> Callable[P, R]:
    """Run the service in one transaction, and again when it lost a deadlock, or its
    connection before the commit: of one that is lost later nobody knows how it ended.

    Within a caller's transaction it runs once: only the outermost can be repeated.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts + 1):
            again = (LOCK_WAIT, DEADLOCK, *LOST)
            try:
                with transaction.atomic():
                    result = service(*args, **kwargs)
                    again = (LOCK_WAIT, DEADLOCK)
                return result
            except OperationalError as error:
                give_up_if_lost()
                if attempt == attempts or _number(error) not in again:
                    raise
                time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311
        raise AssertionError("unreachable")

    return run


def give_up_if_lost(**kwargs: Any) -> None:
    """Where a connection goes while a transaction begins, Django takes it to be in one
    that nobody ends: this thread could neither use it nor make another. The same when
    a request is finished (a signal)."""
    if connection.in_atomic_block and not connection.atomic_blocks:
        connection.in_atomic_block = connection.closed_in_transaction = False
        with suppress(Error):
            connection.close()


def _number(error: OperationalError) -> int | None:
    return error.args[0] if error.args else None
