"""How long work is ended: after what is in hand."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from django.core.management.base import CommandError

from gallery.progress import Progress, bar

INTERRUPTED = 130
ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Ended(CommandError):
    """Somebody asked for it."""

    def __init__(self) -> None:
        message = "Ended as asked. The same command goes on."
        super().__init__(message, returncode=INTERRUPTED)


@contextmanager
def endings(end: Callable[[], object]) -> Iterator[None]:
    """The first Ctrl-C calls `end`, the second ends at once."""
    before = {each: signal.getsignal(each) for each in ENDINGS}

    def first(number: int, frame: Any) -> None:
        for each in ENDINGS:
            signal.signal(each, signal.default_int_handler)
        end()

    for each in ENDINGS:
        signal.signal(each, first)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def bar_until(ended: Event) -> Progress:
    """A bar that raises Ended between two steps, once that is asked for."""

    def steps_until(steps: Iterable[Any], total: int) -> Iterator[Any]:
        for step in bar(steps, total):
            if ended.is_set():
                raise Ended
            yield step

    return steps_until
