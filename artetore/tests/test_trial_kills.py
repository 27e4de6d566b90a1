"""Imports whose processes are killed at any moment: all arrives, nothing twice."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path
from random import Random

import pytest
import requests
from django.db import Error, connections
from django.db import connection as database

from accounts.tokens import token_for
from artetore.tests.arrivals import (
    all_done,
    assert_whole,
    attempts,
    manage,
    orders_for,
    tried,
)
from artetore.tests.mariadb import MariaDB
from artetore.tests.processes import started, until
from artetore.tests.servers import free_port
from onedrive import ledger
from onedrive.models import Import
from onedrive.orders import FolderOrder

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

PICTURES = 200
KILLS = 20
LEASE = "3"
SECONDS = 60


class Stage:
    """The processes of one trial, each started again after it was killed."""

    def __init__(self, folder: Path, chance: Random):
        self._folder = folder
        self.chance = chance
        self.port = free_port()
        self.commands = {"worker": ["manage.py", "run_worker"]}
        self.commands["web"] = [
            *("-m", "granian", "--interface", "wsgi", "--workers", "2"),
            *("--blocking-threads", "8", "--port", str(self.port)),
            *("--log-level", "error", "artetore.wsgi:application"),
        ]
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name: str) -> None:
        self.running[name] = started(
            *self.commands[name], log=self.log(name), IMPORT_LEASE=LEASE
        )

    def log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def await_progress(self) -> None:
        """Some files more, and a moment that nothing marks.

        A file that whatever worked on it died of five times is given up. These do
        not die of it: who was in hand so often may finish first.
        """
        until(progress, seconds=SECONDS)
        goal = min(progress() + self.chance.randint(7, 9), PICTURES)
        until(lambda: progress() >= goal, seconds=SECONDS)
        threading.Event().wait(self.chance.uniform(0, 0.1))


@pytest.fixture
def stage(tmp_path):
    stage = Stage(tmp_path, Random(11))
    yield stage
    for name in list(stage.running):
        stage.kill(name)
    assert "Traceback" not in stage.log("worker").read_text()


@pytest.fixture
def orders(staff, connection, standin, tree) -> list[FolderOrder]:
    return orders_for(staff, standin, tree, pictures=PICTURES)


def progress() -> int:
    """How many files were tried; while the database is down, none."""
    try:
        return tried()
    except Error:
        connections.close_all()
        return 0


def test_a_worker_may_be_killed_at_any_moment(staff, orders, stage, capsys):
    ledger.start(owner=staff, orders=orders, origin=Import.Origin.COMMAND)

    for _ in range(KILLS):
        stage.start("worker")
        stage.await_progress()
        stage.kill("worker")
    stage.start("worker")
    until(all_done, seconds=SECONDS)

    assert_whole(pictures=PICTURES)
    with capsys.disabled():
        print(f"\n{KILLS} kills, files by their attempts: {attempts()}")


@pytest.fixture
def mariadb(tmp_path, monkeypatch):
    """The database of this test and its processes is on a server of its own."""
    if database.vendor != "mysql" or not shutil.which("mariadbd"):
        pytest.skip("It takes TEST_DATABASE=mysql and an installed mariadbd.")
    server = MariaDB(tmp_path)
    server.start()
    server.execute("CREATE DATABASE trial CHARACTER SET utf8mb4")
    connections.close_all()
    monkeypatch.setenv("TEST_MYSQL_URL", server.url)
    for name, value in (("NAME", "trial"), ("PORT", server.port)):
        monkeypatch.setitem(database.settings_dict, name, value)
    assert manage("migrate").returncode == 0
    yield server
    connections.close_all()
    server.kill()


class Frontend(threading.Thread):
    """Adds a folder through the site, once; whether it hears of it is left open."""

    def __init__(self, port: int, token: str, order: FolderOrder):
        super().__init__(daemon=True)
        self._url = f"http://127.0.0.1:{port}"
        self._token = token
        files = [{"file_name": f.file_name, "file_id": f.file_id} for f in order.files]
        self._order = {
            "all_image_id": files,
            "group": -1,
            "folder_name": order.folder_name,
        }
        self.heard = ""

    def run(self) -> None:
        self.heard = "nothing"
        with contextlib.suppress(requests.ConnectionError):
            answer = requests.post(
                f"{self._url}/admin/add/image",
                json={"image_list": {"f": self._order}},
                headers={"Authorization": f"Bearer {self._token}"},
                timeout=SECONDS,
            )
            self.heard = str(answer.status_code)

    def begin(self) -> None:
        """Return when the site has written down what is ordered."""
        until(self._is_served)
        before = Import.objects.count()
        self.start()
        until(lambda: Import.objects.count() > before)

    def _is_served(self) -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{self._url}/image/page", timeout=5).ok
        return False


def test_worker_site_and_database_may_be_killed(mariadb, staff, orders, stage, capsys):
    victims = ["worker"] * 8 + ["web"] * 6 + ["database"] * 6
    stage.chance.shuffle(victims)
    ledger.start(owner=staff, orders=orders[:1], origin=Import.Origin.COMMAND)
    token = token_for(staff)
    posts = [Frontend(stage.port, token, order) for order in orders[1:]]
    begun = []
    stage.start("web")
    stage.start("worker")

    for victim in victims:
        if posts and not any(post.is_alive() for post in begun):
            begun.append(posts.pop())
            begun[-1].begin()
        stage.await_progress()
        if victim == "database":
            mariadb.kill()
            threading.Event().wait(stage.chance.uniform(0, 2))
            mariadb.start()
            connections.close_all()
        else:
            stage.kill(victim)
            stage.start(victim)
    until(all_done, seconds=SECONDS)

    assert_whole(pictures=PICTURES)
    warnings = stage.log("worker").read_text().count("The database does not answer")
    assert warnings <= victims.count("database")
    with capsys.disabled():
        print(f"\n{len(victims)} kills, files by their attempts: {attempts()}")
        print(f"What clients heard: {[post.heard for post in begun]}")
