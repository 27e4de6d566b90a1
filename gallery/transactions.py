"""Transactions that are begun anew when the database asks for it."""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
# MySQL's and MariaDB's numbers for a lock that was waited for too long, and for a
# transaction that was chosen to end a deadlock. Both say: try again.
LOCK_WAIT, DEADLOCK = 1205, 1213


def transacted(service: Callable[P, R]) -> Callable[P, R]:
    """Run the service in one transaction, and again when it lost a deadlock.

    Within a caller's transaction it runs once: only the outermost can be repeated.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts + 1):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except OperationalError as error:
                if attempt == attempts or not _asks_to_retry(error):
                    raise
                time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311
        raise AssertionError("unreachable")

    return run


def _asks_to_retry(error: OperationalError) -> bool:
    return bool(error.args) and error.args[0] in (LOCK_WAIT, DEADLOCK)
