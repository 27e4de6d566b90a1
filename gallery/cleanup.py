"""Files that outlive their rows.

A file may belong to several rows, as its name follows from its contents. So it is
removed only when no row names it, and that is looked up and done while the row of
the revision is locked: an add that holds the same lock has either committed its row,
which is then found here, or will find its file gone and say so.
"""

import logging
from collections.abc import Iterable, Iterator
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from gallery.models import Counter, Image
from gallery.transactions import transacted

logger = logging.getLogger(__name__)

FILE_FIELDS = ("original", "thumbnail", "preview")
# Databases limit the parameters of one statement.
CHUNK = 500


def remove_after_commit(names: Iterable[str]) -> None:
    """Remove these files, if no row names them, once the transaction has committed."""
    # Robust: what was committed is done, and a file left behind can be pruned.
    transaction.on_commit(partial(remove_unnamed, set(names)), robust=True)


@transacted
def remove_unnamed(names: Iterable[str]) -> None:
    """Remove those of the files that no row names; absent ones are no matter."""
    Counter.lock(Counter.REVISION)
    names = set(names)
    for name in sorted(names - set(_named(names))):
        _remove(name)


def _named(names: Iterable[str]) -> Iterator[str]:
    names = sorted(names)
    for start in range(0, len(names), CHUNK):
        for field in FILE_FIELDS:
            rows = Image.objects.filter(
                **{f"{field}__in": names[start : start + CHUNK]}
            )
            yield from rows.values_list(field, flat=True)


def _remove(name: str) -> None:
    try:
        default_storage.delete(name)
    except Exception:  # each storage has its own family
        logger.exception("A file that no picture needs could not be removed: %s", name)
