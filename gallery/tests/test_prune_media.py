"""Files that no row names go when they are old enough, and no others."""

import json
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import transaction

from gallery import pruning
from gallery.exceptions import FileVanished
from gallery.models import Image
from gallery.services import images_add, picture_store
from gallery.tests.commands import aged, put, run
from gallery.tests.rows import named_files, rows_without_files
from gallery.tests.test_concurrency import together

pytestmark = pytest.mark.django_db


def test_old_files_without_rows_go(added, media, stored_files):
    [image] = added(0)
    for name in image.files:
        aged(media / name, 99)
    put(media / "originals/ab/left.jpg", hours=25)
    put(media / "thumbnails/ab/left-1.webp", hours=25)
    put(media / "previews/left.webp", hours=25)
    put(media / "originals/ab/deeper/left.jpg", hours=25)

    assert run("prune_media").lines == ["Removed: 4 files, 16\xa0bytes."]

    assert stored_files() == named_files()
    assert run("prune_media").lines == ["Removed: 0 files, 0\xa0bytes."]


def test_young_files_stay(media, stored_files, db):
    put(media / "originals/ab/young.jpg", hours=23)
    old = put(media / "originals/ab/old.jpg", hours=25)

    run("prune_media")
    assert not old.exists()
    assert stored_files() == ["originals/ab/young.jpg"]

    run("prune_media", "--hours", "24")
    assert stored_files() == ["originals/ab/young.jpg"]
    run("prune_media", "--hours", "22")
    assert stored_files() == []


def test_no_hours_take_everything(media, stored_files):
    put(media / "originals/ab/new.jpg", hours=-1)
    run("prune_media", "--hours", "0")
    assert stored_files() == []


def test_interrupted_drafts_go_likewise(media, stored_files):
    put(media / "originals/ab/.tmpold", hours=25)
    put(media / "originals/ab/.tmpyoung", hours=1)
    run("prune_media")
    assert stored_files() == ["originals/ab/.tmpyoung"]


def test_other_folders_are_let_be(media, stored_files):
    put(media / "mine/notes.txt", hours=99)
    put(media / "notes.txt", hours=99)
    assert run("prune_media").lines == ["Removed: 0 files, 0\xa0bytes."]
    assert stored_files() == ["mine/notes.txt", "notes.txt"]


def test_a_dry_run_lists_and_removes_nothing(media, stored_files):
    put(media / "originals/ab/left.jpg", hours=25, content=b"x" * 2048)
    kept = stored_files()

    assert run("prune_media", "--dry-run").lines == [
        "originals/ab/left.jpg (2,048 bytes)",
        "To be removed: 1 file, 2.0\xa0KB.",
    ]
    assert stored_files() == kept


@pytest.mark.parametrize("dry", [True, False])
def test_machines_get_one_object(media, dry):
    put(media / "originals/ab/left.jpg", hours=25)
    answer = run("prune_media", "--json", *["--dry-run"] * dry)
    assert [json.loads(line) for line in answer.lines] == [
        {
            "dry_run": dry,
            "files": ["originals/ab/left.jpg"],
            "bytes": 4,
            "failed": [],
        }
    ]


def test_a_name_that_is_no_text_is_no_trouble(media, stored_files):
    path = media / "originals/ab" / b"\xff\n.jpg".decode(errors="surrogateescape")
    put(path, hours=25)
    assert "\\udcff" in run("prune_media", "--dry-run").lines[0]
    json.loads(run("prune_media", "--dry-run", "--json").lines[0])
    run("prune_media")
    assert stored_files() == []


def test_more_files_than_a_batch_all_go(media, stored_files):
    for number in range(2 * pruning.BATCH + 1):
        put(media / f"originals/ab/{number}.jpg", hours=25)
    count = 2 * pruning.BATCH + 1
    assert run("prune_media").lines[0].startswith(f"Removed: {count} files")
    assert stored_files() == []


def test_what_cannot_be_removed_is_named(media, stored_files, storage):
    storage("gallery.tests.commands.Stubborn")
    put(media / "originals/ab/stuck.jpg", hours=25)
    put(media / "originals/cd/loose.jpg", hours=25)
    answer = run("prune_media")

    assert stored_files() == ["originals/ab/stuck.jpg"]
    assert answer.lines == [
        "originals/ab/stuck.jpg (4 bytes)",
        "Removed: 1 file, 4\xa0bytes.",
    ]
    assert (answer.error, answer.status) == ("Files that could not be removed: 1.", 1)
    machine = json.loads(run("prune_media", "--json").lines[0])
    assert machine["failed"] == ["originals/ab/stuck.jpg"]


def test_a_storage_that_cannot_be_listed_is_said(media):
    put(media / "originals")
    assert run("prune_media").error.startswith("originals cannot be listed")


def test_any_storage_will_do(added, storage):
    storage("django.core.files.storage.InMemoryStorage")
    assert run("prune_media", "--hours", "0").lines[0].startswith("Removed: 0 files")
    [image] = added(0)
    default_storage.save("previews/ab/left.webp", ContentFile(b"1234"))

    run("prune_media")
    assert default_storage.exists("previews/ab/left.webp")
    run("prune_media", "--hours", "0")
    assert not default_storage.exists("previews/ab/left.webp")
    assert all(map(default_storage.exists, image.files))


@pytest.mark.parametrize("hours", ["-1", "x", "1.5", "9" * 40, ""])
def test_odd_hours_are_refused(hours):
    with pytest.raises(CommandError, match="whole hours"):
        call_command("prune_media", f"--hours={hours}")


# --- A picture that comes meanwhile -----------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_an_add_that_is_about_to_commit(picture, media, stored_files):
    stored = picture(0)
    for name in stored.files:
        aged(media / name, 25)
    added_not_committed = Barrier(2, timeout=10)

    def add():
        with transaction.atomic():
            images_add(group=None, images=[stored])
            added_not_committed.wait()

    def prune():
        added_not_committed.wait()
        return pruning.prune(hours=24).removed

    assert together([add, prune]) == [None, []]
    assert rows_without_files() == []
    assert stored_files() == named_files()


@pytest.mark.django_db(transaction=True)
def test_an_add_between_list_and_removal_keeps_its_files(picture, media, stored_files):
    stored = picture(0)
    for name in stored.files:
        aged(media / name, 25)

    def meanwhile(steps, total):
        yield from steps
        images_add(group=None, images=[stored])

    assert pruning.prune(hours=24, progress=meanwhile).removed == []
    assert stored_files() == named_files()
    assert rows_without_files() == []


@pytest.mark.django_db(transaction=True)
def test_adds_of_the_same_content_at_the_same_time_lose_nothing(
    picture_file, stored_files
):
    path = picture_file()

    def add():
        for _ in range(8):
            try:
                stored = picture_store(path=path, name="a.png")
                images_add(group=None, images=[stored])
            except FileVanished:
                continue  # what it is for; storing again helps
            Image.objects.all().delete()

    def prune():
        for _ in range(16):
            pruning.prune(hours=0)

    assert together([add, prune, prune]) == [None] * 3
    stored = picture_store(path=path, name="a.png")
    images_add(group=None, images=[stored])
    assert rows_without_files() == []
    assert stored_files() == named_files()
