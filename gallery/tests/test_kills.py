"""Death in the middle: files without rows may be left, rows without files never."""

import signal
import subprocess
import sys

import pytest

from artetore.tests.servers import environment
from gallery.models import Counter, Group, Image
from gallery.tests import samples
from gallery.tests.rows import named_files, rows_without_files

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from django.core.files import File
from django.db import transaction
from gallery.services import images_add, images_delete, picture_store

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Fatal(File):
    def chunks(self, chunk_size=None):
        yield b"half"
        die()

path, moment = Path(sys.argv[1]), sys.argv[2]
if moment == "while a file is written":
    from django.core.files.storage import default_storage
    default_storage.save("originals/ab/whole.png", Fatal(None, name="x"))
if moment == "before a deletion commits":
    with transaction.atomic():
        images_delete(numbers={1: [1]})
        die()
if moment == "before the files of a deletion go":
    with transaction.atomic():
        transaction.on_commit(die)
        images_delete(numbers={1: [1]})
picture = picture_store(path=path, name="a.png")
if moment == "between files and row":
    die()
with transaction.atomic():
    images_add(group=None, images=[picture])
    die()
"""


@pytest.fixture
def killed(picture_file):
    """Runs a process that kills itself at that moment."""
    path = picture_file(samples.png((99, 30)))

    def run(moment: str) -> None:
        child = subprocess.run(
            [sys.executable, "-c", CHILD, str(path), moment],
            env=environment(DJANGO_SETTINGS_MODULE="artetore.settings"),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert child.returncode == -signal.SIGKILL, child.stderr.decode()

    return run


@pytest.mark.parametrize("moment", ["between files and row", "before an add commits"])
def test_a_kill_leaves_files_without_rows_only(killed, moment, stored_files, added):
    killed(moment)

    assert not Image.objects.exists()
    assert not Group.objects.exists()
    assert Counter.read(Counter.GROUP) == 0
    assert len(stored_files()) == 3

    assert added(0)[0].group.number == 1
    assert rows_without_files() == []


def test_a_kill_while_a_file_is_written_leaves_none_of_its_name(killed, stored_files):
    killed("while a file is written")

    [left] = stored_files()
    assert left.startswith("originals/ab/.")


def test_a_kill_before_a_deletion_commits_loses_nothing(killed, added, stored_files):
    added(0)
    killed("before a deletion commits")
    assert Image.objects.count() == 1
    assert stored_files() == named_files()


def test_a_kill_after_a_deletion_committed_leaves_files_only(
    killed, added, stored_files
):
    added(0)
    killed("before the files of a deletion go")
    assert not Image.objects.exists()
    assert len(stored_files()) == 3
