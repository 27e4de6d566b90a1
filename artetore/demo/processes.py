"""The servers that the demonstration starts, watches and ends together."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import requests

START_SECONDS = 60
STOP_SECONDS = 10


class ServerFailed(Exception):
    """A server did not start, or ended; `str(error)` says which."""


def require_free(ports: Sequence[int]) -> None:
    for port in ports:
        with socket.socket() as probe:
            # As a server would bind it: a port that was just left is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise ServerFailed(
                    f"Port {port} is taken: by another program, or by a demonstration "
                    f"that was killed. `lsof -i :{port}` says which; end it first."
                ) from None


@contextlib.contextmanager
def server(*arguments: str, health: str) -> Iterator[subprocess.Popen]:
    """Run `python *arguments` until the block ends; enter it once `health` answers.

    The server gets a session of its own, so that Ctrl-C reaches only us and the
    servers end in the order in which we leave them.
    """
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await_health(process, health)
        yield process
    finally:
        _stop(process)


def watch(processes: Sequence[subprocess.Popen]) -> None:
    """Return never, unless one of them ends: then say so."""
    while True:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(timeout=0.5)
                raise ServerFailed(f"A server ended by itself (exit code {code}).")


def _await_health(process: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerFailed(f"A server did not start (exit code {process.poll()}).")
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=5).ok:
                return
        time.sleep(0.1)
    raise ServerFailed(f"Nothing answered at {url} within {START_SECONDS} seconds.")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
