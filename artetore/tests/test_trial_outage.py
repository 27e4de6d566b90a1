"""Visitors while the database is restarted: told so meanwhile, served afterwards."""

import shutil
import threading
import time
from dataclasses import dataclass, field

import pytest
import requests
from django.db import connection

from artetore.tests import houses
from artetore.tests.arrivals import manage
from artetore.tests.mariadb import MariaDB
from artetore.tests.processes import until
from artetore.tests.servers import granian

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

CONNECTIONS = 16
# Answers that each visitor gets before, and after.
ENOUGH = 20


@dataclass(frozen=True)
class Answer:
    """When it was asked for and came, in seconds of one clock."""

    asked: float
    came: float
    response: requests.Response


@dataclass
class Visitor(threading.Thread):
    """Asks for one address after the other on one connection."""

    url: str
    addresses: list[str]
    ended: threading.Event
    answers: list[Answer] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        with requests.Session() as session:
            while not self.ended.is_set():
                for address in self.addresses:
                    self.ask(session, address)

    def ask(self, session: requests.Session, address: str) -> None:
        asked = time.monotonic()
        try:
            response = session.get(f"{self.url}{address}", timeout=60)
        except requests.RequestException as error:
            self.failures.append(error)
        else:
            self.answers.append(Answer(asked, time.monotonic(), response))

    def served(self, since: float) -> int:
        return sum(a.response.ok for a in list(self.answers) if a.asked > since)

    def told(self, since: float) -> bool:
        return any(not a.response.ok for a in list(self.answers) if a.came > since)


@pytest.fixture
def mariadb(tmp_path, staff):
    """A server of its own, with a furnished gallery."""
    if connection.vendor != "mysql" or not shutil.which("mariadbd"):
        pytest.skip("It takes TEST_DATABASE=mysql and an installed mariadbd.")
    houses.furnish(staff)
    backup = str(tmp_path / "gallery.tar")
    server = MariaDB(tmp_path)
    server.start()
    server.execute("CREATE DATABASE trial CHARACTER SET utf8mb4")
    there = {"DATABASE_URL": f"{server.url}/trial"}
    for arguments, changes in (
        (("backup", backup), {}),
        (("migrate",), there),
        (("restore", backup), there),
    ):
        done = manage(*arguments, **changes)
        assert done.returncode == 0, done.stderr
    yield server
    server.kill()


def test_a_restart_is_told_and_over_when_it_is_over(mariadb, capsys):
    ended, outages = threading.Event(), []
    with granian(DATABASE_URL=f"{mariadb.url}/trial") as url:
        visitors = [Visitor(url, houses.addresses(), ended) for _ in range(CONNECTIONS)]
        for visitor in visitors:
            visitor.start()
        all_served(visitors, since=0)
        for end in (mariadb.stop, mariadb.kill):
            outages.append(outage(mariadb, end, url, visitors))
        ended.set()
        for visitor in visitors:
            visitor.join()

    assert [failure for v in visitors for failure in v.failures] == []
    answers = [answer for v in visitors for answer in v.answers]
    errors = [answer for answer in answers if not answer.response.ok]
    for error in errors:
        assert_clear(error.response)
        assert any(error.came > down and error.asked < up for down, up in outages)
    with capsys.disabled():
        seconds = sum(up - down for down, up in outages)
        print(
            f"\n{len(answers)} answers, {len(errors)} of them errors, "
            f"in {seconds:.1f} seconds without a database"
        )


def outage(mariadb, end, url, visitors) -> tuple[float, float]:
    """From when to when there was no database; before the second, all were told so,
    and after it all are served."""
    down = time.monotonic()
    end()
    until(lambda: requests.get(f"{url}/readyz", timeout=60).status_code == 503)
    until(lambda: all(v.told(down) for v in visitors))
    mariadb.start()
    up = time.monotonic()
    all_served(visitors, since=up)
    assert requests.get(f"{url}/readyz", timeout=60).status_code == 200
    return down, up


def all_served(visitors, *, since: float) -> None:
    until(lambda: all(v.served(since) > ENOUGH for v in visitors), seconds=120)


def assert_clear(response: requests.Response) -> None:
    assert response.status_code == 503
    assert response.json() == {"detail": "Service Unavailable"}
    assert response.headers["Retry-After"] == "5"
