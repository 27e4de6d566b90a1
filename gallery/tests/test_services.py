"""What is written, numbered and answered; races are in test_concurrency."""

import pytest
from django.core.files.storage import default_storage

from gallery.exceptions import FileVanished, GroupUnknown, ImageUnknown
from gallery.models import CAPTION_LENGTH, TITLE_LENGTH, Group, Image
from gallery.services import (
    discard,
    group_delete,
    group_update,
    image_update,
    images_add,
    images_delete,
    images_place,
)

pytestmark = pytest.mark.django_db

BEYOND = 10**40


def numbers(group: int) -> list[int]:
    """Of its images, in the order in which they are shown."""
    return list(Image.objects.in_group(group).values_list("number", flat=True))


# --- Adding -----------------------------------------------------------------------


def test_pictures_make_a_new_group_in_the_order_given(picture, revision):
    before = revision()
    stored = [picture(2, folder_name="Alps", title="Snow"), picture(1)]

    images = images_add(group=None, images=stored)

    assert [image.name for image in images] == ["2.png", "1.png"]
    assert [(image.number, image.position) for image in images] == [(1, 1), (2, 2)]
    row = Image.objects.get(pk=images[0].pk)
    assert (row.title, row.folder_name) == ("Snow", "Alps")
    assert (row.original.name, row.thumbnail.name, row.preview.name) == stored[0].files
    assert (row.width, row.height, row.size) == (42, 30, stored[0].size)
    assert (row.content_type, row.sha256) == ("image/png", stored[0].sha256)
    assert revision() == before + 1


def test_each_new_group_has_the_next_number(added):
    assert [added(0)[0].group.number for _ in range(3)] == [1, 2, 3]


def test_a_number_continues_that_group_at_its_end(added):
    added(0, 1)
    [third] = added(2, group=1)
    assert (third.group.number, third.number, third.position) == (1, 3, 3)


def test_a_number_of_an_image_is_never_given_out_twice(added):
    added(0, 1)
    images_delete(numbers={1: [2]})
    assert added(2, group=1)[0].number == 3


def test_an_emptied_group_is_filled_again_with_new_numbers(added):
    added(0)
    images_delete(numbers={1: [1]})
    assert added(1, group=1)[0].number == 2


def test_a_number_of_a_group_is_never_given_out_twice(added):
    added(0)
    group_delete(groups=[1])
    assert added(0)[0].group.number == 2


@pytest.mark.parametrize("number", [-1, 0, 7, 2**63, BEYOND, -BEYOND])
def test_an_unknown_group_is_refused(picture, revision, number):
    before = revision()
    with pytest.raises(GroupUnknown, match="There is no group"):
        images_add(group=number, images=[picture()])
    assert not Image.objects.exists()
    assert revision() == before


def test_no_pictures_make_no_group(db, revision):
    before = revision()
    assert images_add(group=None, images=[]) == []
    assert not Group.objects.exists()
    assert revision() == before


def test_a_file_that_vanished_stops_all(picture, revision):
    good, gone = picture(0), picture(1)
    default_storage.delete(gone.preview)
    before = revision()

    with pytest.raises(FileVanished, match=r"1\.png"):
        images_add(group=None, images=[good, gone])

    assert not Image.objects.exists()
    assert not Group.objects.exists()
    assert revision() == before


@pytest.mark.django_db(transaction=True)
def test_a_failed_add_removes_its_files_and_gives_the_number_back(
    picture, added, stored_files
):
    good, gone = picture(0), picture(1)
    default_storage.delete(gone.preview)

    with pytest.raises(FileVanished):
        images_add(group=None, images=[good, gone])

    assert stored_files() == []
    assert added(2)[0].group.number == 1


@pytest.mark.django_db(transaction=True)
def test_a_failed_add_leaves_files_that_other_pictures_have(
    added, picture, stored_files
):
    added(0)
    kept = stored_files()

    with pytest.raises(GroupUnknown):
        images_add(group=99, images=[picture(0), picture(1)])

    assert stored_files() == kept


def test_discarding_removes_files_without_rows_only(added, picture, stored_files):
    added(0)
    kept = stored_files()
    discard(image for image in [picture(0), picture(1)])
    assert stored_files() == kept


def test_an_add_of_many_takes_as_many_queries_as_one(
    picture, added, django_assert_num_queries
):
    added(0)
    for count in (1, 10):
        stored = [picture(index) for index in range(count)]
        # Savepoint and release; the group's counter (2), group, last position,
        # images, next number, revision (2), front, its block (2), the rows.
        with django_assert_num_queries(14):
            images_add(group=None, images=stored)


# --- Deleting ---------------------------------------------------------------------


def test_images_are_deleted_by_group_and_number(added, revision):
    added(0, 1, 2)
    added(3, 4)
    before = revision()

    assert images_delete(numbers={1: [1, 3], 2: [2]}) == 3

    assert (numbers(1), numbers(2)) == ([2], [1])
    assert revision() == before + 1


def test_an_emptied_group_stays(added):
    added(0)
    images_delete(numbers={1: [1]})
    assert Group.objects.get().images.count() == 0


def test_unknown_numbers_are_passed_over(added, revision):
    added(0)
    before = revision()
    unknown = {1: [0, -1, 2, BEYOND], 9: [1], BEYOND: [1], -BEYOND: [1], 2**63: [1]}

    assert images_delete(numbers=unknown) == 0
    assert numbers(1) == [1]
    assert revision() == before
    assert images_delete(numbers={**unknown, 1: [BEYOND, 1, 1]}) == 1


def test_no_numbers_delete_nothing(db, revision):
    before = revision()
    assert images_delete(numbers={}) == 0
    assert images_delete(numbers={1: []}) == 0
    assert revision() == before


def test_more_numbers_than_a_statement_takes_are_no_trouble(added):
    added(0)
    many = {number: [1] for number in range(1, 40_001)}
    assert images_delete(numbers=many) == 1


def test_a_deleted_cover_leaves_the_group_with_none(added):
    added(0, 1)
    group_update(group=1, cover=2)
    images_delete(numbers={1: [2]})
    assert Group.objects.get().cover is None


def test_groups_are_deleted_with_their_images(added, revision):
    added(0, 1)
    added(2)
    group_update(group=1, cover=2)
    before = revision()

    assert group_delete(groups=[1, 9, BEYOND]) == 1

    assert list(Group.objects.values_list("number", flat=True)) == [2]
    assert Image.objects.count() == 1
    assert revision() == before + 1


def test_unknown_groups_delete_nothing(db, revision):
    before = revision()
    assert group_delete(groups=[1, BEYOND]) == 0
    assert revision() == before


# --- Changing ---------------------------------------------------------------------


def test_a_title_is_set_and_nothing_else(added, revision):
    added(0, 1)
    group_update(group=1, cover=2)
    before = revision()

    group_update(group=1, title="Alps")

    group = Group.objects.get()
    assert (group.title, group.cover.number) == ("Alps", 2)
    assert revision() == before + 1


def test_a_cover_is_set_and_taken_away(added):
    added(0, 1)
    group_update(group=1, title="Alps")
    group_update(group=1, cover=2)
    assert Group.objects.get().cover.number == 2
    group_update(group=1, cover=None)
    group = Group.objects.get()
    assert (group.cover, group.title) == (None, "Alps")


@pytest.mark.parametrize("cover", [0, 3, BEYOND])
def test_a_cover_is_a_picture_of_the_group(added, revision, cover):
    added(0)
    added(0, 1, 2)
    before = revision()
    with pytest.raises(ImageUnknown, match="in group 1"):
        group_update(group=1, cover=cover)
    assert revision() == before


def test_an_image_gets_a_title(added, revision):
    added(0, 1)
    before = revision()
    image_update(group=1, image=2, title="Snow\0" + "x" * 300)
    first, second = Image.objects.in_group(1)
    assert first.title == ""
    assert second.title == ("Snow�" + "x" * 300)[:TITLE_LENGTH]
    assert revision() == before + 1


def test_an_image_gets_a_caption_of_one_line(added, revision):
    [image] = added(0)
    image_update(group=1, image=1, title="Snow")
    before = revision()
    image_update(group=1, image=1, caption=" Seen from\r\n the hut.\n" + "x" * 1000)
    image.refresh_from_db()
    assert image.title == "Snow"
    assert image.caption == ("Seen from the hut. " + "x" * 1000)[:CAPTION_LENGTH]
    assert revision() == before + 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: group_update(group=5, title="x"),
        lambda: image_update(group=5, image=1, title="x"),
        lambda: images_place(group=5, numbers=[1], before=None),
        lambda: group_update(group=BEYOND, cover=None),
    ],
)
def test_changes_of_unknown_groups_are_refused(db, revision, change):
    before = revision()
    with pytest.raises(GroupUnknown):
        change()
    assert revision() == before


def test_changes_of_unknown_images_are_refused(added):
    added(0)
    with pytest.raises(ImageUnknown, match="no picture 2 in group 1"):
        image_update(group=1, image=2, title="x")
