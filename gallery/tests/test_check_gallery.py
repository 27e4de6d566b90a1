"""Where rows and files disagree, a line says so and what to do."""

import json

import pytest
from django.core.files.storage import default_storage

from gallery import inspection
from gallery.inspection import PRUNE, REBUILD, RESTORE
from gallery.models import Image
from gallery.querysets import CHUNK
from gallery.services import images_add, images_delete
from gallery.tests.commands import put, run

pytestmark = pytest.mark.django_db


def test_where_all_is_well_it_says_so(added, db):
    for _ in range(2):
        answer = run("check_gallery", "--hashes", "--hours", "0")
        assert answer.lines == ["Pictures and files agree."]
        assert answer.status == 0
        added(0, 1)


@pytest.mark.parametrize(
    ("field", "advice"),
    [("original", RESTORE), ("thumbnail", REBUILD), ("preview", REBUILD)],
)
def test_a_missing_file_is_reported(added, field, advice):
    _, second = added(0, 1)
    name = getattr(second, field).name
    default_storage.delete(name)

    answer = run("check_gallery")

    expected = f"Group 1, picture 2 (1.png): {name} is missing. {advice}"
    assert answer.lines == [expected]
    assert (answer.error, answer.status) == ("Findings: 1.", 1)


def test_an_original_of_another_size_is_reported(added, media):
    [image] = added(0)
    (media / image.original.name).write_bytes(b"1234")
    [line] = run("check_gallery").lines
    assert f"has 4 bytes instead of {image.size:,}. {RESTORE}" in line


def test_other_contents_are_found_by_hashes_only(added, media):
    [image] = added(0)
    path = media / image.original.name
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    assert run("check_gallery").status == 0
    [line] = run("check_gallery", "--hashes").lines
    assert "SHA-256 differs" in line
    assert line.endswith(RESTORE)


def test_files_without_rows_are_reported_when_they_are_old(added, media):
    added(0)
    put(media / "previews/ab/old.webp", hours=25)
    put(media / "originals/ab/.draft", hours=23)
    old = f"previews/ab/old.webp (4 bytes) belongs to no picture. {PRUNE}"
    young = f"originals/ab/.draft (4 bytes) belongs to no picture. {PRUNE}"

    assert run("check_gallery").lines == [old]
    assert run("check_gallery", "--hours", "26").status == 0
    assert run("check_gallery", "--hours", "0").lines == [young, old]


def test_a_file_that_cannot_be_read_is_reported(added, media, storage):
    [image] = added(0)
    stuck = put(media / "originals/ab/stuck.png", content=b"x" * image.size)
    Image.objects.update(original=str(stuck.relative_to(media)))
    storage("gallery.tests.commands.Stubborn")
    [line] = run("check_gallery", "--hashes").lines
    assert "stuck.png cannot be read (Permission denied)" in line


def test_rows_that_name_no_file_or_an_odd_one_are_reported(added):
    added(0, 1)
    Image.objects.filter(number=1).update(preview="")
    Image.objects.filter(number=2).update(preview="../out.webp")
    first, second = run("check_gallery").lines
    assert "The preview is missing" in first
    assert "../out.webp cannot be read" in second


def test_machines_get_one_object(added, media):
    [image] = added(0)
    default_storage.delete(image.preview.name)
    put(media / "previews/ab/old.webp", hours=25)

    answer = run("check_gallery", "--json")

    [line] = answer.lines
    missing, loose = json.loads(line)["findings"]
    assert missing == {
        "file": image.preview.name,
        "problem": "is missing",
        "advice": REBUILD,
        "group": 1,
        "number": 1,
        "name": "0.png",
    }
    assert (loose["file"], loose["group"]) == ("previews/ab/old.webp", None)
    assert answer.status == 1


def test_a_storage_that_cannot_be_listed_is_said(media, db):
    put(media / "originals")
    assert run("check_gallery").error.startswith("originals cannot be listed")


def test_any_storage_will_do(added, storage):
    storage("django.core.files.storage.InMemoryStorage")
    assert run("check_gallery").status == 0
    added(0)
    assert run("check_gallery", "--hashes", "--hours", "0").status == 0


def test_a_picture_deleted_meanwhile_is_no_finding(added):
    added(0, 1)

    def meanwhile(steps, total):
        for step in steps:
            if isinstance(step, Image):
                images_delete(numbers={1: [step.number]})
                for name in step.files:
                    default_storage.delete(name)
            yield step

    assert list(inspection.inspect(hours=24, progress=meanwhile)) == []


def test_many_rows_are_read_some_at_a_time(picture, django_assert_num_queries):
    images_add(group=None, images=[picture()] * (2 * CHUNK + 1))
    # What visitors see; their number, three chunks, the end; the files that are named.
    with django_assert_num_queries(6 + 5 + 9):
        assert list(inspection.inspect(hours=0)) == []
