"""Backups, made and restored on one database."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.files import File
from django.db import connection as database

from artetore.backups import tables
from artetore.tests import houses
from artetore.tests.object_store import (
    client_of,
    in_new_bucket,
    names_in,
    object_store,
)
from conftest import PASSWORD
from gallery.models import Counter, Group, Image
from gallery.services import image_update, images_delete
from gallery.storage import AtomicFileSystemStorage
from gallery.tests.commands import run
from gallery.tests.rows import named_files, rows_without_files

pytestmark = pytest.mark.django_db(transaction=True)


# --- There and back ---------------------------------------------------------------


def test_all_is_as_it_was_after_a_backup_a_wipe_and_a_restore(
    house, path, media, client
):
    answers = houses.answers()

    saved = run("backup", str(path))
    assert saved.error == ""
    assert saved.lines[0].startswith("Saved 4 pictures and ")
    houses.wipe(media)
    told = houses.restored(path).lines

    assert "is whole: 12 files." in told[0]
    assert houses.everything() == house
    assert rows_without_files() == []
    assert houses.answers() == answers
    signed_in = client.get("/login/", {"username": "staff", "password": PASSWORD})
    assert signed_in.json()["code"] == 2


def test_it_unpacks_without_this_program_and_holds_all_files(house, path):
    run("backup", str(path))
    subprocess.run(["tar", "-xf", path], cwd=path.parent, check=True)
    subprocess.run(
        ["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=path.parent, check=True
    )
    for name in named_files():
        assert (path.parent / "pictures" / name).read_bytes() == houses.content(name)


def test_only_its_owner_may_read_it(house, path):
    run("backup", str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_numbers_that_were_given_out_stay_taken(house, path):
    run("backup", str(path))
    houses.add(7)
    houses.add(8, group=1)
    numbers = Counter.read(Counter.GROUP), Group.objects.get(number=1).next_image_number
    revision = Counter.read(Counter.REVISION)

    houses.restored(path, "--replace")

    assert not Group.objects.filter(number=4).exists()
    assert Counter.read(Counter.REVISION) > revision
    [image] = houses.add(7)
    assert image.group.number == numbers[0] + 1 == 5
    [image] = houses.add(8, group=1)
    assert image.number == numbers[1] == 5


def test_a_restore_can_be_repeated(house, path):
    run("backup", str(path))
    for _ in range(2):
        houses.restored(path, "--replace")
        assert houses.everything() == house


def test_it_moves_a_gallery_into_a_bucket_and_knows_what_is_lost_there(
    house, path, settings, capsys
):
    run("backup", str(path))
    with object_store() as url:
        bucket = in_new_bucket(settings, url)
        houses.restored(path, "--replace")
        assert names_in(url, bucket) == named_files()
        assert houses.everything() == house

        lost = named_files()[0]
        client_of(url).delete_object(Bucket=bucket, Key=lost)
        assert "The backup has all there was." in run("backup", str(path)).error
    assert f"{lost} is missing." in capsys.readouterr().err


def test_a_file_that_lies_there_broken_is_put_right(house, path, media):
    run("backup", str(path))
    [name, *_] = named_files()
    broken = media / name
    broken.write_bytes(bytes(broken.stat().st_size))
    houses.restored(path, "--replace")
    assert houses.everything() == house


def test_who_has_other_keys_is_told(house, path, settings):
    run("backup", str(path))
    settings.ONEDRIVE_TOKEN_KEYS = ["b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDI="]
    lines = houses.restored(path, "--replace").lines
    [told] = [line for line in lines if "KEYS" in line]
    assert told.startswith("1 sign-in to OneDrive cannot be decrypted")


# --- While everything goes on -----------------------------------------------------


def test_a_snapshot_sees_one_moment_and_holds_up_nobody(db):
    houses.add(1)

    def write():
        try:
            return len(houses.add(2))
        finally:
            database.close()

    with tables.snapshot(), ThreadPoolExecutor(1) as pool:
        assert Image.objects.count() == 1
        assert pool.submit(write).result(timeout=20) == 1
        assert Image.objects.count() == 1
    assert Image.objects.count() == 2


class Restless(AtomicFileSystemStorage):
    """While the first file is read, a picture goes, one comes and one gets a title."""

    opened = 0

    def _open(self, name: str, mode: str = "rb") -> File:
        Restless.opened += 1
        if Restless.opened == 1:
            images_delete(numbers={3: [2]})
            houses.add(9, group=3)
            image_update(group=1, image=1, title="new")
        return super()._open(name, mode)


def test_what_goes_and_comes_meanwhile_leaves_no_row_without_its_file(
    house, path, media, storage
):
    Restless.opened = 0
    storage(Restless)

    assert run("backup", str(path)).error == ""
    after = houses.everything()
    assert after != house
    houses.wipe(media)
    houses.restored(path)

    assert rows_without_files() == []
    assert houses.everything() == after


# --- Before anything is replaced --------------------------------------------------


def test_a_gallery_that_is_not_empty_is_not_replaced_unasked(house, path):
    run("backup", str(path))
    houses.add(9)
    answer = run("restore", str(path))
    assert "4 images" not in answer.lines[1]
    assert "5 images" in answer.lines[1]
    assert answer.error == "Nothing was restored. To replace it all, --replace."
    assert Image.objects.count() == 5


@pytest.mark.parametrize(("said", "count"), [("yes", 4), ("y", 5), ("", 5)])
def test_it_asks_before_it_replaces(house, path, monkeypatch, said, count):
    run("backup", str(path))
    houses.add(9)
    monkeypatch.setattr("builtins.input", lambda prompt: said)
    run("restore", str(path), "--replace")
    assert Image.objects.count() == count


def test_where_nobody_can_be_asked_it_says_how_to_replace(house, path, monkeypatch):
    run("backup", str(path))
    houses.add(9)
    monkeypatch.setattr("sys.stdin", StringIO())
    answer = run("restore", str(path), "--replace")
    assert answer.error.startswith("Nothing was restored.")
    assert "--no-input" in answer.error
    assert Image.objects.count() == 5


def test_a_file_can_be_looked_at_alone(house, path):
    run("backup", str(path))
    houses.add(9)
    for option in ("--dry-run", "--verify"):
        assert houses.restored(path, "--replace", option).error == ""
    assert Image.objects.count() == 5
