"""Many at once: no number twice, no row without its files."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction

from gallery.exceptions import FileVanished
from gallery.models import Group, Image
from gallery.services import (
    discard,
    group_delete,
    image_adopt,
    images_add,
    images_delete,
    images_move,
    images_rename,
    images_replace,
    picture_store,
)
from gallery.tests.rows import named_files, rows_without_files

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


def test_moves_in_opposite_directions_lose_no_picture(added):
    added(*range(12))
    added(*range(12, 24))
    before = dict(Image.objects.values_list("pk", "sha256"))
    numbers = range(1, 13)

    answers = together(
        [
            *(lambda n=n: images_move(numbers={1: [n]}, group=2) for n in numbers),
            *(lambda n=n: images_move(numbers={2: [n]}, group=1) for n in numbers),
        ]
    )

    # A picture that came has a number beyond the twelfth, so it goes only once.
    assert answers == [1] * 24
    assert dict(Image.objects.values_list("pk", "sha256")) == before
    for group in (1, 2):
        images = Image.objects.in_group(group)
        assert [image.number for image in images] == list(range(13, 25))
        assert len({image.position for image in images}) == 12


def test_moves_replacements_names_and_deletions_at_once_finish(added, picture):
    for _ in range(4):
        added(0, 1, 2, 3)
    stored = picture(0)
    rising, falling = (1, 2, 3, 4), (4, 3, 2, 1)

    answers = together(
        [
            lambda: images_move(numbers=dict.fromkeys(falling, [1]), group=2),
            lambda: images_move(numbers=dict.fromkeys(rising, [2]), group=3),
            lambda: images_move(numbers=dict.fromkeys(rising, [1, 2]), group=None),
            lambda: images_replace(numbers=dict.fromkeys(falling, [4]), image=stored),
            lambda: images_rename(names=dict.fromkeys(falling, {4: ("x", "y")})),
            lambda: images_delete(numbers=dict.fromkeys(rising, [3])),
        ]
    )

    moved, others = answers[:3], answers[3:]
    assert all(isinstance(answer, int) for answer in moved)
    assert others == [4, 4, 4]
    assert Image.objects.count() == 12
    assert rows_without_files() == []


def test_parallel_adoptions_into_a_new_group_make_one(picture):
    calls = [
        partial(image_adopt, group=3, number=number, image=picture(number))
        for number in range(1, ROUNDS + 1)
    ]
    together(calls)
    assert Group.objects.get().number == 3
    images = Image.objects.in_group(3)
    assert list(images.values_list("number", flat=True)) == [*range(1, ROUNDS + 1)]


def test_parallel_adoptions_under_one_number_get_one_each(picture, stored_files):
    calls = [
        partial(image_adopt, group=1, number=1, image=picture(index))
        for index in range(ROUNDS)
    ]
    together(calls)
    numbers = Image.objects.in_group(1).values_list("number", flat=True)
    assert list(numbers) == [*range(1, ROUNDS + 1)]
    assert stored_files() == named_files()


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
