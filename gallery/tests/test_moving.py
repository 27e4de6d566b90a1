"""Images that are there move into other groups."""

import pytest
from django.db import transaction

from gallery.exceptions import GroupUnknown
from gallery.models import Group, Image
from gallery.services import (
    group_update,
    images_delete,
    images_move,
)
from gallery.tests.rows import (
    BEYOND,
    UNKNOWN,
    standing,
)

pytestmark = pytest.mark.django_db


# --- Moving -----------------------------------------------------------------------


def test_images_move_to_the_end_in_their_order(added, revision):
    first = added(0, 1, 2)
    added(3, 4)
    added(5)
    before = revision()

    moved = images_move(numbers={2: [2, 1], 3: [1], 1: iter([3, 2])}, group=3)

    assert moved == 4
    assert standing(1) == [(1, 1, "0.png")]
    assert standing(2) == []
    assert standing(3) == [
        (1, 1, "5.png"),
        (2, 2, "1.png"),
        (3, 3, "2.png"),
        (4, 4, "3.png"),
        (5, 5, "4.png"),
    ]
    assert Image.objects.get(name="2.png").pk == first[2].pk
    assert revision() == before + 1


def test_the_order_is_that_of_positions(added):
    added(0, 1)
    added(2)
    Image.objects.filter(name="0.png").update(position=7)
    images_move(numbers={1: [1, 2]}, group=2)
    assert [name for _, _, name in standing(2)] == ["2.png", "1.png", "0.png"]


def test_images_move_into_a_new_group(added):
    added(0, 1)
    assert images_move(numbers={1: [2]}, group=None, title=" Sea\0 ") == 1
    group = Group.objects.get(number=2)
    assert group.title == "Sea\N{REPLACEMENT CHARACTER}"
    assert standing(2) == [(1, 1, "1.png")]


def test_numbers_are_never_given_out_twice(added):
    added(0, 1)
    added(2)
    images_move(numbers={1: [2]}, group=2)
    images_move(numbers={2: [2]}, group=1)
    added(3, group=2)

    assert [number for number, *_ in standing(1)] == [1, 3]
    assert [number for number, *_ in standing(2)] == [1, 3]
    images_delete(numbers={2: [3]})
    images_move(numbers={1: [1]}, group=2)
    assert [number for number, *_ in standing(2)] == [1, 4]


def test_a_cover_that_goes_leaves_its_group_with_none(added):
    added(0, 1)
    added(2, 3)
    group_update(group=1, cover=2)
    group_update(group=2, cover=1)

    images_move(numbers={1: [2]}, group=2)

    assert Group.objects.get(number=1).cover is None
    assert Group.objects.get(number=2).cover.name == "2.png"


def test_a_cover_stays_when_others_go(added):
    added(0, 1)
    group_update(group=1, cover=1)
    images_move(numbers={1: [2]}, group=None)
    assert Group.objects.get(number=1).cover.number == 1


def test_where_nothing_moves_nothing_is_made(added, revision):
    added(0, 1)
    before, stand = revision(), standing(1)

    assert images_move(numbers=UNKNOWN, group=None) == 0
    assert images_move(numbers={1: [1]}, group=1) == 0
    assert images_move(numbers={}, group=1) == 0

    assert standing(1) == stand
    assert Group.objects.count() == 1
    assert revision() == before


@pytest.mark.parametrize("group", [0, -1, 9, 2**63, BEYOND])
def test_an_unknown_target_is_refused(added, group, revision):
    added(0)
    before = revision()
    with pytest.raises(GroupUnknown, match="There is no group"):
        images_move(numbers={1: [1]}, group=group)
    assert standing(1) == [(1, 1, "0.png")]
    assert revision() == before


@pytest.mark.django_db(transaction=True)
def test_a_move_that_is_rolled_back_leaves_all(added, stored_files):
    added(0, 1)
    files = stored_files()
    with transaction.atomic():
        images_move(numbers={1: [1]}, group=None)
        transaction.set_rollback(True)

    assert [number for number, *_ in standing(1)] == [1, 2]
    assert stored_files() == files
    assert added(2)[0].group.number == 2
