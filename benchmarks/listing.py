"""Listing OneDrive: 30 folders of 20 files, 150 ms for each Graph call.

The route /admin/onedrive/folders against the way of the former service, one call after
another. `python -m benchmarks.listing`
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.onedrive import connected_place, delay, owner, standin
from benchmarks.places import DATABASES
from benchmarks.results import Result, run
from benchmarks.rounds import medians, seconds

FOLDERS, FILES = 30, 20


def measure(quick: bool) -> list[Result]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        tree = Path(name) / "tree"
        _write(tree)
        url = stack.enter_context(standin(tree, Path(name) / "drive"))
        places = {
            database: stack.enter_context(connected_place(database, url))
            for database in DATABASES
        }
        delay(url, "graph")
        works = {name: lambda p=p: p.call(listed) for name, p in places.items()}
        former = next(iter(places.values()))
        works["former"] = lambda: former.call(one_after_another)
        times = medians(works, quick=quick)
    return [
        Result(
            f"OneDrive listing, {FOLDERS} folders of {FILES} files, {database}",
            f"{times[database]:.2f} s, one after another {times['former']:.2f} s",
            times["former"] / times[database],
            least=15,
        )
        for database in DATABASES
    ]


def _write(tree: Path) -> None:
    for folder in range(FOLDERS):
        (tree / f"Folder {folder:02}").mkdir(parents=True)
        for file in range(FILES):
            path = tree / f"Folder {folder:02}" / f"{file:02}.jpg"
            path.write_bytes(f"{folder} {file}".encode())


def listed() -> float:
    from rest_framework.test import APIClient

    from accounts.tokens import token_for

    api = APIClient(SERVER_NAME="localhost")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(owner())}")

    def route() -> None:
        listing = api.get("/admin/onedrive/folders").json()["folders"]
        folders = [entry for entry in listing.values() if isinstance(entry, dict)]
        assert [len(folder["files"]) for folder in folders] == [FILES] * FOLDERS

    return seconds(route)


def one_after_another() -> float:
    from onedrive.drive import drive_of

    drive = drive_of(owner())

    def work() -> None:
        drive.client.get("/me/drive")
        items = "/me/drive/items"
        root = drive.client.get(f"{items}/{drive.root_id}/children")
        for folder in root["value"]:
            drive.client.get(f"{items}/{folder['id']}/children")

    return seconds(work)


if __name__ == "__main__":
    run(measure)
