"""From a file to the three files of a picture."""

import hashlib
from dataclasses import FrozenInstanceError

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from gallery.exceptions import VariantError
from gallery.files import clean_text, picture_store
from gallery.models import NAME_LENGTH
from gallery.tests import samples

pytestmark = pytest.mark.django_db


def test_three_files_are_stored_by_the_hash_of_their_content(
    picture_file, stored_files
):
    content = samples.jpeg()
    sha256 = hashlib.sha256(content).hexdigest()

    image = picture_store(path=picture_file(content), name="A.JPG")

    assert image.sha256 == sha256
    assert image.files == (
        f"originals/{sha256[:2]}/{sha256}.jpg",
        f"thumbnails/{sha256[:2]}/{sha256}-1.webp",
        f"previews/{sha256[:2]}/{sha256}-1.webp",
    )
    assert stored_files() == sorted(image.files)


def test_the_original_is_kept_byte_for_byte(picture_file):
    content = samples.with_secrets()
    image = picture_store(path=picture_file(content), name="a.jpg")
    assert default_storage.open(image.original).read() == content


def test_it_says_all_that_a_row_needs(picture_file):
    content = samples.turned(6, size=(30, 40))

    image = picture_store(
        path=picture_file(content), name="a.png", folder_name="Alps", title="Snow"
    )

    assert (image.name, image.folder_name, image.title) == ("a.png", "Alps", "Snow")
    assert (image.width, image.height, image.size) == (30, 40, len(content))
    assert image.content_type == "image/jpeg"
    with pytest.raises(FrozenInstanceError):
        image.name = "b.png"


def test_the_same_picture_twice_has_the_same_files(picture_file, stored_files):
    first = picture_store(path=picture_file(), name="a.png")
    second = picture_store(path=picture_file(), name="b.png")

    assert first.files == second.files
    assert len(stored_files()) == 3


@pytest.mark.parametrize("kind", samples.NO_PICTURES)
def test_nothing_is_stored_of_what_is_no_good_picture(kind, picture_file, stored_files):
    path = picture_file(samples.NO_PICTURES[kind]())
    with pytest.raises(VariantError):
        picture_store(path=path, name="a.jpg")
    assert stored_files() == []


def test_limits_come_from_the_settings(settings, picture_file, stored_files):
    settings.MAX_PICTURE_PIXELS = 10
    with pytest.raises(VariantError, match="pixels"):
        picture_store(path=picture_file(), name="a.png")
    settings.MAX_PICTURE_BYTES = 10
    with pytest.raises(VariantError, match="too large"):
        picture_store(path=picture_file(), name="a.png")
    assert stored_files() == []


def test_a_storage_that_fails_midway_keeps_nothing(picture_file, media, stored_files):
    """Previews can't be written: a file stands where their folder should."""
    (media / "previews").write_bytes(b"")
    with pytest.raises(OSError):  # noqa: PT011
        picture_store(path=picture_file(), name="a.png")
    assert stored_files() == ["previews"]


def test_a_storage_that_fails_midway_keeps_what_another_picture_has(
    added, picture_file, media, stored_files
):
    [image] = added(0)
    (media / image.preview.name).unlink()
    (media / image.preview.name).mkdir()
    with pytest.raises(OSError):  # noqa: PT011
        picture_store(path=picture_file(samples.png((40, 30))), name="a.png")
    assert image.original.name in stored_files()


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plain.jpg", "plain.jpg"),
        ("Ænima 🏔 #1%.jpg", "Ænima 🏔 #1%.jpg"),
        ("nul\0tab\t.jpg", "nul�tab�.jpg"),
        ("lone\ud800.jpg", "lone�.jpg"),
        ("  around.jpg\n", "around.jpg�"),
        ("", "picture"),
        ("   ", "picture"),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_no_picture_is_lost_for_an_odd_name(name, clean, picture_file):
    assert picture_store(path=picture_file(), name=name).name == clean


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_can_be_stored_once_cleaned(text):
    cleaned = clean_text(text, NAME_LENGTH)

    assert len(cleaned) <= NAME_LENGTH
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert clean_text(cleaned, NAME_LENGTH) == cleaned
