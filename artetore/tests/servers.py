"""The production server in processes of its own, on the database of the tests."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import requests
from django.conf import settings
from django.db import connection

PASSED_ON = (
    "SECRET_KEY",
    "ONEDRIVE_TOKEN_KEYS",
    "ONEDRIVE_CLIENT_ID",
    "ONEDRIVE_CLIENT_SECRET",
    "ONEDRIVE_ROOT_FOLDER_ID",
    "ONEDRIVE_HTTP_ADAPTER",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**changes: str) -> dict[str, str]:
    """What a process needs to work on the database and files of the running test."""
    name = connection.settings_dict["NAME"]
    server = os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306")
    mysql = connection.vendor == "mysql"
    return {
        **{key: os.environ[key] for key in PASSED_ON},
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DATABASE_URL": f"{server}/{name}" if mysql else f"sqlite:///{name}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
        "ONEDRIVE_STANDIN_URL": os.environ.get("ONEDRIVE_STANDIN_URL", ""),
        **changes,
    }


@contextlib.contextmanager
def granian(*, workers: int = 2, **changes: str) -> Iterator[str]:
    """The site under granian; gives its base address."""
    site = environment(**changes)
    with serving("artetore.wsgi:application", site, workers=workers) as url:
        yield url


@contextlib.contextmanager
def serving(
    application: str, environment: dict[str, str], *, workers: int = 2
) -> Iterator[str]:
    """Any application under granian, as soon as it answers."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--workers", str(workers), "--blocking-threads", "8"),
        *("--workers-kill-timeout", "3"),
        *("--port", str(port), "--log-level", "error", application),
    ]
    process = subprocess.Popen(command, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"{url}/ip", timeout=5)
            return
        time.sleep(0.02)
    raise AssertionError("The server did not start.")
