"""What `make serve` runs: it says where to look, and ends once it is told to."""

import os
import signal
import subprocess
import sys

import pytest

from artetore.tests.servers import environment

# In granian's place: tells where it thinks the site is, and what it is told.
CHILD = """
import os, signal
def told(number, frame):
    os.write(1, signal.Signals(number).name.encode())
    os._exit(3)
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, told)
os.write(1, os.environ["SITE_URL"].encode() + b"\\n")
signal.pause()
"""
SERVE = f"""
import sys
from artetore import serve
serve.COMMAND = ["-c", {CHILD!r}]
sys.exit(serve.serve("127.0.0.1", 8080))
"""

pytestmark = pytest.mark.django_db  # for the environment


def started(**changes: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=environment(**changes),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_granian_hears_of_its_end_once(told):
    with started() as process:
        process.stdout.readline()
        process.stdout.readline()
        os.killpg(process.pid, getattr(signal, told))
        assert process.stdout.read() == "SIGTERM"
    assert process.returncode == 3


@pytest.mark.parametrize(
    ("changes", "site"),
    [
        ({}, "http://localhost:8080"),
        ({"SITE_URL": "https://gallery.example.org"}, "https://gallery.example.org"),
    ],
)
def test_the_site_is_where_the_port_is_unless_it_is_said_to_be_elsewhere(changes, site):
    with started(**changes) as process:
        assert f"{site}/staff/" in process.stdout.readline()
        assert process.stdout.readline() == f"{site}\n"
        process.terminate()
