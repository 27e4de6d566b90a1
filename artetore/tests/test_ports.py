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


def ask(port: int | str, address: str = "127.0.0.1") -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "artetore.ports", address, str(port)]
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


@pytest.mark.parametrize("port", ["http", "0", "-1", "99999", ""])
def test_what_is_no_port_is_told_in_one_line(port):
    told = ask(port)
    assert told.returncode == 1
    assert told.stderr == f"PORT is {port!r}, which is not between 1 and 65535.\n"


@pytest.mark.parametrize("address", ["192.0.2.1", "nobody.invalid", "::2"])
def test_an_address_of_somebody_else_is_told_in_one_line(address):
    told = ask(8123, address)
    assert told.returncode == 1
    [line] = told.stderr.splitlines()
    assert line.startswith(f"ADDRESS is {address!r}: ")
