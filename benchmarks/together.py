"""Visitors while pictures are imported: how long they wait for a page at most (99 of
100), against the same without an import. `python -m benchmarks.together`

The site and `manage.py run_worker` are processes on one machine, as in production.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from artetore.tests.servers import serving
from benchmarks import data
from benchmarks.importing import PICTURES, QUICK_PICTURES, write
from benchmarks.load import load
from benchmarks.onedrive import connected_place, delay, owner, standin
from benchmarks.places import DATABASES, Place
from benchmarks.results import Result, run
from benchmarks.rounds import medians

PAGE = "/image/page?page=1"
GROUPS = 120
SECONDS = 3


def measure(quick: bool) -> list[Result]:
    pictures = QUICK_PICTURES if quick else PICTURES
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        write(Path(name) / "tree", pictures)
        url = stack.enter_context(standin(Path(name) / "tree", Path(name) / "drive"))
        delay(url, "graph", "content")
        works = {}
        for database in DATABASES:
            here = stack.enter_context(connected_place(database, url))
            here.call(data.build, GROUPS)
            page = stack.enter_context(_site(here)) + PAGE
            works[database, "alone"] = lambda page=page: _wait(page)
            works[database, "import"] = lambda page=page, here=here: _meanwhile(
                here, page
            )
        waits = medians(works, quick=quick)
    return [_result(database, waits) for database in DATABASES]


def _result(database: str, waits: dict[tuple[str, str], float]) -> Result:
    alone, meanwhile = waits[database, "alone"], waits[database, "import"]
    told = f"{meanwhile:.1f} ms, without an import {alone:.1f} ms"
    what = f"page while pictures are imported, {database}, p99"
    return Result(what, told, meanwhile / alone, most=2)


@contextmanager
def _site(here: Place) -> Iterator[str]:
    with serving("artetore.wsgi:application", here.environment) as url:
        yield url


def _wait(page: str) -> float:
    return load(page, seconds=SECONDS).p99


def _meanwhile(here: Place, page: str) -> float:
    here.call(order)
    command = [sys.executable, "manage.py", "run_worker"]
    worker = subprocess.Popen(command, env=here.environment, stdout=subprocess.DEVNULL)
    try:
        while not here.call(begun):
            time.sleep(0.05)
        waited = _wait(page)
        while not here.call(ended):
            time.sleep(0.2)
    finally:
        worker.terminate()
        worker.wait()
    here.call(forget)
    return waited


def order() -> None:
    from onedrive import ledger
    from onedrive.drive import drive_of
    from onedrive.imports import orders_for_new

    orders = orders_for_new(drive_of(owner()).folders())
    ledger.start(owner=owner(), orders=orders, origin="staff")


def begun() -> bool:
    from onedrive.models import ImportItem

    return ImportItem.objects.filter(attempts__gt=0).exists()


def ended() -> bool:
    from onedrive.models import ImportItem

    return not ImportItem.objects.exclude(state=ImportItem.State.DONE).exists()


def forget() -> None:
    from gallery.services import group_delete
    from onedrive.models import DriveImage, Import

    imported = DriveImage.objects.values_list("image__group__number", flat=True)
    group_delete(groups=set(imported))
    Import.objects.all().delete()


if __name__ == "__main__":
    run(measure)
