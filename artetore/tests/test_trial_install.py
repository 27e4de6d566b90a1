"""`make install` and `make serve` with nothing but the former service's `.env`."""

import os
import signal
import stat
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import MySQLdb
import pytest
import requests

from artetore.tests.servers import free_port

pytestmark = pytest.mark.trial

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "artetore_former"
SECRETS = ("SECRET_KEY", "ONEDRIVE_TOKEN_KEYS")


@pytest.fixture
def server():
    """Where MariaDB answers, with an empty database on it."""
    url = urlsplit(os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"))
    connection = MySQLdb.connect(
        host=url.hostname,
        port=url.port or 3306,
        user=url.username,
        password=url.password or "",
    )
    cursor = connection.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    cursor.execute(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
    yield url
    cursor.execute(f"DROP DATABASE {DATABASE}")


@pytest.fixture
def clone(tmp_path, server) -> Path:
    """A clone with the former `.env`, on this checkout's virtual environment."""
    folder = tmp_path / "imagehub"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".env").write_text(
        f"db_username={server.username}\n"
        f"db_password={server.password or ''}\n"
        f"db_name={DATABASE}\n"
        f"host={server.hostname}\n"
        f"port={server.port or 3306}\n"
        "folder_arts_id=A1!ROOT\n"
        "client_secret=former-client-secret\n"
        "client_id=former-client-id\n"
    )
    return folder


def environment() -> dict[str, str]:
    """Without what the tests' own settings put there."""
    kept = ("PATH", "HOME", "LANG")
    return {name: os.environ[name] for name in kept if name in os.environ}


def make(clone: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_former_env_is_enough(clone):
    refused = make(clone, "serve")
    assert refused.returncode != 0
    assert "SECRET_KEY is not set. `make install` adds it" in refused.stderr
    assert "Traceback" not in refused.stderr

    installed = make(clone, "install")
    assert installed.returncode == 0, installed.stderr
    path = clone / ".env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = dict(line.split("=", 1) for line in path.read_text().splitlines())
    for name in SECRETS:
        assert values[name]
        assert values[name] not in installed.stdout + installed.stderr

    assert_serves(clone)


def assert_serves(clone: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        ["make", "serve", f"PORT={port}"],
        cwd=clone,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(300):
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/image/page", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        assert answer.json() == {"code": 0, "hint": "database_empty"}
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
