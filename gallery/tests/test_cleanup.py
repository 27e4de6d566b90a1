"""Files go with the last row that names them, and not before it is gone for good."""

import logging

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from gallery import cleanup
from gallery.models import Image
from gallery.querysets import CHUNK
from gallery.services import group_delete, images_add, images_delete

pytestmark = pytest.mark.django_db


def test_files_are_there_before_the_commit_and_gone_after(
    added, stored_files, django_capture_on_commit_callbacks
):
    added(0)
    with django_capture_on_commit_callbacks() as callbacks:
        images_delete(numbers={1: [1]})
    assert len(stored_files()) == 3

    for callback in callbacks:
        callback()

    assert stored_files() == []


@pytest.mark.django_db(transaction=True)
def test_files_go_with_the_outermost_commit(added, stored_files):
    added(0)
    with transaction.atomic():
        images_delete(numbers={1: [1]})
        assert len(stored_files()) == 3
    assert stored_files() == []


@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_is_rolled_back_keeps_files_and_rows(added, stored_files):
    added(0)

    with transaction.atomic():
        images_delete(numbers={1: [1]})
        transaction.set_rollback(True)

    assert Image.objects.count() == 1
    assert len(stored_files()) == 3


def test_a_file_that_another_row_names_stays(
    added, stored_files, django_capture_on_commit_callbacks
):
    added(0)
    added(0)
    with django_capture_on_commit_callbacks(execute=True):
        images_delete(numbers={1: [1]})
    assert len(stored_files()) == 3

    with django_capture_on_commit_callbacks(execute=True):
        group_delete(groups=[2])
    assert stored_files() == []


def test_a_file_added_again_before_the_commit_stays(
    added, picture, stored_files, django_capture_on_commit_callbacks
):
    added(0)
    with django_capture_on_commit_callbacks(execute=True):
        images_delete(numbers={1: [1]})
        images_add(group=1, images=[picture(0)])
    assert len(stored_files()) == 3


def test_only_the_files_of_what_is_deleted_go(
    added, stored_files, django_capture_on_commit_callbacks
):
    kept, _ = added(0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        images_delete(numbers={1: [2]})
    names = (kept.original.name, kept.thumbnail.name, kept.preview.name)
    assert stored_files() == sorted(names)


def test_an_absent_file_is_no_matter(
    added, stored_files, django_capture_on_commit_callbacks
):
    [image] = added(0)
    default_storage.delete(image.preview.name)
    with django_capture_on_commit_callbacks(execute=True):
        images_delete(numbers={1: [1]})
    assert stored_files() == []


def test_a_file_that_cannot_be_removed_is_logged_and_holds_up_no_other(
    added, media, stored_files, caplog, django_capture_on_commit_callbacks
):
    [image] = added(0)
    stuck = media / image.original.name
    stuck.unlink()
    (stuck / "inside").mkdir(parents=True)

    with (
        caplog.at_level(logging.ERROR, logger="gallery"),
        django_capture_on_commit_callbacks(execute=True),
    ):
        images_delete(numbers={1: [1]})

    assert stored_files() == []
    assert stuck.is_dir()
    assert image.original.name in caplog.text


def test_many_files_are_looked_up_in_few_queries(db, django_assert_num_queries):
    names = [f"originals/{number}" for number in range(cleanup.BATCH)]
    # Savepoint and release, the lock, and one query for each field.
    with django_assert_num_queries(6):
        cleanup.remove_unnamed(names)


def test_a_chunk_that_follows_is_looked_up_too(added, stored_files):
    [image] = added(0)
    names = [f"aaa/{number}" for number in range(CHUNK)]
    cleanup.remove_unnamed([*names, image.original.name])
    assert len(stored_files()) == 3
