"""A server does not share its port with another."""

import socket
import subprocess
import sys

import pytest

from artetore.ports import is_free


@pytest.fixture(params=["127.0.0.1", "0.0.0.0"])  # noqa: S104
def taken(request):
    """A port where one listens who would share it, as granian does."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((request.param, 0))
        listener.listen()
        yield listener.getsockname()[1]


def ask(port: int | str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "artetore.ports", "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_port_that_is_taken_is_named(taken):
    assert not is_free("127.0.0.1", taken)
    told = ask(taken)
    assert told.returncode == 1
    assert told.stderr.startswith(f"Port {taken} is taken")


def test_a_port_that_was_left_is_free():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert is_free("127.0.0.1", port)
    assert ask(port).returncode == 0


def test_what_is_no_port_is_left_to_the_server():
    assert ask("http").returncode == 0
