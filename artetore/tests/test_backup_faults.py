"""What is missing, broken or full while a gallery is saved or restored."""

import os

import pytest
from django.core.files import File
from django.core.files.storage import default_storage

from artetore.tests import houses
from gallery.models import Image
from gallery.storage import AtomicFileSystemStorage
from gallery.tests.commands import run
from gallery.tests.rows import named_files

pytestmark = pytest.mark.django_db(transaction=True)


def test_files_that_are_missing_or_broken_are_named_and_hold_up_nothing(
    house, path, media, capsys
):
    images = Image.objects.order_by("pk")
    lost, broken = images[0].thumbnail.name, images[1].original.name
    (media / lost).unlink()
    (media / broken).write_bytes(b"other")

    saved = run("backup", str(path))

    assert "The backup has all there was." in saved.error
    told = capsys.readouterr().err
    assert f"{lost} is missing." in told
    assert f"{broken} is not what it came as." in told
    houses.wipe(media)
    houses.restored(path)
    assert Image.objects.count() == 4
    assert not default_storage.exists(lost)


class Failing(AtomicFileSystemStorage):
    """Gives up in the middle."""

    left = 0

    def _open(self, name: str, mode: str = "rb") -> File:
        self._count()
        return super()._open(name, mode)

    def _save(self, name: str, content: File) -> str:
        self._count()
        return super()._save(name, content)

    def _count(self):
        Failing.left -= 1
        if Failing.left < 0:
            raise OSError(28, "No space left on device")


def test_a_backup_that_fails_leaves_the_last_one_and_nothing_else(house, path, storage):
    path.write_text("the last one")
    storage(Failing)
    Failing.left = 5
    assert "No space left on device" in run("backup", str(path)).error
    assert path.read_text() == "the last one"
    assert list(path.parent.iterdir()) == [path]


def test_a_restore_that_fails_changes_no_row_and_can_be_run_again(
    house, path, media, storage
):
    run("backup", str(path))
    houses.add(9)
    before = houses.everything()
    for name in named_files():
        (media / name).unlink()
    with pytest.MonkeyPatch.context():
        storage(Failing)
        Failing.left = 5
        answer = run("restore", str(path), "--replace", "--no-input")
    assert "No space left on device" in answer.error
    assert Image.objects.count() == 5
    assert before.keys() >= house.keys()
    Failing.left = 1000
    houses.restored(path, "--replace")
    assert houses.everything() == house


@pytest.mark.parametrize(
    ("file", "lacking", "fault"),
    [
        ("", "", "Is a directory"),
        ("nowhere/x.tar", "nowhere", "No such file or directory"),
    ],
)
def test_where_no_file_can_be_it_says_so(house, path, file, lacking, fault):
    folder = path.parent
    saved, restored = (run(name, str(folder / file)) for name in ("backup", "restore"))
    assert saved.error == f"No backup was made: {folder / lacking}: {fault}."
    assert restored.error == f"It is not restored: {folder / file}: {fault}."


def test_what_is_no_file_is_not_replaced_by_one(path):
    os.mkfifo(path)
    assert run("backup", str(path)).error.endswith(f"{path}: Not an ordinary file.")
    assert path.is_fifo()


def test_a_link_to_a_backup_stays_one(house, path):
    latest = path.with_name("latest.tar")
    latest.symlink_to(path)
    assert not run("backup", str(latest)).error
    assert latest.is_symlink()
    assert path.is_file()
