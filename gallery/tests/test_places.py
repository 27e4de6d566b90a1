"""In which order the pictures of a group stand."""

import pytest

from gallery.exceptions import ImageUnknown
from gallery.models import Image
from gallery.services import images_place

pytestmark = pytest.mark.django_db

BEYOND = 10**40


def numbers(group: int) -> list[int]:
    return [image.number for image in Image.objects.in_group(group)]


@pytest.mark.parametrize(
    ("placed", "before", "order"),
    [
        ([3, 9, 1, 3, BEYOND], 2, [3, 1, 2, 4]),
        ([4], 1, [4, 1, 2, 3]),
        ([1], 3, [2, 1, 3, 4]),
        ([2, 1], None, [3, 4, 2, 1]),
    ],
)
def test_images_are_placed_before_another_or_last(
    added, revision, placed, before, order
):
    added(0, 1, 2, 3)
    begun = revision()
    images_place(group=1, numbers=placed, before=before)
    assert numbers(1) == order
    assert revision() == begun + 1


@pytest.mark.parametrize("placed", [[], [2], [2, 3]])
def test_images_that_stand_where_they_should_change_nothing(added, revision, placed):
    added(0, 1, 2, 3)
    begun = revision()
    images_place(group=1, numbers=placed, before=4 if 3 in placed else 3)
    assert numbers(1) == [1, 2, 3, 4]
    assert revision() == begun


@pytest.mark.parametrize("before", [2, 9, BEYOND])
def test_images_are_placed_before_one_of_the_others_only(added, before):
    added(0, 1)
    with pytest.raises(ImageUnknown, match=f"no picture {before} in group 1"):
        images_place(group=1, numbers=[2], before=before)
    assert numbers(1) == [1, 2]


@pytest.mark.parametrize("placed", [[9], [BEYOND, 9]])
def test_images_that_are_gone_are_not_placed(added, placed):
    added(0, 1)
    with pytest.raises(ImageUnknown, match=f"no picture {placed[0]} in group 1"):
        images_place(group=1, numbers=placed, before=None)


def test_after_an_order_new_images_still_come_last(added):
    added(0, 1)
    images_place(group=1, numbers=[2], before=1)
    added(2, group=1)
    assert numbers(1) == [2, 1, 3]
