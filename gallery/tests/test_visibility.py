"""What visitors see follows from the rows after every change, and costs the same in a
large gallery as in a small one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from gallery import visibility
from gallery.models import Block, Counter, Group, Image
from gallery.services import (
    group_delete,
    group_update,
    image_adopt,
    images_add,
    images_delete,
    images_move,
    images_place,
)
from gallery.tests.commands import run
from gallery.visibility import BLOCK, faults, page, publish_all

pytestmark = pytest.mark.django_db


def seen() -> list[tuple[int, str]]:
    """All pages: the groups' numbers and the names of the pictures that show them."""
    pages = -(-visibility.count() // 12)
    shown = [group for number in range(1, pages + 2) for group in page(number, 12)]
    return [(group.number, group.front.name) for group in shown]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: None, [(1, "0.png"), (2, "3.png")]),
        (lambda: images_delete(numbers={1: [1]}), [(1, "1.png"), (2, "3.png")]),
        (lambda: images_delete(numbers={1: [1, 2, 3]}), [(2, "3.png")]),
        (lambda: images_delete(numbers={1: [1, 2, 3], 2: [1]}), []),
        (
            lambda: images_place(group=1, numbers=[3], before=1),
            [(1, "2.png"), (2, "3.png")],
        ),
        (lambda: group_update(group=1, cover=2), [(1, "1.png"), (2, "3.png")]),
        (lambda: group_delete(groups=[1]), [(2, "3.png")]),
        (
            lambda: images_move(numbers={1: [1]}, group=2),
            [(1, "1.png"), (2, "3.png")],
        ),
        (
            lambda: images_move(numbers={2: [1]}, group=None),
            [(1, "0.png"), (3, "3.png")],
        ),
    ],
)
def test_what_visitors_see_follows_every_change(added, change, expected):
    added(0, 1, 2)
    added(3)
    change()
    assert seen() == expected
    assert faults() == []


def test_a_group_that_is_adopted_is_seen(picture):
    image_adopt(group=BLOCK + 3, number=7, image=picture(0))
    assert seen() == [(BLOCK + 3, "0.png")]
    assert faults() == []


def test_a_cover_that_goes_leaves_the_first(added):
    added(0, 1)
    group_update(group=1, cover=2)
    images_delete(numbers={1: [2]})
    assert seen() == [(1, "0.png")]


def test_an_emptied_group_is_seen_again_when_it_is_filled(added):
    added(0)
    images_delete(numbers={1: [1]})
    assert seen() == []
    added(1, group=1)
    assert seen() == [(1, "1.png")]


def test_what_is_rolled_back_was_never_seen(added, picture):
    added(0)
    stored = picture(1)

    @transaction.atomic
    def fail_in_the_end():
        images_add(group=None, images=[stored])
        images_delete(numbers={1: [1]})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_end()

    assert seen() == [(1, "0.png")]
    assert faults() == []


def test_pages_go_on_from_block_to_block(added, monkeypatch):
    monkeypatch.setattr(visibility, "BLOCK", 5)
    for _ in range(31):
        added(0)
    group_delete(groups=[1, 4, 5, 6, 7, 8, 9, 20])
    images_delete(numbers={30: [1]})
    left = [2, 3, *range(10, 20), *range(21, 30), 31]
    assert [number for number, _ in seen()] == left
    assert [group.number for group in page(2, 12)] == left[12:]


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_count_each_group_once(added, picture):
    for _ in range(6):
        added(0)
    stored = picture(1)

    def add_and_take_away(number):
        try:
            images_add(group=None, images=[stored])
            images_move(numbers={number: [1]}, group=None)
            group_delete(groups=[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add_and_take_away, range(1, 7)))

    assert faults() == []
    assert visibility.count() == len(seen()) == 12


# --- Wrong all the same ---------------------------------------------------------------


def test_rows_changed_past_the_services_are_found_and_mended(added):
    added(0, 1)
    added(2)
    Group.objects.filter(number=1).update(front=Image.objects.get(name="1.png"))
    Group.objects.filter(number=2).update(front=None)
    Block.objects.update(groups=7)

    found = run("check_gallery")
    assert found.lines == [
        f"{problem}. Run manage.py recount_groups."
        for problem in (
            "Group 1 is shown by another picture",
            "Group 2 is shown by another picture",
            f"The groups from 0 to {BLOCK - 1} are counted wrongly",
        )
    ]
    assert found.status == 1

    assert run("recount_groups").lines == ["Groups that visitors see: 2."]
    assert run("check_gallery").status == 0
    assert seen() == [(1, "0.png"), (2, "2.png")]


def test_mending_is_a_change_like_any_other(revision):
    before = revision()
    publish_all()
    assert revision() == before + 1


@pytest.mark.django_db(transaction=True)
def test_what_an_older_version_left_is_counted_when_migrating(added):
    added(0, 1)
    added(2)
    added(3)
    group_update(group=1, cover=2)
    images_delete(numbers={2: [1]})
    try:
        call_command("migrate", "gallery", "0002", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert seen() == [(1, "1.png"), (3, "3.png")]
    assert faults() == []


# --- Its cost -------------------------------------------------------------------------


def filled(groups: int, image: Image) -> None:
    """With copies of one image, one a group."""
    Group.objects.bulk_create(Group(number=number) for number in range(2, groups + 1))
    fields = {
        field.attname: getattr(image, field.attname)
        for field in Image._meta.concrete_fields
        if field.attname not in ("id", "group_id")
    }
    keys = Group.objects.exclude(number=1).values_list("pk", flat=True)
    Image.objects.bulk_create([Image(group_id=key, **fields) for key in keys], 500)
    publish_all()


def work(call: Callable) -> int:
    """Steps of the database: of SQLite's machine, or rows that MariaDB reads."""
    if connection.vendor == "sqlite":
        steps = []
        connection.connection.set_progress_handler(lambda: steps.append(1), 1)
        call()
        connection.connection.set_progress_handler(None, 1)
        return len(steps)
    before = _rows_read()
    call()
    return _rows_read() - before


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Handler_read%'")
        return sum(int(value) for _, value in cursor.fetchall())


def test_the_last_page_of_many_costs_what_that_of_few_does(added):
    [image] = added(0)
    filled(2 * BLOCK, image)
    first, last = work(lambda: page(1, 12)), work(lambda: page(2 * BLOCK // 12, 12))

    Group.objects.exclude(number=1).delete()
    filled(20 * BLOCK, image)

    # But for the blocks that are added up.
    assert work(lambda: page(1, 12)) < 1.5 * first + 20
    assert work(lambda: page(20 * BLOCK // 12, 12)) < 1.5 * last + 20


def test_a_new_group_costs_the_same_among_many(added, picture):
    [image] = added(0)
    filled(2 * BLOCK, image)
    Counter.objects.filter(name="group").update(value=100 * BLOCK)
    stored = picture(1)
    few = work(lambda: images_add(group=None, images=[stored]))

    Group.objects.exclude(number=1).delete()
    filled(20 * BLOCK, image)

    assert work(lambda: images_add(group=None, images=[stored])) < 1.5 * few


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_takes_two_queries(added, django_assert_num_queries, number):
    [image] = added(0)
    filled(2 * BLOCK, image)
    with django_assert_num_queries(2):
        assert len(page(number, 12)) == 12
