"""Many at once, and death in the middle: no number twice, no row without its files."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from artetore.tests.servers import environment
from gallery.exceptions import FileVanished
from gallery.models import Counter, Group, Image
from gallery.services import (
    discard,
    group_delete,
    images_add,
    images_delete,
    picture_store,
)
from gallery.tests import samples

pytestmark = pytest.mark.django_db(transaction=True)

PARALLEL = 24
ROUNDS = 8


def together(calls: Iterable[Callable[[], Any]]) -> list[Any]:
    """What each answers, or the error that it raised; all begin at one moment."""
    calls = list(calls)
    start = Barrier(len(calls), timeout=30)

    def run(call):
        start.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(run, call) for call in calls]
    return [future.exception() or future.result() for future in futures]


def rows_without_files() -> list[str]:
    return [
        file.name
        for image in Image.objects.all()
        for file in (image.original, image.thumbnail, image.preview)
        if not default_storage.exists(file.name)
    ]


def named_files() -> list[str]:
    rows = Image.objects.values_list("original", "thumbnail", "preview")
    return sorted({name for row in rows for name in row})


# --- Many at once -----------------------------------------------------------------


def test_parallel_adds_to_new_groups_make_as_many_groups(picture, revision):
    stored, before = picture(), revision()

    answers = together([lambda: images_add(group=None, images=[stored])] * PARALLEL)

    assert sorted(image.group.number for [image] in answers) == list(
        range(1, PARALLEL + 1)
    )
    assert all(group.images.count() == 1 for group in Group.objects.all())
    assert revision() == before + PARALLEL


def test_parallel_adds_to_one_group_give_out_different_numbers(added, picture):
    added(0)
    stored = [picture(0), picture(1)]

    answers = together([lambda: images_add(group=1, images=stored)] * PARALLEL)

    assert all(second.number == first.number + 1 for first, second in answers)
    numbers = Image.objects.values_list("number", "position")
    expected = range(1, 2 * PARALLEL + 2)
    assert sorted(numbers) == [(number, number) for number in expected]


def test_deletions_in_opposite_order_and_adds_do_not_stop_each_other(added, picture):
    groups = range(1, 7)
    for _ in groups:
        added(0, 1, 2, 3)
    added(0)  # a seventh group, so that its files are needed all the time
    stored = picture(0)
    rising = [{group: [number] for group in groups} for number in (1, 2)]
    falling = [{group: [number] for group in reversed(groups)} for number in (3, 4)]

    answers = together(
        [
            *(lambda n=numbers: images_delete(numbers=n) for numbers in rising),
            *(lambda n=numbers: images_delete(numbers=n) for numbers in falling),
            *(lambda g=group: images_add(group=g, images=[stored]) for group in groups),
        ]
    )

    assert answers[:4] == [6, 6, 6, 6]
    left = Image.objects.exclude(group__number=7).values_list("number", flat=True)
    assert list(left) == [5] * 6
    assert rows_without_files() == []


def test_the_same_deletion_many_times_counts_once(added, revision):
    added(0, 1)
    before = revision()

    answers = together([lambda: images_delete(numbers={1: [1, 2]})] * 8)

    assert sorted(answers) == [0] * 7 + [2]
    assert revision() == before + 1


def test_adding_to_a_group_while_it_is_deleted_leaves_nothing_behind(
    added, picture, stored_files
):
    added(0)
    stored = picture(1)

    added_to, deleted = together(
        [
            lambda: images_add(group=1, images=[stored]),
            lambda: group_delete(groups=[1]),
        ]
    )

    assert deleted == 1
    assert not Image.objects.exists()
    assert stored_files() == []


# --- A file that two pictures share -----------------------------------------------


def test_adds_and_deletions_of_one_picture_leave_no_row_without_file(
    picture_file, stored_files
):
    path = picture_file()

    def come_and_go():
        for _ in range(ROUNDS):
            try:
                stored = picture_store(path=path, name="a.png")
                [image] = images_add(group=None, images=[stored])
            except FileVanished:
                continue  # what it is for; storing again helps
            # Nobody else deletes this row, so its files have to be there.
            assert all(default_storage.exists(name) for name in stored.files)
            images_delete(numbers={image.group.number: [image.number]})

    assert together([come_and_go] * 4) == [None] * 4
    assert stored_files() == []

    images_add(group=None, images=[picture_store(path=path, name="a.png")])
    assert rows_without_files() == []


def test_a_cleanup_waits_for_an_add_that_is_about_to_commit(
    added, picture, stored_files
):
    """The row that is deleted was the last to name the files, but for the new one."""
    added(0)
    stored = picture(0)
    added_not_committed = Barrier(2, timeout=10)

    def add():
        with transaction.atomic():
            images_add(group=None, images=[stored])
            added_not_committed.wait()

    def delete():
        added_not_committed.wait()
        return images_delete(numbers={1: [1]})

    assert together([add, delete]) == [None, 1]
    assert Image.objects.count() == 1
    assert rows_without_files() == []


def test_a_cleanup_before_the_add_makes_it_fail_and_again_works(
    added, picture, stored_files, picture_file
):
    added(0)
    stored = picture(0)
    images_delete(numbers={1: [1]})

    with pytest.raises(FileVanished, match="try again"):
        images_add(group=1, images=[stored])

    [image] = images_add(group=1, images=[picture(0)])
    assert stored_files() == named_files()
    assert image.number == 2


def test_discarding_does_not_take_the_files_of_an_add_at_the_same_time(
    picture, stored_files
):
    for _ in range(ROUNDS):
        stored = picture()
        add = partial(images_add, group=None, images=[stored])
        together([add, partial(discard, [stored])])
        assert rows_without_files() == []


# --- Death in the middle ----------------------------------------------------------

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
