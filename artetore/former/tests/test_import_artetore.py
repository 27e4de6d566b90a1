"""The command itself: where it reads, what it refuses, how it ends and goes on."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as active
from django.db import Error

from artetore.former.database import FormerFailed, former_database
from artetore.former.models import FormerRow
from artetore.former.moving import move
from artetore.former.tables import FormerTables
from artetore.former.tests.service import bytes_of
from artetore.tests.processes import PYTHON, started, until
from artetore.tests.servers import environment, free_port
from gallery.models import Image
from gallery.tests import samples
from gallery.tests.commands import run
from gallery.tests.rows import named_files, rows_without_files

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = 60


@pytest.fixture
def filled(former):
    """As many pictures, in groups of ten."""
    for index in range(PICTURES):
        former.add(
            samples.png((40 + index, 30)),
            image_group=index // 10 + 1,
            image_id=index % 10 + 1,
        )
    return former


def former_names(url: str) -> dict[str, str]:
    """As they stand in the former `.env`."""
    place = urlsplit(url)
    return {
        "db_username": place.username or "",
        "db_password": place.password or "",
        "db_name": place.path[1:],
        "host": place.hostname or "",
        "port": str(place.port or 3306),
    }


def assert_moved(former) -> None:
    """Every former row is the picture of its numbers, byte for byte."""
    rows = former.rows("image_group, image_id, full_image")
    images = {
        (image.group.number, image.number): image
        for image in Image.objects.select_related("group")
    }
    assert images.keys() == {(group, number) for group, number, _ in rows}
    for group, number, text in rows:
        path = Path(active.MEDIA_ROOT) / images[group, number].original.name
        assert path.read_bytes() == bytes_of(text)
    assert rows_without_files() == []


# --- Where it reads ---------------------------------------------------------------


def test_by_default_it_reads_where_the_former_env_says(filled):
    done = subprocess.run(
        [PYTHON, "manage.py", "import_artetore", "--json"],
        cwd=active.BASE_DIR,
        env=environment(**former_names(filled.url)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["compared"] == PICTURES
    assert_moved(filled)


def test_without_an_address_it_says_what_to_give(settings):
    settings.FORMER_DATABASE = None
    answer = run("import_artetore")
    assert answer.error.startswith("Where is the former database? Set db_username, or")


@pytest.mark.parametrize(
    "url", ["sqlite:///x", "mysqI://u:secret@h/x", "imagedb", "mysql://h:a/x"]
)
def test_another_kind_of_database_is_refused(url, recwarn):
    answer = run("import_artetore", "--database", url)
    assert answer.error.startswith("The former database is one of MySQL: mysql://")
    assert not recwarn


def test_a_database_that_does_not_answer_is_told_without_its_password(former):
    url = f"mysql://root:very-secret@127.0.0.1:{free_port()}/imagedb"
    answer = run("import_artetore", "--database", url)
    assert answer.error.startswith("The former database does not answer: ")
    assert "very-secret" not in answer.error


def test_a_driver_that_is_missing_is_told_with_what_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    monkeypatch.delitem(sys.modules, "django.db.backends.mysql.base", raising=False)
    answer = run("import_artetore", "--database", "mysql://root@127.0.0.1:9/imagedb")
    assert answer.error == "MySQL's driver is not installed: `make install` does that."


def test_a_database_of_something_else_is_refused(former, moved):
    former.execute("DROP TABLE userdb")
    former.execute("DROP TABLE onedrive")
    expected = "This is not the former database: no table onedrive, userdb."
    assert moved().error == expected


def test_nothing_can_be_written_there(former):
    with former_database(former.url) as connection, connection.cursor() as cursor:
        with pytest.raises(Error, match="READ ONLY"):
            cursor.execute("DELETE FROM imagedb")
        with pytest.raises(Error, match="READ ONLY"):
            cursor.execute("DROP TABLE imagedb")


def test_two_at_once_are_refused(former, moved):
    with former_database(former.url) as connection:
        assert FormerTables(connection).claim()
        assert moved().error == "Another import_artetore is at work."
    assert moved().error == ""


# --- How it ends ------------------------------------------------------------------


def test_a_storage_that_fails_ends_it_and_it_goes_on(filled, moved, settings, media):
    settings.MEDIA_ROOT = media / "file"
    settings.MEDIA_ROOT.write_text("not a folder")
    answer = moved()
    assert answer.error.startswith("Pictures cannot be stored: ")
    assert not Image.objects.exists()

    settings.MEDIA_ROOT.unlink()
    assert moved().error == ""
    assert_moved(filled)


def test_without_room_for_temporary_files_it_says_so(filled, moved, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    expected = "There is no room for temporary files: No such file or directory."
    assert moved().error == expected


def test_a_lost_connection_ends_it_and_it_goes_on(filled, moved):
    with former_database(filled.url) as connection:
        moving = move(tables=FormerTables(connection))
        next(moving)
        filled.execute(f"KILL {connection.connection.thread_id()}")
        with pytest.raises(FormerFailed, match="The same command goes on"):
            list(moving)
    assert 0 < Image.objects.count() < PICTURES

    assert moved().error == ""
    assert_moved(filled)


def _ended(former, tmp_path: Path, ending: signal.Signals) -> tuple[int, str]:
    """By a signal in the midst of its work; its exit status, and what it said."""
    log = tmp_path / "log"
    command = "manage.py", "import_artetore", "--database", former.url
    process = started(*command, log=log)
    until(lambda: FormerRow.objects.count() >= 5)
    process.send_signal(ending)
    process.wait(timeout=30)
    assert FormerRow.objects.count() < PICTURES
    return process.returncode, log.read_text()


def test_killed_it_goes_on_with_the_same_result(filled, moved, tmp_path):
    _ended(filled, tmp_path, signal.SIGKILL)
    assert rows_without_files() == []

    answer = moved()

    assert (answer.error, answer.lines[1]) == ("", f"Pictures: {PICTURES}.")
    assert_moved(filled)


def test_ctrl_c_leaves_nothing_half_done(filled, moved, tmp_path, stored_files):
    status, said = _ended(filled, tmp_path, signal.SIGINT)
    assert status == 130
    assert "Ended as asked. The same command goes on." in said
    assert "Traceback" not in said
    assert stored_files() == named_files()

    assert moved().error == ""
    assert_moved(filled)
