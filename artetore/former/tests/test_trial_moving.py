"""2,000 rows in 400 groups, 40 of them odd in ten ways, moved in by a process that is
killed five times: nothing is lost, nothing is twice, and little memory is needed."""

import contextlib
import hashlib
import json
import os
import re
import signal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from rest_framework.test import APIClient

from artetore.former.models import FormerRow
from artetore.former.tests.collection import EACH, ROWS, Collection, Expected
from artetore.former.tests.service import FormerService, bytes_of, former_service
from artetore.tests.mariadb import MariaDB
from artetore.tests.processes import started, until
from gallery.models import Group, Image
from gallery.tests.rows import named_files, rows_without_files

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

KILLS = 5
MEGABYTE = 2**20
# Far below the size of a row of 40 MB.
SMALL_PACKET = 4 * MEGABYTE


@pytest.fixture
def former(tmp_path):
    server = MariaDB(tmp_path)
    server.start()
    try:
        server.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024")
        with former_service("imagedb", server.url) as service:
            yield service
    finally:
        server.kill()


@pytest.fixture
def expected(former) -> Expected:
    expected = Collection(former).fill()
    former.execute(f"SET GLOBAL max_allowed_packet = {SMALL_PACKET}")
    return expected


class Mover:
    """Runs the command in processes of its own; `peak` is the most memory that any of
    them took, in MB."""

    def __init__(self, former: FormerService, log: Path):
        self._command = "manage.py", "import_artetore", "--json"
        self._command += "--database", former.url
        self._log = log
        self.peak = 0.0

    def run(self, *, kill_at: int = ROWS) -> int:
        """Its exit status; it is killed when so many rows are in the ledger."""
        self._log.write_text("")
        process = started(*self._command, log=self._log)

        def enough() -> bool:
            self._note_memory(process.pid)
            moved = FormerRow.objects.count() if kill_at < ROWS else 0
            return process.poll() is not None or moved >= kill_at

        until(enough, seconds=300)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def _note_memory(self, pid: int) -> None:
        """The kernel's own high-water mark of this process, as long as it lives."""
        status = Path(f"/proc/{pid}/status").read_text()
        if found := re.search(r"VmHWM:\s+(\d+) kB", status):
            self.peak = max(self.peak, int(found[1]) / 1024)

    def report(self) -> dict:
        lines = self._log.read_text().splitlines()
        return json.loads(next(line for line in lines if line.startswith("{")))


def test_killed_five_times_all_of_it_arrives(former, expected, tmp_path, capsys):
    before = former.execute("CHECKSUM TABLE imagedb, userdb, onedrive")
    mover = Mover(former, tmp_path / "log")
    for kill in range(KILLS):
        status = mover.run(kill_at=(kill + 1) * ROWS // (KILLS + 1))
        assert status == -signal.SIGKILL
        assert rows_without_files() == []

    assert mover.run() == 1
    connections.close_all()

    assert_report(mover.report(), expected)
    assert_gallery(expected)
    assert_public(former, expected)
    assert former.execute("CHECKSUM TABLE imagedb, userdb, onedrive") == before
    with capsys.disabled():
        print(f"\n{ROWS} rows, {expected.bytes:,} bytes, at most {mover.peak:.0f} MB")
    assert mover.peak < 250


def assert_report(told: dict, expected: Expected) -> None:
    assert told["rows"] == ROWS
    assert told["pictures"] == len(expected.pictures) == Image.objects.count()
    assert (told["compared"], told["bytes"]) == (expected.rows, expected.bytes)
    assert {row["index"] for row in told["broken"]} == expected.broken
    assert len(expected.broken) == ROWS - expected.rows == 5 * EACH


def assert_gallery(expected: Expected) -> None:
    """What is in the storage, by the places and to the byte."""
    found = {}
    for image in Image.objects.select_related("group"):
        content = (Path(settings.MEDIA_ROOT) / image.original.name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        number = image.number if image.name != "other.png" else 10**6
        found[image.group.number, number] = digest, image.name
    assert found == expected.pictures
    assert rows_without_files() == []
    assert set(named_files()) <= set(_files())
    assert Group.objects.count() == 400


def _files() -> list[str]:
    root = Path(settings.MEDIA_ROOT)
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


def assert_public(former: FormerService, expected: Expected) -> None:
    """Visitors download what the former rows hold."""
    api = APIClient()
    rows = former.execute(
        "SELECT image_group, image_id, full_image FROM imagedb"
        " WHERE image_name LIKE '%0.jpg'"
    )
    for group, number, text in rows:
        query = {"group_id": group, "image_id": number}
        told = json.loads(api.get("/image/download", query).getvalue())
        assert bytes_of(told["image"]["image"]) == bytes_of(text)
    assert len(rows) >= 150
