"""The stand-in's own time, which a test may move forward."""

import time
from datetime import UTC, datetime
from threading import Lock


class Clock:
    """Unix seconds that run with the machine's clock and can be put ahead."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = Lock()

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._ahead += seconds


def iso(moment: float) -> str:
    """A moment as Graph writes it: UTC, whole seconds, `Z` at the end."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
