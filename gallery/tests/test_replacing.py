"""Images that are there take other contents."""

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from gallery.exceptions import FileVanished
from gallery.models import Group, Image
from gallery.services import (
    group_update,
    image_update,
    images_add,
    images_rename,
    images_replace,
)
from gallery.tests.rows import (
    UNKNOWN,
    named_files,
    rows_without_files,
)

pytestmark = pytest.mark.django_db


# --- Replacing --------------------------------------------------------------------


def test_content_is_replaced_and_all_else_stays(added, picture, revision):
    added(0, 1)
    image_update(group=1, image=2, title="Snow")
    images_rename(names={1: {2: ("b.png", "Alps")}})
    group_update(group=1, cover=2)
    old, new = Image.objects.get(number=2), picture(5, title="x", folder_name="y")
    before = revision()

    assert images_replace(numbers={1: [2]}, image=new) == 1

    row = Image.objects.get(number=2)
    assert (row.name, row.sha256, row.files) == ("5.png", new.sha256, new.files)
    assert (row.width, row.height, row.size) == (45, 30, new.size)
    assert row.content_type == "image/png"
    kept = ("pk", "group_id", "position", "created", "title", "folder_name")
    assert [getattr(row, key) for key in kept] == [getattr(old, key) for key in kept]
    assert (row.title, row.folder_name) == ("Snow", "Alps")
    assert Group.objects.get().cover == row
    assert Image.objects.get(number=1).name == "0.png"
    assert revision() == before + 1


@pytest.mark.django_db(transaction=True)
def test_old_files_go_unless_others_name_them(added, picture, stored_files):
    added(0, 1)
    added(1)
    images_replace(numbers={1: iter([1, 2])}, image=picture(5))

    assert stored_files() == named_files()
    assert len(stored_files()) == 6
    assert rows_without_files() == []


@pytest.mark.django_db(transaction=True)
def test_replacing_by_the_same_content_keeps_the_files(added, picture, stored_files):
    added(0)
    assert images_replace(numbers={1: [1]}, image=picture(0, name="b.png")) == 1
    assert Image.objects.get().name == "b.png"
    assert stored_files() == named_files()


@pytest.mark.django_db(transaction=True)
def test_where_nothing_is_replaced_the_new_files_go(
    added, picture, stored_files, revision
):
    added(0)
    kept, before = stored_files(), revision()
    assert images_replace(numbers=UNKNOWN, image=picture(5)) == 0
    assert stored_files() == kept
    assert revision() == before


@pytest.mark.django_db(transaction=True)
def test_what_was_not_replaced_may_be_added_instead(added, picture, stored_files):
    new = picture(5)
    with transaction.atomic():
        assert images_replace(numbers={1: [1]}, image=new) == 0
        images_add(group=None, images=[new])
    assert stored_files() == named_files()


@pytest.mark.django_db(transaction=True)
def test_a_vanished_file_leaves_the_old_picture(added, picture, stored_files, revision):
    added(0)
    kept, new, before = stored_files(), picture(5), revision()
    default_storage.delete(new.preview)

    with pytest.raises(FileVanished, match=r"5\.png"):
        images_replace(numbers={1: [1]}, image=new)

    assert stored_files() == kept == named_files()
    assert revision() == before


@pytest.mark.django_db(transaction=True)
def test_within_a_callers_transaction_the_files_are_left_to_him(
    added, picture, stored_files
):
    added(0)
    new = picture(5)
    default_storage.delete(new.preview)

    with pytest.raises(FileVanished), transaction.atomic():
        images_replace(numbers={1: [1]}, image=new)

    assert sorted({*named_files(), new.original, new.thumbnail}) == stored_files()


@pytest.mark.django_db(transaction=True)
def test_a_replacement_that_is_rolled_back_keeps_old_and_new_files(
    added, picture, stored_files
):
    [old] = added(0)
    new = picture(5)

    with transaction.atomic():
        images_replace(numbers={1: [1]}, image=new)
        transaction.set_rollback(True)

    assert Image.objects.get().files == old.files
    assert stored_files() == sorted([*old.files, *new.files])
