"""`manage.py sync_onedrive` in processes of its own: watching, and being ended."""

import signal

import pytest
from django.db import connection as database

from artetore.tests.processes import running, until
from conftest import png
from gallery.models import Image
from onedrive.models import ImportItem, Mirror
from onedrive.standin.faults import Fault
from onedrive.worker import THREADS

pytestmark = pytest.mark.django_db(transaction=True)

FILES = [f"{number:02}.png" for number in range(20)]


@pytest.fixture
def log(tmp_path):
    return tmp_path / "sync.log"


@pytest.fixture
def seeded(connection, standin, tree):
    standin.seed(tree({"Alps": FILES}))
    return standin


def test_it_watches_until_a_signal_ends_it(seeded, shelf, log):
    with running("manage.py", "sync_onedrive", "--watch", "1", log=log) as process:
        until(lambda: Image.objects.count() == 20)
        shelf.file("late.png", png(50), seeded.store.at(seeded.home, "Alps"))
        until(lambda: Image.objects.count() == 21)
        seeded.faults.add(Fault(role="graph", status=403, times=1))
        until(lambda: "does not allow" in log.read_text())
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0

    told = log.read_text()
    assert "Traceback" not in told
    assert "Nothing to do" not in told
    assert Mirror.objects.get().lease == ""


def test_it_watches_on_when_the_database_has_ended_its_connection(seeded, shelf, log):
    if database.vendor != "mysql":
        pytest.skip("SQLite has none.")
    with running("manage.py", "sync_onedrive", "--watch", "3", log=log):
        until(lambda: "20 pictures imported." in log.read_text())
        kill_the_others()
        until(lambda: "The database does not answer." in log.read_text())
        shelf.file("late.png", png(50), seeded.store.at(seeded.home, "Alps"))
        until(lambda: Image.objects.count() == 21)


def kill_the_others() -> None:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist"
            " WHERE db = DATABASE() AND id != CONNECTION_ID()"
        )
        for key in cursor.fetchall():
            cursor.execute("KILL %s", key)


def test_ctrl_c_ends_after_what_is_in_hand_and_a_second_run_goes_on(seeded, log):
    seeded.faults.add(Fault(role="content", delay=1))
    with running("manage.py", "sync_onedrive", log=log) as process:
        until(lambda: seeded.journal.entries(role="content"))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130

    downloads = len(seeded.journal.entries(role="content"))
    assert THREADS <= downloads < len(FILES)
    assert ImportItem.objects.filter(state="stored").count() == downloads
    assert "The same command goes on." in log.read_text()

    seeded.faults.clear()
    with running("manage.py", "sync_onedrive", log=log) as process:
        assert process.wait(30) == 0
    assert Image.objects.count() == 20
    assert len(seeded.journal.entries(role="content")) == 20


def test_a_sync_that_was_killed_is_taken_up_by_the_next(seeded, log):
    seeded.faults.add(Fault(role="content", delay=1))
    with running("manage.py", "sync_onedrive", log=log, IMPORT_LEASE="1") as process:
        until(lambda: seeded.journal.entries(role="content"))
        process.kill()

    seeded.faults.clear()
    with running("manage.py", "sync_onedrive", log=log, IMPORT_LEASE="1") as process:
        assert process.wait(30) == 0
    assert Image.objects.count() == 20
    assert "Traceback" not in log.read_text()
