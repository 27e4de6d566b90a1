"""Asking for what is in folders before it is known that they are still there.

A listing reads the root folder and then each folder in it: two rounds of calls, one
waiting for the other. The folders are mostly those of the last time, so theirs are
asked for together with the root's. What was asked for in vain is thrown away: whatever
is listed was found in the drive by this very listing.
"""

from collections.abc import Callable, Sequence

from django.core.cache import cache

from onedrive.batches import Result
from onedrive.client import segment
from onedrive.exceptions import OneDriveError

Batch = Callable[[Sequence[str]], list[Result]]

# More would be asked for in vain, should all be gone, than a listing is worth.
MOST = 200
SECONDS = 24 * 3600


def folders_of_last_time(root_id: str) -> list[str]:
    """Their ids, as far as the cache knows: of this process, or one that many share."""
    return cache.get(_key(root_id), [])


def remember(root_id: str, folders: Sequence[str]) -> None:
    cache.set(_key(root_id), list(folders[:MOST]), SECONDS)


def foreseen(batch: Batch, paths: Sequence[str], answers: Sequence[Result]) -> Batch:
    """As `batch`, without asking for these paths again, unless they met an error."""
    known = {
        path: answer
        for path, answer in zip(paths, answers, strict=True)
        if not isinstance(answer, OneDriveError)
    }

    def answered(asked: Sequence[str]) -> list[Result]:
        unknown = [path for path in asked if path not in known]
        found = dict(zip(unknown, batch(unknown), strict=True))
        return [known[path] if path in known else found[path] for path in asked]

    return answered


def _key(root_id: str) -> str:
    return f"onedrive.folders.{segment(root_id)}"
