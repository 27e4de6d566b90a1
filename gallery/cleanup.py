"""Files that outlive their rows.

A file may belong to several rows, as its name follows from its contents. So it is
removed only when no row names it, and that is looked up and done while the row of
the revision is locked: an add that holds the same lock has either committed its row,
which is then found here, or will find its file gone and say so.
"""

import logging
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction

from gallery.models import Counter, Image
from gallery.querysets import chunks
from gallery.transactions import transacted

logger = logging.getLogger(__name__)

FILE_FIELDS = ("original", "thumbnail", "preview")
# As many are removed under one lock, for which all who change the gallery wait.
BATCH = 50


def remove_after_commit(names: Iterable[str]) -> None:
    """Remove these files, if no row names them, once the transaction has committed."""
    # Robust: what was committed is done, and a file left behind can be pruned.
    transaction.on_commit(partial(remove_unnamed, set(names)), robust=True)


def remove_unnamed(names: Iterable[str]) -> dict[str, bool]:
    """Remove those of the files that no row names; absent ones are no matter.

    Answers which they were, and of each whether it is gone now.
    """
    rest = iter(sorted(set(names)))
    gone = {}
    while batch := list(islice(rest, BATCH)):
        gone |= _remove_batch(batch)
    return gone


@transacted
def _remove_batch(names: Iterable[str]) -> dict[str, bool]:
    Counter.lock(Counter.REVISION)
    return {name: _remove(name) for name in sorted(unnamed(names))}


def unnamed(names: Iterable[str]) -> set[str]:
    """Those of the names that are in no row."""
    names = set(names)
    # What cannot be printed, such as a broken file name, is no text for a database.
    return names - set(_named(name for name in names if name.isprintable()))


def _named(names: Iterable[str]) -> Iterator[str]:
    for chunk in chunks(sorted(names)):
        for field in FILE_FIELDS:
            rows = Image.objects.filter(**{f"{field}__in": chunk})
            yield from rows.values_list(field, flat=True)


def _remove(name: str) -> bool:
    try:
        default_storage.delete(name)
    except Exception as error:  # each storage has its own family
        logger.error(
            "A file that no picture needs could not be removed: %s (%s)", name, error
        )
        return False
    return True
