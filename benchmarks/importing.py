"""Importing 40 pictures of 5 MB, 150 ms for each call to OneDrive.

The import against the way of the former service (one after another; decoded twice,
encoded twice), and against what no import can do without: the processor's part
(rendering alone, on all cores) and OneDrive's (downloading alone).
`python -m benchmarks.importing`
"""

import io
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.onedrive import connected_place, delay, owner, standin
from benchmarks.pictures import naive, ours, peak, photograph
from benchmarks.places import DATABASES
from benchmarks.results import Result, run
from benchmarks.rounds import medians, seconds

if TYPE_CHECKING:
    from onedrive.drive import Drive, DriveItem

PICTURES, QUICK_PICTURES = 40, 3


def measure(quick: bool) -> list[Result]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        files = write(Path(name) / "tree", QUICK_PICTURES if quick else PICTURES)
        url = stack.enter_context(standin(Path(name) / "tree", Path(name) / "drive"))
        places = {
            database: stack.enter_context(connected_place(database, url))
            for database in DATABASES
        }
        other = stack.enter_context(connected_place("SQLite", url))
        delay(url, "graph", "content")
        works: dict[str, Callable[[], float]] = {
            name: lambda here=here: here.call(imported) for name, here in places.items()
        }
        works["downloading"] = lambda: other.call(downloaded)
        works["rendering"] = lambda: rendered(files)
        works["one after another"] = lambda: other.call(one_after_another)
        times = medians(works, quick=quick)
        peaks = {database: here.call(peak) for database, here in places.items()}
    return [
        result
        for database in DATABASES
        for result in _results(database, times, peaks[database])
    ]


def _results(database: str, times: dict[str, float], memory: float) -> list[Result]:
    taken = times[database]
    former, least = times["one after another"], times["rendering"]
    told = f"{taken:.2f} s, one after another {former:.2f} s"
    floors = f"rendering alone {least:.2f} s, downloading {times['downloading']:.2f} s"
    what = f"import of {PICTURES} x 5 MB, {database}"
    return [
        Result(what, told, former / taken, least=9),
        Result(f"{what}, the processor's part", floors, taken / least, most=2),
        Result(f"{what}, memory", "of its process", memory, " MB", most=200),
    ]


def write(tree: Path, pictures: int) -> list[Path]:
    """One photograph, told apart by some bytes behind its end."""
    folder = tree / "Benchmark"
    folder.mkdir(parents=True)
    content = photograph()
    for number in range(pictures):
        (folder / f"{number:02}.jpg").write_bytes(content + f"{number:08}".encode())
    return sorted(folder.iterdir())


def imported() -> float:
    """Seconds from listing the folders to the pictures in the gallery."""
    from gallery.models import Group
    from gallery.services import group_delete
    from onedrive.drive import drive_of
    from onedrive.imports import import_folders, orders_for_new
    from onedrive.models import Import

    def work() -> None:
        orders = orders_for_new(drive_of(owner()).folders())
        report = import_folders(owner=owner(), orders=orders)
        assert report.images
        assert not report.failed, report.failed

    taken = seconds(work)
    group_delete(groups=list(Group.objects.values_list("number", flat=True)))
    Import.objects.all().delete()
    return taken


def downloaded() -> float:
    """As many at a time as the import, and nothing is done with them."""
    from onedrive.worker import THREADS

    drive, files = _files()

    def one(file: "DriveItem") -> None:
        drive.download(file, io.BytesIO(), limit=10**9)

    def work() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(one, files))

    return seconds(work)


def rendered(files: list[Path]) -> float:
    def work() -> None:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(ours, files))

    return seconds(work)


def one_after_another() -> float:
    drive, files = _files()

    def work() -> None:
        for file in files:
            buffer = io.BytesIO()
            drive.download(drive.item(file.id), buffer, limit=10**9)
            naive(buffer)

    return seconds(work)


def _files() -> "tuple[Drive, tuple[DriveItem, ...]]":
    from onedrive.drive import drive_of

    drive = drive_of(owner())
    [folder] = drive.folders()
    return drive, folder.files


if __name__ == "__main__":
    run(measure)
