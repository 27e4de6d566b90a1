"""From one database to another and back, by two commands each way."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event

import pytest
import requests
from django.db import connection

from artetore.tests import houses
from artetore.tests.arrivals import manage
from artetore.tests.processes import started
from artetore.tests.servers import environment, granian
from gallery.exceptions import GalleryError
from gallery.models import Image
from gallery.services import images_delete, images_replace

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

KILLS = 8
WRITERS = 3


class Site:
    """A database and a folder of pictures of its own."""

    def __init__(self, url: str, folder: Path):
        folder.mkdir()
        self.there = {"DATABASE_URL": url, "MEDIA_ROOT": str(folder)}
        self.manage("migrate")

    def manage(self, *arguments: str) -> str:
        done = manage(*arguments, **self.there)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def answers(self, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
        with granian(workers=1, **self.there) as url:
            found = {a: requests.get(f"{url}{a}", timeout=60) for a in addresses}
        return {a: (answer.status_code, answer.content) for a, answer in found.items()}


@pytest.fixture
def empty_mariadb():
    """The address of an empty database beside that of the tests."""
    if connection.vendor != "mysql":
        pytest.skip("It takes TEST_DATABASE=mysql.")
    name = f"{connection.settings_dict['NAME']}_moved"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        server = environment()["DATABASE_URL"].rpartition("/")[0]
        yield f"{server}/{name}"
        cursor.execute(f"DROP DATABASE {name}")


def test_every_public_answer_is_the_same_on_each(staff, empty_mariadb, tmp_path):
    houses.furnish(staff)
    houses.add(*range(20, 60), title="Many")
    addresses = houses.addresses()
    backups = [str(tmp_path / f"{number}.tar") for number in range(2)]

    assert manage("backup", backups[0]).returncode == 0
    sqlite = Site(f"sqlite:///{tmp_path / 'moved.sqlite3'}", tmp_path / "sqlite")
    sqlite.manage("restore", backups[0])
    sqlite.manage("backup", backups[1])
    mariadb = Site(empty_mariadb, tmp_path / "mariadb")
    mariadb.manage("restore", backups[1])

    expected = houses.answers()
    assert len(expected) > 90
    assert all(status == 200 for status, _ in expected.values())
    for site in (sqlite, mariadb):
        assert site.answers(addresses) == expected
        site.manage("check_gallery", "--hashes", "--hours", "0")


def test_a_restore_killed_at_any_moment_changes_nothing_or_all(staff, tmp_path):
    houses.furnish(staff)
    houses.add(*range(20, 100), title="Many")
    saved = houses.everything()
    path = str(tmp_path / "gallery.tar")
    assert manage("backup", path).returncode == 0
    houses.add(7)
    changed = houses.everything()
    assert changed != saved
    chance = Random(5)

    for _ in range(KILLS):
        log = tmp_path / "log"
        restore = started(
            "manage.py", "restore", path, "--replace", "--no-input", log=log
        )
        Event().wait(chance.uniform(0.5, 4))
        restore.send_signal(signal.SIGKILL)
        restore.wait()
        connection.close()
        assert houses.everything() in (changed, saved)

    assert manage("restore", path, "--replace", "--no-input").returncode == 0
    assert houses.everything() == saved
    assert Image.objects.count() == 84
    assert manage("check_gallery", "--hashes").returncode == 0


def test_what_is_saved_while_everybody_writes_is_whole(staff, tmp_path):
    houses.furnish(staff)
    houses.add(*range(20, 80), title="Many")
    ended = Event()
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write, seed, ended) for seed in range(WRITERS)]
        try:
            paths = [tmp_path / f"{number}.tar" for number in range(3)]
            for path in paths:
                assert manage("backup", str(path)).returncode == 0
        finally:
            ended.set()
    assert all(writer.result() > 0 for writer in writers)

    for path in paths:
        name = path.stem
        site = Site(f"sqlite:///{tmp_path / name}.sqlite3", tmp_path / f"{name}.media")
        site.manage("restore", str(path))
        site.manage("check_gallery", "--hashes")


def write(seed: int, ended: Event) -> int:
    """Add, replace and delete pictures; answers how often."""
    chance, done = Random(seed), 0
    try:
        while not ended.is_set():
            images = list(Image.objects.select_related("group").order_by("?")[:2])
            # Refused is what another one has just taken away.
            with suppress(GalleryError):
                change(chance, images, done + seed * 500)
                done += 1
    finally:
        connection.close()
    return done


def change(chance: Random, images: list[Image], index: int) -> None:
    numbers = {image.group.number: [image.number] for image in images}
    if chance.random() < 0.6:
        houses.add(chance.randrange(150, 400), group=images[0].group.number)
    elif chance.random() < 0.5:
        images_delete(numbers=numbers)
    else:
        images_replace(numbers=numbers, image=houses.stored(index))
