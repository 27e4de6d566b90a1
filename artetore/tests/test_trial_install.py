"""`make install` and `make serve` with nothing but the former service's `.env`."""

import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import MySQLdb
import pytest
import requests

from artetore.former.tests.service import bytes_of, former_service
from artetore.tests.processes import until
from artetore.tests.servers import free_port
from gallery.tests import samples

pytestmark = pytest.mark.trial

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "artetore_former"
USER = "0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c001"
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
    cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")


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
    refused = make(clone, "serve", f"PORT={free_port()}")
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


def test_each_warning_is_told_once(clone):
    (clone / ".env").write_text("")
    installed = make(clone, "install")
    assert installed.stderr.count("onedrive.W001") == 1
    assert installed.stdout.endswith("Ready: make serve\n")


def test_after_moving_in_the_frontend_shows_what_it_showed(clone):
    """The former tables and the new ones stand in one database."""
    with former_service(DATABASE) as former:
        contents = {
            (group, number): samples.encoded(samples.quarters((400, 300)), kind)
            for group, number, kind in [(3, 1, "JPEG"), (3, 5, "GIF"), (9, 2, "WEBP")]
        }
        for (group, number), content in contents.items():
            former.add(content, image_group=group, image_id=number)
        former.add_user(USER, "ines", "former-secret")
        before = former.rows()

        assert make(clone, "install").returncode == 0
        moved = subprocess.run(
            [".venv/bin/python", "manage.py", "import_artetore"],
            cwd=clone,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert moved.returncode == 0, moved.stdout + moved.stderr

        assert former.rows() == before
        with serving(clone) as url:
            assert_shown(url, contents)


def assert_shown(url: str, contents: dict[tuple[int, int], bytes]) -> None:
    page = told(url, "/image/page")["data"]
    assert [entry["group"] for entry in page] == [3, 9]
    for entry in page:
        samples.assert_quarters(bytes_of(entry["image"]), (180, 115))
    assert [row["imageID"] for row in told(url, "/image/group?group=3")["data"]] == [
        *(1, 5)
    ]
    large = told(url, "/image/?group=9&image_id=2")["data"]
    assert (large["title"], large["imageName"]) == ("", "a.png")
    samples.assert_quarters(bytes_of(large["image"]), (400, 300))
    for (group, number), content in contents.items():
        path = f"/image/download?group_id={group}&image_id={number}"
        assert bytes_of(told(url, path)["image"]["image"]) == content
    signed_in = told(url, "/login/?username=ines&password=former-secret")
    assert signed_in["code"] == 2


def told(url: str, path: str) -> dict:
    return requests.get(f"{url}{path}", timeout=10).json()


def assert_serves(clone: Path) -> None:
    with serving(clone) as url:
        assert told(url, "/image/page") == {"code": 0, "hint": "database_empty"}


@contextmanager
def serving(clone: Path) -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        ["make", "serve", f"PORT={port}"],
        cwd=clone,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(url))
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/ip", timeout=5).ok
    except requests.ConnectionError:
        return False
