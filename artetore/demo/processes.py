"""The processes that the demonstration starts, watches and ends together."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import requests

from artetore.ports import is_free

START_SECONDS = 60
STOP_SECONDS = 10


class ServerFailed(Exception):
    """A server did not start, or ended; `str(error)` says which."""


def require_free(ports: Sequence[int]) -> None:
    for port in ports:
        if not is_free("127.0.0.1", port):
            raise ServerFailed(
                f"Port {port} is taken: by another program, or by a demonstration "
                f"that was killed. `lsof -i :{port}` says which; end it first."
            )


@contextlib.contextmanager
def server(
    *arguments: str, health: str, patience: float = START_SECONDS
) -> Iterator[subprocess.Popen]:
    """A process that is there once `health` answers, within `patience` seconds."""
    with running(*arguments) as process:
        _await_health(process, health, patience)
        yield process


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen]:
    """Run `python *arguments` until the block ends.

    The process gets a session of its own, so that Ctrl-C reaches only us and the
    processes end in the order in which we leave them.
    """
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _stop(process)


def watch(processes: Sequence[subprocess.Popen]) -> None:
    """Return never, unless one of them ends: then say so."""
    while True:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=0.5)
                name = " ".join(process.args[1:3])
                raise ServerFailed(f"{name} ended by itself (exit code {code}).")


def _await_health(process: subprocess.Popen, url: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerFailed(f"A server did not start (exit code {process.poll()}).")
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=5).ok:
                return
        time.sleep(0.1)
    raise ServerFailed(f"Nothing answered at {url} within {patience} seconds.")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
