"""How work on a file ends, and what that means for it and for its run."""

import errno
from datetime import timedelta

import pytest

from gallery.exceptions import VariantError
from gallery.models import Image
from onedrive import exceptions, ledger
from onedrive.models import ImportItem
from onedrive.outcomes import Kind, failure_of
from onedrive.tests.drives import in_threads
from onedrive.tests.ledgers import (
    begin,
    claim,
    fail,
    failure,
    minutes_left,
    order,
    pass_time,
    states,
    take_all,
)

Stage = ImportItem.Stage


# --- What it was ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "stage", "kind"),
    [
        (VariantError("No picture."), "picture", Kind.REFUSED),
        (exceptions.ItemNotFound(), "read", Kind.REFUSED),
        (exceptions.OutsideRoot(), "read", Kind.REFUSED),
        (exceptions.AccessDenied(), "read", Kind.REFUSED),
        (exceptions.TooLarge(), "read", Kind.REFUSED),
        (exceptions.DownloadFailed(), "read", Kind.POSTPONED),
        (exceptions.ServiceFailed(), "read", Kind.POSTPONED),
        (exceptions.BadAnswer(), "read", Kind.POSTPONED),
        (exceptions.NotConnected(), "read", Kind.BLOCKED),
        (exceptions.NotConfigured(), "read", Kind.BLOCKED),
        (exceptions.TokenRefused(), "read", Kind.BLOCKED),
        (exceptions.Unreachable(), "read", Kind.BLOCKED),
        (exceptions.Throttled(), "read", Kind.BLOCKED),
        (OSError(errno.ENOSPC, "No space left"), "store", Kind.BLOCKED),
        (OSError(errno.EDQUOT, "Quota exceeded"), "store", Kind.BLOCKED),
        (OSError(errno.EROFS, "Read-only"), "store", Kind.BLOCKED),
        (OSError(errno.EIO, "Input/output error"), "store", Kind.POSTPONED),
        (OSError("odd"), "store", Kind.POSTPONED),
        (RuntimeError("secret"), "read", Kind.POSTPONED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_error_is_somebodys_fault(error, stage, kind):
    found = failure_of(Stage.READ, error)
    assert (found.stage, found.kind) == (stage, kind)
    assert found.reason
    assert "secret" not in found.reason


def test_what_onedrive_asks_for_is_known():
    assert failure_of(Stage.READ, exceptions.Throttled(retry_after=77)).seconds == 77
    assert failure_of(Stage.READ, exceptions.Throttled()).seconds == 0


# --- What follows for the file ----------------------------------------------------

ledgers = pytest.mark.django_db(transaction=True)


@ledgers
def test_a_file_is_tried_five_times_at_growing_distances(staff):
    begin(staff, order("a"))
    for attempts, minutes in enumerate([1, 5, 25, 120], start=1):
        item = fail(claim()["a"], reason=f"It rained, {attempts}.")
        assert (item.state, item.attempts) == ("waiting", attempts)
        assert minutes_left(item) == minutes
        assert (item.stage, item.reason) == ("download", f"It rained, {attempts}.")
        assert item.settled is None
        assert claim() == {}
        pass_time()

    item = fail(claim()["a"], reason="It still rained.")

    assert (item.state, item.reason) == ("failed", "It still rained.")
    assert item.settled
    pass_time()
    assert claim() == {}


@ledgers
@pytest.mark.parametrize("retries", [True, False])
def test_what_is_refused_has_failed_at_once(staff, retries):
    begin(staff, order("a"), retries=retries)
    item = fail(claim()["a"], Kind.REFUSED, reason="No picture. " * 50)
    assert (item.state, item.lease, len(item.reason)) == ("failed", "", 300)


@ledgers
@pytest.mark.parametrize("kind", list(Kind))
def test_without_retries_whatever_fails_has_failed(staff, kind):
    run = begin(staff, order("a", "b"), retries=False)
    assert fail(claim(1)["a"], kind, seconds=100).state == "failed"
    run.refresh_from_db()
    assert (run.pauses, run.reason) == (0, "")
    assert list(claim()) == ["b"]


@ledgers
def test_what_was_postponed_and_arrives_then_has_no_reason_any_more(staff):
    begin(staff, order("a"))
    fail(claim()["a"])
    pass_time()
    item = claim()["a"]
    take_all([item])
    item.refresh_from_db()
    assert (item.state, item.stage, item.reason) == ("done", "", "")


# --- What follows for the run -----------------------------------------------------


@ledgers
def test_what_stops_one_file_lets_the_others_of_the_run_wait(staff):
    run = begin(staff, order("a", "b", "late"))
    other = begin(staff, order("other"))
    late = ImportItem.objects.filter(file_name="late")
    late.update(due="2100-01-01T00:00Z")
    first = claim(1)["a"]

    item = fail(first, Kind.BLOCKED, reason="No power.")

    assert (item.state, item.attempts, minutes_left(item)) == ("waiting", 0, 1)
    assert minutes_left(run.items.get(file_name="b")) == 1
    assert late.get().due.year == 2100
    run.refresh_from_db()
    assert (run.pauses, run.reason) == (1, "No power.")
    assert list(claim()) == ["other"]
    other.refresh_from_db()
    assert other.reason == ""


@ledgers
def test_pauses_grow_to_an_hour_and_end_with_what_arrives(staff):
    run = begin(staff, order("a", "b"))
    for minutes in [1, 2, 4, 8, 16, 32, 60, 60]:
        item = fail(claim(1)["a"], Kind.BLOCKED)
        assert minutes_left(item) == minutes
        pass_time()

    take_all([claim(1)["a"]])

    run.refresh_from_db()
    assert (run.pauses, run.reason) == (0, "")
    assert list(claim()) == ["b"]


@ledgers
def test_many_that_are_stopped_at_once_are_one_pause(staff):
    run = begin(staff, order(*"abcdefgh", "waiting"))
    items = list(claim(8).values())

    def work(number):
        return ledger.settle(item=items[number], outcome=failure(Kind.BLOCKED))

    assert in_threads(8, work) == [True] * 8

    run.refresh_from_db()
    assert run.pauses == 1
    assert {minutes_left(item) for item in run.items.all()} == {1}


@ledgers
@pytest.mark.parametrize(
    ("seconds", "minutes"), [(600, 10), (10**9, 60), (float("1e18"), 60)]
)
def test_a_pause_lasts_as_long_as_onedrive_asks_but_not_for_ever(
    staff, seconds, minutes
):
    run = begin(staff, order("a", "b"))
    fail(claim(1)["a"], Kind.BLOCKED, seconds)
    assert {minutes_left(item) for item in run.items.all()} == {minutes}


@ledgers
def test_a_held_up_run_shows_what_is_there_of_all_its_folders(staff):
    run = begin(staff, order("a", "b"), order("c", "d", folder="Sea"))
    items = claim()
    take_all([items["a"], items["c"]])
    assert not Image.objects.exists()

    fail(items["d"], Kind.BLOCKED)

    assert states(run) == {"a": "done", "b": "running", "c": "done", "d": "waiting"}


@ledgers
def test_what_arrives_while_its_run_is_held_up_is_shown_too(staff):
    run = begin(staff, order("a", "b", "c"))
    items = claim()
    fail(items["a"], Kind.BLOCKED, reason="No power.")

    take_all([items["b"]])

    assert states(run) == {"a": "waiting", "b": "done", "c": "running"}
    run.refresh_from_db()
    # It was begun before: it says nothing of whether the others can go on.
    assert run.reason == "No power."


@ledgers
def test_pictures_of_a_held_up_run_all_come_into_one_group(staff):
    run = begin(staff, order("a", "b", "c"))
    items = claim()
    take_all([items["b"]])
    fail(items["a"], Kind.BLOCKED)
    fail(items["c"], Kind.BLOCKED)
    pass_time()

    take_all(claim().values())

    assert set(states(run).values()) == {"done"}
    places = Image.objects.order_by("number").values_list("group__number", "name")
    assert list(places) == [(1, "b"), (1, "a"), (1, "c")]


@ledgers
def test_a_pause_counts_from_now(staff, settings):
    settings.IMPORT_LEASE = 7200
    begin(staff, order("a"))
    item = claim()["a"]
    leased = item.due
    item = fail(item, Kind.BLOCKED)
    assert leased - item.due > timedelta(minutes=100)
