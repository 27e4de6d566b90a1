"""Variants that are missing or of an older recipe are made anew."""

import json
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from gallery import files, rebuilding
from gallery.models import Image
from gallery.tests import samples
from gallery.tests.commands import run
from gallery.tests.rows import named_files, rows_without_files

pytestmark = pytest.mark.django_db

NOTHING = ["Made anew: the variants of 0 pictures."]


@pytest.mark.parametrize("lost", [["thumbnail"], ["preview"], ["thumbnail", "preview"]])
def test_what_is_missing_is_made_anew(added, revision, lost):
    first, second = added(0, 1)
    names = [getattr(second, field).name for field in lost]
    content = [default_storage.open(name).read() for name in names]
    for name in names:
        default_storage.delete(name)
    before = revision()

    assert run("rebuild_variants").lines == ["Made anew: the variants of 1 picture."]

    assert [default_storage.open(name).read() for name in names] == content
    assert Image.objects.get(pk=second.pk).files == second.files
    assert revision() == before + 1


@pytest.mark.django_db(transaction=True)
def test_an_older_recipe_gives_way(added, stored_files, monkeypatch, revision):
    [old] = added(0)
    monkeypatch.setattr(files, "RECIPE", 2)
    before = revision()

    assert run("rebuild_variants").lines == ["Made anew: the variants of 1 picture."]

    new = Image.objects.get()
    assert new.original == old.original
    assert new.thumbnail.name == old.thumbnail.name.replace("-1.webp", "-2.webp")
    assert new.preview.name == old.preview.name.replace("-1.webp", "-2.webp")
    assert stored_files() == named_files()
    assert revision() == before + 1


def test_the_second_time_there_is_nothing_to_do(added, revision, monkeypatch):
    added(0, 1)
    assert run("rebuild_variants").lines == NOTHING
    monkeypatch.setattr(files, "RECIPE", 2)
    run("rebuild_variants")
    before = revision()

    assert run("rebuild_variants").lines == NOTHING
    assert revision() == before


@pytest.mark.django_db(transaction=True)
def test_pictures_that_share_an_original_are_made_once(added, monkeypatch, revision):
    added(0, 1)
    added(0)
    monkeypatch.setattr(files, "RECIPE", 2)
    before = revision()

    assert [made.images for made in rebuilding.rebuild()] == [2, 1]
    assert revision() == before + 2
    assert rows_without_files() == []


def test_a_dry_run_names_them_and_makes_nothing(added, stored_files, revision):
    first, _ = added(0, 1)
    default_storage.delete(first.preview.name)
    kept, before = stored_files(), revision()

    answer = run("rebuild_variants", "--dry-run")

    assert answer.lines == [
        "Group 1, picture 1 (0.png): to be made",
        "To be made: the variants of 1 picture.",
    ]
    assert (stored_files(), revision()) == (kept, before)


def damage(image: Image, how: str) -> str:
    """The reason that is given for it."""
    name = image.original.name
    if how == "missing":
        default_storage.delete(name)
        return "Its original is missing."
    Path(default_storage.path(name)).write_bytes(samples.png((7, 7)))
    return "Its original is damaged: the SHA-256 is another."


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_lost_original_is_named_and_the_rest_is_made(added, monkeypatch, how):
    first, second, third = added(0, 1, 2)
    monkeypatch.setattr(files, "RECIPE", 2)
    reason = damage(second, how)

    answer = run("rebuild_variants")

    assert answer.lines == [
        f"Group 1, picture 2 (1.png): {reason}",
        "Made anew: the variants of 2 pictures.",
    ]
    assert (answer.error, answer.status) == ("Pictures that could not be made: 1.", 1)
    assert Image.objects.get(pk=second.pk).files == second.files
    assert Image.objects.get(pk=third.pk).preview.name.endswith("-2.webp")


def test_an_original_beyond_todays_limits_is_named(added, settings):
    [image] = added(0)
    default_storage.delete(image.preview.name)
    settings.MAX_PICTURE_PIXELS = 10
    assert "too many pixels" in run("rebuild_variants").lines[0]


def test_an_original_that_cannot_be_read_is_named(added, storage):
    [image] = added(0)
    default_storage.delete(image.preview.name)
    stuck = image.original.name.replace("originals/", "originals/stuck")
    Image.objects.update(original=stuck)
    storage("gallery.tests.commands.Stubborn")
    answer = run("rebuild_variants")
    assert answer.lines[0] == "Group 1, picture 1 (0.png): Permission denied"
    assert answer.status == 1


def test_machines_get_one_object(added, monkeypatch):
    first, _ = added(0, 1)
    monkeypatch.setattr(files, "RECIPE", 2)
    damage(first, "missing")
    answer = run("rebuild_variants", "--json")
    failed = {"group": 1, "number": 1, "name": "0.png"}
    failed["reason"] = "Its original is missing."
    assert [json.loads(line) for line in answer.lines] == [
        {"dry_run": False, "images": 1, "failed": [failed]}
    ]
    assert answer.status == 1


def test_any_storage_will_do(added, storage):
    storage("django.core.files.storage.InMemoryStorage")
    [image] = added(0)
    default_storage.delete(image.thumbnail.name)
    run("rebuild_variants")
    assert default_storage.exists(image.thumbnail.name)
