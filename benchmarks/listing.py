"""Listing OneDrive: 30 folders of 20 files, 150 ms for each Graph call.

The route /admin/onedrive/folders against the way of the former service, one call after
another, in turn and in one run. `python -m benchmarks.listing`
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.stage import connected_onedrive, set_up

FOLDERS, FILES = 30, 20
LATENCY = 0.15
ROUNDS = 5


def main() -> None:
    set_up()
    from rest_framework.test import APIClient

    from accounts.tokens import token_for
    from onedrive.drive import drive_of
    from onedrive.standin.faults import Fault

    with connected_onedrive() as (standin, user):
        standin.seed(_tree())
        standin.faults.add(Fault(role="graph", delay=LATENCY))
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user)}")
        client = drive_of(user).client

        def route() -> None:
            listing = api.get("/admin/onedrive/folders").json()["folders"]
            folders = [e for e in listing.values() if isinstance(e, dict)]
            assert [len(f["files"]) for f in folders] == [FILES] * FOLDERS

        def one_after_another() -> None:
            client.get("/me/drive")
            root = drive_of(user).root_id
            for folder in client.get(f"/me/drive/items/{root}/children")["value"]:
                client.get(f"/me/drive/items/{folder['id']}/children")

        ours, theirs = _timed(route, one_after_another)
    print(f"one after another  {theirs:6.2f} s")
    print(f"/admin/onedrive/folders  {ours:6.2f} s")
    print(f"ratio  {theirs / ours:.1f}")


def _tree() -> Path:
    root = Path(tempfile.mkdtemp())
    for folder in range(FOLDERS):
        (root / f"Folder {folder:02}").mkdir()
        for file in range(FILES):
            (root / f"Folder {folder:02}" / f"{file:02}.jpg").write_bytes(b"jpeg")
    return root


def _timed(*works: Callable[[], None]) -> list[float]:
    """The median seconds of each, measured in turn."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, found in zip(works, seconds, strict=True):
            start = time.perf_counter()
            work()
            found.append(time.perf_counter() - start)
    return [statistics.median(found) for found in seconds]


if __name__ == "__main__":
    main()
