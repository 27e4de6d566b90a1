"""When a call may be made, and made again.

Follows Microsoft's page "Microsoft Graph throttling guidance": after a 429 nobody
who uses the same connection calls before the time is over, since calls that are
throttled lengthen the penalty. The pause therefore stands in the database, and it is
read before every call: one lookup by key next to a call over the network.
"""

import logging
import math
import random
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from onedrive.exceptions import OneDriveError, Throttled, TokenRefused
from onedrive.models import Connection

logger = logging.getLogger(__name__)

TRIES = 5
LONGEST_PAUSE = 3600.0
HERD = 0.25  # seconds over which those who waited for one pause are spread


def gravest(errors: Iterable[OneDriveError]) -> OneDriveError:
    """Of errors that came together, the one that decides how to go on."""
    return max(errors, key=_gravity)


def _gravity(error: OneDriveError) -> tuple[bool, bool, bool, float]:
    wait = error.retry_after or 0.0 if isinstance(error, Throttled) else -1.0
    return isinstance(error, TokenRefused), not error.retryable, wait >= 0, wait


class Clock:
    """What waiting needs of the outside world; tests bring one that never sleeps."""

    def now(self) -> datetime:
        return timezone.now()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Pause:
    """The pause that OneDrive asked of all who use a connection."""

    def __init__(self, connection: Connection, clock: Clock):
        self._rows = Connection.objects.filter(pk=connection.pk)
        self.clock = clock

    def remaining(self) -> float:
        until = self._rows.values_list("paused_until", flat=True).first()
        if until is None:
            return 0.0
        return max(0.0, (until - self.clock.now()).total_seconds())

    def extend(self, seconds: float) -> None:
        """Never shortens it, whoever else extends it at the same time."""
        until = self.clock.now() + timedelta(seconds=min(seconds, LONGEST_PAUSE))
        shorter = Q(paused_until__isnull=True) | Q(paused_until__lt=until)
        self._rows.filter(shorter).update(paused_until=until)


class Patience:
    """How often one call is tried, and how many seconds it waits in all. What fails is
    not tried again later than `reach` seconds after the first try."""

    def __init__(self, pause: Pause, seconds: float, reach: float = math.inf):
        self._pause = pause
        self._left = seconds
        self._reach = reach
        self._begun = pause.clock.now()
        self._failures = 0
        self._throttled: Throttled | None = None

    def wait_for_turn(self) -> None:
        """Sleep until the pause is over; Throttled when that takes too long."""
        while remaining := self._pause.remaining():
            error = self._throttled or Throttled()
            error.retry_after = remaining
            self._sleep(remaining + random.uniform(0, HERD), error)  # noqa: S311

    def after(self, error: OneDriveError, *, repeatable: bool) -> None:
        """Returns when the call may be tried again; raises the error if not.

        `repeatable` says that doing it twice does no harm. A throttled call was
        not done at all, so it is tried again in any case, as long as time is left.
        """
        self._failures += 1
        if isinstance(error, Throttled):
            self._throttled = error
            self._pause.extend(error.retry_after or self._backoff())
            return
        if not (error.retryable and repeatable) or self._failures >= TRIES:
            raise error
        seconds = self._backoff()
        if self._elapsed() + seconds > self._reach:
            raise error
        logger.info("OneDrive, try %d: %s", self._failures, type(error).__name__)
        self._sleep(seconds, error)

    def _elapsed(self) -> float:
        return (self._pause.clock.now() - self._begun).total_seconds()

    def _backoff(self) -> float:
        return random.uniform(0.5, 1) * 2 ** min(self._failures, 6)  # noqa: S311

    def _sleep(self, seconds: float, error: OneDriveError) -> None:
        if seconds > self._left:
            raise error
        self._left -= seconds
        self._pause.clock.sleep(seconds)
