"""Files appear whole under their names or not at all."""

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from gallery.storage import Draft, draft, write_once


class Cut(File):
    """A file whose reading fails after the first chunk."""

    def __init__(self):
        super().__init__(None, name="cut")

    def chunks(self, chunk_size=None):
        yield b"first"
        raise OSError("The disk is gone.")


def test_it_stores_under_the_name_given_and_answers_it(stored_files):
    assert default_storage.save("a/b.bin", ContentFile(b"x")) == "a/b.bin"
    assert stored_files() == ["a/b.bin"]


def test_a_name_that_exists_is_replaced(stored_files):
    default_storage.save("a/b.bin", ContentFile(b"old and longer"))
    default_storage.save("a/b.bin", ContentFile(b"new"))

    assert stored_files() == ["a/b.bin"]
    assert default_storage.open("a/b.bin").read() == b"new"


def test_a_write_that_fails_leaves_nothing(stored_files):
    with pytest.raises(OSError, match="disk is gone"):
        default_storage.save("a/b.bin", Cut())
    assert stored_files() == []


def test_a_write_that_fails_leaves_what_was_there(stored_files):
    default_storage.save("a/b.bin", ContentFile(b"old"))
    with pytest.raises(OSError, match="disk is gone"):
        default_storage.save("a/b.bin", Cut())

    assert default_storage.open("a/b.bin").read() == b"old"
    assert stored_files() == ["a/b.bin"]


def test_the_final_name_is_not_there_while_it_is_written(media):
    seen = []

    class Watched(Cut):
        def chunks(self, chunk_size=None):
            yield b"first"
            seen.append((media / "a/b.bin").exists())
            yield b"second"

    default_storage.save("a/b.bin", Watched())

    assert seen == [False]
    assert (media / "a/b.bin").read_bytes() == b"firstsecond"


def test_others_may_read_what_is_stored(media):
    default_storage.save("a.bin", ContentFile(b"x"))
    assert (media / "a.bin").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["../out.bin", "/etc/out.bin", "a/../../out.bin"])
def test_it_writes_nowhere_else(name):
    with pytest.raises(SuspiciousFileOperation):
        default_storage.save(name, ContentFile(b"x"))


def test_what_is_there_whole_is_not_written_again(media):
    write_once("a.bin", ContentFile(b"four"))
    before = (media / "a.bin").stat().st_ino
    write_once("a.bin", ContentFile(b"four"))

    assert (media / "a.bin").stat().st_ino == before


def test_the_remains_of_a_disaster_are_written_again(media):
    (media / "a.bin").write_bytes(b"fo")
    write_once("a.bin", ContentFile(b"four"))

    assert (media / "a.bin").read_bytes() == b"four"


def test_a_draft_is_moved_and_not_copied(media, stored_files):
    with draft() as path:
        path.write_bytes(b"picture")
        place = path.stat().st_ino
        with path.open("rb") as file:
            write_once("originals/ab/b.bin", Draft(file))

    stored = media / "originals/ab/b.bin"
    assert (stored.stat().st_ino, stored.read_bytes()) == (place, b"picture")
    assert stored.stat().st_mode & 0o777 == 0o644
    assert stored_files() == ["originals/ab/b.bin"]


def test_a_draft_of_what_is_there_already_goes(stored_files):
    write_once("originals/ab/b.bin", ContentFile(b"picture"))

    with draft() as path:
        path.write_bytes(b"picture")
        with path.open("rb") as file:
            write_once("originals/ab/b.bin", Draft(file))

    assert stored_files() == ["originals/ab/b.bin"]


def test_a_draft_that_comes_to_nothing_goes(stored_files):
    with draft() as path:
        path.write_bytes(b"pic")

    assert stored_files() == []
