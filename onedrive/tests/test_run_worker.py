"""`manage.py run_worker` in processes of its own."""

import signal
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.db import connection as database

from artetore.tests.processes import running, until
from gallery.models import Image
from onedrive import ledger
from onedrive.imports import orders_for_new
from onedrive.ledger import State
from onedrive.models import Import
from onedrive.standin.faults import Fault
from onedrive.tests.workers import count
from onedrive.worker import IN_HAND, THREADS

pytestmark = pytest.mark.django_db(transaction=True)

FILES = [f"{number}.png" for number in range(IN_HAND + 4)]
BEGUN = "The worker looks for imports. Ctrl-C ends it."
ENDED = "The worker ended."


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def order(staff, drive, standin, tree):
    def start(*files: str) -> Import:
        standin.seed(tree({"Alps": files}))
        orders = orders_for_new(drive.folders())
        return ledger.start(owner=staff, orders=orders, origin=Import.Origin.COMMAND)

    return start


def worker(log: Path, **changes: str) -> AbstractContextManager[subprocess.Popen]:
    return running("manage.py", "run_worker", log=log, **changes)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_imports_what_waits_until_a_signal_ends_it(order, log, number):
    order("a.png", "b.png")

    with worker(log) as process:
        until(lambda: count(state=State.DONE) == 2)
        process.send_signal(number)
        assert process.wait(10) == 0

    assert log.read_text().splitlines() == [BEGUN, ENDED]
    assert Image.objects.count() == 2


def test_a_signal_lets_it_finish_what_is_begun_and_give_back_the_rest(
    order, log, standin
):
    order(*FILES)
    standin.faults.add(Fault(role="content", delay=1))

    with worker(log) as process:
        until(lambda: standin.journal.entries(role="content"))
        process.terminate()
        assert process.wait(20) == 0

    stored = count(state=State.STORED, attempts=1)
    assert THREADS <= stored < IN_HAND
    assert count(state=State.WAITING, attempts=0, lease="") == len(FILES) - stored

    standin.faults.clear()
    with worker(log):
        until(lambda: count(state=State.DONE, attempts=1) == len(FILES))
    assert Image.objects.count() == len(FILES)


def test_a_second_signal_ends_it_at_once(order, log, standin):
    order(*FILES)
    standin.faults.add(Fault(role="content", delay=15))

    with worker(log) as process:
        until(lambda: count(state=State.RUNNING) == IN_HAND)
        process.send_signal(signal.SIGINT)
        until(lambda: count(state=State.RUNNING) == THREADS)
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == -signal.SIGINT

    standin.faults.clear()
    assert log.read_text().splitlines() == [BEGUN]


def test_it_waits_for_a_database_that_is_down_when_it_starts(order, log, tmp_path):
    if database.vendor != "sqlite":
        pytest.skip("The trials end a MariaDB.")
    order("a.png")
    name = Path(database.settings_dict["NAME"])
    folder = tmp_path / "later"

    with worker(log, DATABASE_URL=f"sqlite:///{folder / name.name}"):
        until(lambda: "does not answer" in log.read_text())
        folder.symlink_to(name.parent)
        until(lambda: count(state=State.DONE) == 1)

    [begun, warning] = log.read_text().splitlines()
    assert "WARNING onedrive.worker The database does not answer" in warning
