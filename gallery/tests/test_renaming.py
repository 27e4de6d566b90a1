"""Images that are there take other names."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery.models import NAME_LENGTH, Image
from gallery.querysets import CHUNK
from gallery.services import (
    images_add,
    images_rename,
)
from gallery.tests.rows import (
    UNKNOWN,
    standing,
)

pytestmark = pytest.mark.django_db


# --- Renaming ---------------------------------------------------------------------


def test_what_differs_is_renamed_and_counted(added, revision):
    added(0, 1)
    added(2)
    before = revision()

    names = {1: {1: ("0.png", ""), 2: ("b.png", "Alps")}, 2: {1: ("2.png", "Sea")}}
    assert images_rename(names=names) == 2
    assert revision() == before + 1

    found = Image.objects.by_group().values_list("name", "folder_name", "title")
    assert list(found) == [
        ("0.png", "", ""),
        ("b.png", "Alps", ""),
        ("2.png", "Sea", ""),
    ]
    assert images_rename(names=names) == 0
    assert revision() == before + 1


def test_names_are_cleaned(added):
    added(0)
    names = {1: {1: ("a\0" + "x" * 300 + ".png", " Alps\n ")}}
    assert images_rename(names=names) == 1
    image = Image.objects.get()
    assert image.name == "a\N{REPLACEMENT CHARACTER}" + "x" * 249 + ".png"
    assert len(image.name) == NAME_LENGTH
    assert image.folder_name == "Alps\N{REPLACEMENT CHARACTER}"
    assert images_rename(names=names) == 0


def test_a_name_is_never_empty(added):
    added(0)
    images_rename(names={1: {1: (" ", "")}})
    assert Image.objects.get().name == "picture"


def test_unknown_numbers_are_not_renamed(added, revision):
    added(0)
    before = revision()
    names = {group: dict.fromkeys(its, ("x", "y")) for group, its in UNKNOWN.items()}
    assert images_rename(names=names) == 0
    assert images_rename(names={}) == 0
    assert revision() == before


def test_thousands_are_renamed_in_few_queries(picture):
    many = 4 * CHUNK
    images_add(group=None, images=[picture()] * many)
    names = {1: {number: (f"{number}.jpg", "") for number in range(1, many + 1)}}

    with CaptureQueriesContext(connection) as queries:
        assert images_rename(names=names) == many

    # Savepoint and release of the service and of the update, the group, its images,
    # the revision (2), and an update for each chunk, which SQLite halves.
    assert len(queries) <= 8 + 2 * 4
    assert all(f"{number}.jpg" == name for number, _, name in standing(1))
