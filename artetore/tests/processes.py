"""Commands in processes of their own, and waiting for what they do."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from artetore.tests.servers import environment

PYTHON = sys.executable


def started(*arguments: str, log: Path, **changes: str) -> subprocess.Popen:
    """`python *arguments`, a group of processes of its own that adds to a log."""
    with log.open("a") as stream:
        return subprocess.Popen(
            [PYTHON, *arguments],
            cwd=settings.BASE_DIR,
            env=environment(**changes),
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )


@contextlib.contextmanager
def running(*arguments: str, log: Path, **changes: str) -> Iterator[subprocess.Popen]:
    process = started(*arguments, log=log, **changes)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], object], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "It did not come to that in time."
        time.sleep(0.02)
