import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.conf import settings

MANAGE = Path(settings.BASE_DIR) / "manage.py"
SETTINGS = {"DJANGO_SETTINGS_MODULE": "artetore.tests.settings"}


def free_ports() -> int:
    """The first of three neighbours that nobody listens on."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                for following in (port + 1, port + 2):
                    with socket.socket() as other:
                        other.bind(("127.0.0.1", following))
            except (OSError, OverflowError):
                continue
        return port


@contextmanager
def run(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, MANAGE, "run_standin", "--folder", folder]
    process = subprocess.Popen(
        [*command, "--port", str(port), *options],
        env=os.environ | SETTINGS,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def started(process: subprocess.Popen) -> list[str]:
    """The lines up to the last address."""
    lines = []
    for line in process.stdout:
        lines.append(line.strip())
        if line.startswith("Uploads:"):
            break
    return lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_one_signal_ends_it(tmp_path, number):
    (tmp_path / "tree" / "Summer").mkdir(parents=True)
    (tmp_path / "tree" / "Summer" / "a.txt").write_text("abc")
    port = free_ports()
    seed = ("--seed", str(tmp_path / "tree"))
    with run(tmp_path / "drive", port, "--kind", "business", *seed) as process:
        lines = started(process)
        assert lines[0] == "Files copied into the drive: 1"
        assert [line.rpartition(":")[2] for line in lines[1:]] == [
            str(port),
            str(port + 1),
            str(port + 2),
        ]
        health = requests.get(f"http://127.0.0.1:{port}/_standin/health", timeout=10)
        assert health.json()["kind"] == "business"
        process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""


def test_sign_in_may_lead_back_to_more_than_one_address(tmp_path):
    port, uri = free_ports(), "http://127.0.0.1:8000/here"
    with run(tmp_path, port, "--redirect-uri", uri) as process:
        started(process)
        for asked, status in ((uri, 302), (f"{uri}/not", 400)):
            answer = requests.post(
                f"http://127.0.0.1:{port}/common/oauth2/v2.0/authorize",
                params={
                    "client_id": settings.ONEDRIVE_CLIENT_ID or "demo",
                    "response_type": "code",
                    "redirect_uri": asked,
                },
                data={"consent": "accept"},
                allow_redirects=False,
                timeout=10,
            )
            assert answer.status_code == status
        process.terminate()
        assert process.wait(10) == 0


def test_a_busy_port_is_one_clear_line(tmp_path):
    port = free_ports()
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", port + 1))
        busy.listen()
        with run(tmp_path, port) as process:
            output, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert output == ""
    assert len(errors.splitlines()) == 1
    assert f"{port}, {port + 1} and {port + 2}" in errors


def test_a_seed_that_is_no_folder_is_named(tmp_path):
    with run(tmp_path / "drive", free_ports(), "--seed", "/no/such") as process:
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (
        1,
        "CommandError: /no/such is not a folder.\n",
    )
