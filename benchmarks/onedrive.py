"""A OneDrive for measurements: the stand-in, in a process of its own, that lets each
call wait as Microsoft does."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

from artetore.tests.servers import free_port
from benchmarks.places import SECRETS, Place, place

LATENCY = 0.15


@contextlib.contextmanager
def standin(tree: Path, folder: Path) -> Iterator[str]:
    """Gives its address. `tree` is what is in the drive, kept in `folder`."""
    process, url = _started(tree, folder)
    while process.poll() is not None:  # one of its three ports was taken
        process, url = _started(tree, folder)
    try:
        yield url
    finally:
        process.terminate()
        process.wait()


def _started(tree: Path, folder: Path) -> tuple[subprocess.Popen, str]:
    """Answers when it does, or has ended."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        *(sys.executable, "manage.py", "run_standin", "--port", str(port)),
        *("--folder", folder, "--seed", tree, "--page-size", "1000"),
    ]
    environment = {**SECRETS, "ENV_FILE": os.devnull}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment, **quiet)
    while process.poll() is None and not _answers(url):
        time.sleep(0.1)
    return process, url


def _answers(url: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{url}/_standin/health", timeout=5).ok
    return False


@contextlib.contextmanager
def connected_place(database: str, url: str) -> Iterator[Place]:
    """Somebody there, "bench", has consented to the stand-in."""
    settings = {
        "ONEDRIVE_HTTP_ADAPTER": "onedrive.standin.adapter.StandInAdapter",
        "ONEDRIVE_STANDIN_URL": url,
    }
    with place(database, **settings) as here:
        here.call(_connect)
        yield here


def _connect() -> None:
    from django.contrib.auth import get_user_model

    from onedrive import auth
    from onedrive.tests.consents import answer_of

    user = get_user_model().objects.create_user("bench", is_staff=True)
    auth.connect(user=user, code=answer_of(auth.sign_in_url())["code"])


def owner() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.get(username="bench")


def delay(url: str, *roles: str) -> None:
    """From now on, for all calls of these roles ("graph", "content")."""
    for role in roles:
        fault = {"role": role, "delay": LATENCY}
        requests.post(f"{url}/_standin/faults", json=fault, timeout=5)
