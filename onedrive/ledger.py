"""The ledger of imports: what is to be taken, who works on it, and how it ended.

Who wants to work on items claims them for a time (a lease) and renews it while
working; who was not heard of for so long loses them to the next. An outcome counts
only if its lease still stands, so that nothing is done twice, however many workers
there are and however they end.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import Error, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gallery.transactions import transacted
from onedrive import arrivals, engine
from onedrive.models import DriveFile, Import, ImportItem
from onedrive.orders import FolderOrder, write_down
from onedrive.outcomes import Failure, Kind, Outcome, Stored

logger = logging.getLogger(__name__)

State = ImportItem.State

MOST_ATTEMPTS = 5
# Workers that may end while they work on one file; most of them for other reasons.
MOST_DEATHS = 10
# After the first failed attempt, the second, ...
BACKOFF = [timedelta(minutes=minutes) for minutes in (1, 5, 25, 120)]
LONGEST_PAUSE = 3600.0


# --- Beginning --------------------------------------------------------------------


@transacted
def start(
    *, owner: Any, orders: Iterable[FolderOrder], origin: str, retries: bool = True
) -> Import:
    """Write down what is ordered, in its order, and wake the workers after commit.

    What can't be (an unknown group, an id that is none) is there as failed. Without
    `retries` a file that fails once has failed.
    """
    run = Import.objects.create(owner=owner, origin=origin, retries=retries)
    for order in orders:
        write_down(run, order)
    transaction.on_commit(engine.wake, robust=True)
    return run


# --- Working ----------------------------------------------------------------------


def claim(*, limit: int, runs: Collection[int] | None = None) -> list[ImportItem]:
    """Up to `limit` items that are due, of these runs or of all, now ours.

    What a dead worker left comes first. What too many workers died of is given up.
    """
    items = _claim(limit, runs)
    given_up = [item for item in items if item.attempts >= MOST_DEATHS]
    for item in given_up:
        _give_up(item)
    return [item for item in items if item not in given_up]


def _give_up(item: ImportItem) -> None:
    reason = "Whatever worked on it was ended, again and again. It may be too large."
    try:
        settle(item=item, outcome=Failure(ImportItem.Stage.PICTURE, reason))
    except Error:
        raise
    except Exception:  # what its folder ends in, again and again, must not end us too
        logger.exception("%s could not be given up.", item)


@transacted
def _claim(limit: int, runs: Collection[int] | None) -> list[ImportItem]:
    now = timezone.now()
    items = ImportItem.objects.all()
    if runs is not None:
        items = items.filter(run__in=runs)
    # Whose workers die early must not find the same ones last each time.
    left = items.left_behind(now).for_claim().order_by("-attempts", "due", "pk")
    found = list(left[:limit])
    if len(found) < limit:
        found += items.ready(now).for_claim()[: limit - len(found)]
    ours = [item.pk for item in found if _lease(item, now)]
    return _with_context(ours)


def _lease(item: ImportItem, now: datetime) -> bool:
    as_found = {"state": item.state, "due": item.due, "lease": item.lease}
    return bool(
        ImportItem.objects.filter(pk=item.pk, **as_found).update(
            state=State.RUNNING,
            lease=uuid4().hex,
            due=_lease_end(now),
        )
    )


def _lease_end(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.IMPORT_LEASE)


def _with_context(keys: Sequence[int]) -> list[ImportItem]:
    items = ImportItem.objects.select_related("run__owner", "folder").in_bulk(keys)
    return [items[key] for key in keys]


@transacted
def begin(*, item: ImportItem) -> bool:
    """Count an attempt, before anything can go wrong: whatever this worker dies of, it
    was not what it had only claimed. False when the lease was lost meanwhile."""
    attempts = item.attempts + 1
    held = bool(_held([item]).update(attempts=attempts))
    item.attempts = attempts
    return held


@transacted
def renew(*, items: Collection[ImportItem]) -> None:
    """Say that they are still worked on."""
    _held(items).update(due=_lease_end(timezone.now()))


@transacted
def release(*, items: Collection[ImportItem]) -> None:
    """Give back what was not begun. It was the next, and so it is again."""
    if items:
        due = min(item.run.created for item in items)
        _held(items).update(state=State.WAITING, lease="", due=due)


def _held(items: Iterable[ImportItem]) -> QuerySet[ImportItem]:
    items = list(items)
    return ImportItem.objects.filter(
        state=State.RUNNING,
        pk__in=[item.pk for item in items],
        lease__in=[item.lease for item in items],
    )


@transacted
def settle(*, item: ImportItem, outcome: Outcome) -> bool:
    """Write down how it went. False when the lease was lost, and nothing counts.

    When all files of its folder were tried, the good ones come into the gallery, in
    the same transaction; while the run is held up, those that are there do.
    """
    run = Import.objects.select_for_update().filter(pk=item.run_id).first()
    if not _held([item]).update(lease="", **_changes(item, outcome)):
        _discard_if_canceled(item, outcome)
        return False
    if isinstance(outcome, Failure):
        _let_rest(item)
    if item.run.retries and _note_pause(run, item.run, outcome):
        arrivals.add_stored(run)
    else:
        arrivals.add_tried(item.folder)
    return True


def _let_rest(item: ImportItem) -> None:
    """No sync orders it again as it is now, if it failed for good."""
    resting = ImportItem.objects.resting().filter(pk=item.pk)
    DriveFile.objects.filter(key__in=resting.values("key")).update(ordered=True)


def _discard_if_canceled(item: ImportItem, outcome: Outcome) -> None:
    """Who has taken it over needs the same files; if nobody has it, nobody does."""
    if isinstance(outcome, Stored) and not _is_there(item):
        arrivals.discard_after_commit([outcome.picture])


def _is_there(item: ImportItem) -> bool:
    return ImportItem.objects.filter(pk=item.pk).exists()


def _changes(item: ImportItem, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Stored):
        return {"state": State.STORED, "stage": "", "reason": ""} | {
            "stored": asdict(outcome)
        }
    told = {"stage": outcome.stage, "reason": outcome.reason[:300]}
    now = timezone.now()
    if not item.run.retries or outcome.kind is Kind.REFUSED:
        return told | {"state": State.FAILED, "settled": now}
    if outcome.kind is Kind.BLOCKED:
        attempts, due = item.attempts - 1, now + _pause(item.run, outcome)
        return told | {"state": State.WAITING, "attempts": attempts, "due": due}
    if item.attempts >= MOST_ATTEMPTS:
        return told | {"state": State.FAILED, "settled": now}
    due = now + BACKOFF[item.attempts - 1]
    return told | {"state": State.WAITING, "due": due}


def _note_pause(run: Import, before: Import, outcome: Outcome) -> bool:
    """Whether the run is held up now: what stopped this file would stop the others of
    the run too. `before` is the run as it was when the file was begun, so that many
    that are stopped at once count once, and only what began later ends it."""
    if isinstance(outcome, Failure) and outcome.kind is Kind.BLOCKED:
        until = timezone.now() + _pause(before, outcome)
        run.items.filter(state=State.WAITING, due__lt=until).update(due=until)
        run.pauses, run.reason = before.pauses + 1, outcome.reason[:300]
        run.save(update_fields=["pauses", "reason"])
    elif before.pauses:
        run.pauses, run.reason = 0, ""
        run.save(update_fields=["pauses", "reason"])
    return run.pauses > 0


def _pause(run: Import, failure: Failure) -> timedelta:
    seconds = failure.seconds or 60.0 * 2 ** min(run.pauses, 6)
    return timedelta(seconds=min(seconds, LONGEST_PAUSE))


def awaits(*, runs: Collection[int] | None) -> bool:
    """Whether a worker has to go on: something is due, or, if runs are named,
    somebody has something of theirs in hand, which may come back.

    What is due may be none to claim for a moment: another is just claiming it.
    """
    now = timezone.now()
    if runs is None:
        return ImportItem.objects.ready(now).exists()
    theirs = Q(state=State.RUNNING) | Q(state=State.WAITING, due__lte=now)
    return ImportItem.objects.filter(theirs, run__in=runs).exists()


# --- Trying again -----------------------------------------------------------------


@transacted
def retry(*, items: QuerySet[ImportItem]) -> int:
    """Let workers try these again at once, failed or waiting; answers how many."""
    now = timezone.now()
    runs = set(items.values_list("run", flat=True))
    # The runs first, as in `settle`, so that no two wait for each other.
    Import.objects.filter(pk__in=runs).update(retries=True, pauses=0, reason="")
    tried = items.filter(state__in=[State.FAILED, State.WAITING]).update(
        state=State.WAITING, attempts=0, due=now, stage="", reason="", settled=None
    )
    transaction.on_commit(engine.wake, robust=True)
    return tried


@transacted
def cancel(*, keys: Collection[str]) -> None:
    """Forget what is not done yet of these files: they are gone, or were overtaken.

    Whoever waits for an import gets its answer all the same. Files that only waited
    for these come into the gallery.
    """
    items = ImportItem.objects.filter(key__in=keys).exclude(state=State.DONE)
    items = items.exclude(run__origin=Import.Origin.FRONTEND)
    runs = set(items.values_list("run", flat=True))
    list(Import.objects.select_for_update().filter(pk__in=runs).order_by("pk"))
    doomed = list(items.select_related("folder"))
    arrivals.discard_stored([item for item in doomed if item.stored])
    items.filter(pk__in=[item.pk for item in doomed]).delete()
    for folder in {item.folder for item in doomed}:
        arrivals.add_tried(folder)
