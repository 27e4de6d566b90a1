"""Pictures that come with the numbers they had elsewhere."""

import pytest

from gallery.exceptions import FileVanished
from gallery.models import Counter, Group, Image
from gallery.services import (
    group_numbers_reserve,
    image_adopt,
    images_add,
    images_delete,
)

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(group: int) -> list[int]:
    return list(Image.objects.in_group(group).values_list("number", flat=True))


def test_numbers_are_kept_and_gaps_with_them(picture):
    image_adopt(group=7, number=9, image=picture(0), title="Alps")
    image_adopt(group=7, number=2, image=picture(1), title="another")

    assert Group.objects.get().title == "Alps"
    assert numbers(7) == [2, 9]
    [new] = images_add(group=7, images=[picture(2)])
    assert new.number == 10


def test_a_new_group_gets_a_number_above_those_adopted_or_reserved(picture, added):
    image_adopt(group=7, number=1, image=picture(0))
    assert added(1)[0].group.number == 8
    group_numbers_reserve(up_to=20)
    group_numbers_reserve(up_to=3)
    assert added(2)[0].group.number == 21


def test_the_same_content_under_its_number_is_one_picture(picture, revision):
    first = image_adopt(group=1, number=1, image=picture(0))
    before = revision()
    assert image_adopt(group=1, number=1, image=picture(0)) == first
    assert Image.objects.count() == 1
    assert revision() == before


def test_who_finds_another_under_its_number_gets_a_free_one(picture):
    image_adopt(group=1, number=1, image=picture(0), spoken_for=5)
    other = image_adopt(group=1, number=1, image=picture(1), spoken_for=5)
    assert other.number == 6
    image_adopt(group=1, number=5, image=picture(2), spoken_for=5)
    assert numbers(1) == [1, 5, 6]


def test_who_has_no_number_gets_a_free_one(picture):
    assert image_adopt(group=1, number=None, image=picture(0), spoken_for=3).number == 4


def test_the_number_of_a_deleted_picture_can_be_taken_over(picture, added):
    added(0, 1)
    images_delete(numbers={1: [1]})
    assert image_adopt(group=1, number=1, image=picture(2)).number == 1


def test_every_adoption_raises_the_revision(picture, revision):
    before = revision()
    image_adopt(group=1, number=1, image=picture(0))
    assert revision() == before + 1


def test_a_vanished_file_undoes_all_of_it(picture, media, stored_files):
    new = picture(0)
    (media / new.preview).unlink()
    with pytest.raises(FileVanished):
        image_adopt(group=4, number=1, image=new)
    assert not Group.objects.exists()
    assert Counter.read(Counter.GROUP) == 0
    assert stored_files() == []
