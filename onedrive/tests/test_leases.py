"""Claiming, renewing and giving back: nothing is in two hands."""

from threading import Event

import pytest
from django.db import connection, transaction

from onedrive import ledger
from onedrive.models import ImportItem
from onedrive.outcomes import Kind
from onedrive.tests.drives import in_threads
from onedrive.tests.ledgers import (
    begin,
    claim,
    fail,
    minutes_left,
    order,
    pass_time,
    states,
    take_all,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = [f"{number:02}" for number in range(40)]


def test_a_claim_takes_no_more_than_it_wants_and_none_twice(staff):
    begin(staff, order(*NAMES))
    assert list(claim(3)) == NAMES[:3]
    assert list(claim(3)) == NAMES[3:6]
    assert list(claim(100)) == NAMES[6:]
    assert claim(100) == {}


def test_who_claims_knows_whose_they_are_without_asking_again(
    staff, django_assert_num_queries
):
    begin(staff, order("a"))
    [item] = ledger.claim(limit=1)
    with django_assert_num_queries(0):
        assert (item.run.owner, item.folder.name) == (staff, "Alps")
    assert (item.state, item.attempts, len(item.lease)) == ("running", 0, 32)


def test_only_what_is_due_is_claimed_the_oldest_first(staff):
    begin(staff, order("late", "early", "later"))
    pass_time("late")
    pass_time("early")
    ImportItem.objects.filter(file_name="early").update(due="2020-01-01T00:00Z")
    ImportItem.objects.filter(file_name="later").update(due="2100-01-01T00:00Z")
    assert list(claim(1)) == ["early"]
    assert list(claim()) == ["late"]


def test_only_the_given_runs_are_claimed(staff):
    begin(staff, order("other"))
    mine = begin(staff, order("mine"))
    assert list(claim(run=mine)) == ["mine"]
    assert claim(run=mine) == {}
    assert ledger.claim(limit=5, runs=[]) == []


def test_what_a_dead_worker_left_comes_first(staff):
    begin(staff, order("dead"))
    claim()
    begin(staff, order("older"))
    ImportItem.objects.filter(file_name="older").update(due="2020-01-01T00:00Z")
    pass_time("dead")
    assert list(claim(1)) == ["dead"]
    assert list(claim(1)) == ["older"]


def test_many_who_claim_at_once_never_get_the_same(staff):
    begin(staff, order(*NAMES))

    def work(_):
        found = []
        while len(found) < len(NAMES) and ledger.awaits(runs=None):
            found += ledger.claim(limit=3)
        return found

    items = [item for found in in_threads(6, work) for item in found]

    assert sorted(item.file_name for item in items) == NAMES
    assert len({item.lease for item in items}) == len(NAMES)


def test_many_who_claim_what_was_left_behind_never_get_the_same(staff):
    begin(staff, order(*NAMES))
    claim()
    pass_time()

    found = in_threads(4, lambda _: ledger.claim(limit=len(NAMES)))

    names = [item.file_name for items in found for item in items]
    assert sorted(names) == NAMES


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite locks the whole database"
)
def test_who_claims_does_not_wait_for_what_others_lock(staff):
    run = begin(staff, order("locked", "free"))
    locked, claimed = Event(), Event()

    def work(number):
        if number:
            assert locked.wait(10)
            names = list(claim(run=run))
            awaited = ledger.awaits(runs=[run.pk])
            claimed.set()
            return names, awaited
        with transaction.atomic():
            ImportItem.objects.select_for_update().get(file_name="locked")
            locked.set()
            return claimed.wait(10)

    waited, (names, awaited) = in_threads(2, work)

    assert waited
    assert names == ["free"]
    assert awaited
    assert list(claim()) == ["locked"]


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite locks the whole database"
)
def test_what_somebody_is_just_claiming_is_waited_for(staff):
    """Somebody who waits for a run would otherwise take it for finished."""
    run = begin(staff, order("a"))
    locked, looked = Event(), Event()

    def work(number):
        if number:
            assert locked.wait(10)
            found = claim(run=run), ledger.awaits(runs=[run.pk])
            looked.set()
            return found
        with transaction.atomic():
            claim()
            locked.set()
            return looked.wait(10)

    assert in_threads(2, work) == [True, ({}, True)]


def test_what_is_due_or_in_hand_is_waited_for(staff):
    run, other = begin(staff, order("a")), begin(staff, order())
    assert ledger.awaits(runs=[run.pk])
    assert ledger.awaits(runs=None)
    assert not ledger.awaits(runs=[other.pk])

    item = claim()["a"]
    assert ledger.awaits(runs=[run.pk])
    assert not ledger.awaits(runs=None)  # whoever has it goes on himself

    fail(item)
    assert not ledger.awaits(runs=[run.pk])


# --- Renewing and giving back -----------------------------------------------------


def test_a_renewed_lease_lasts_on(staff, settings):
    settings.IMPORT_LEASE = 600
    begin(staff, order("a", "b"))
    items = claim()
    pass_time()

    ledger.renew(items=[items["a"]])

    items["a"].refresh_from_db()
    assert minutes_left(items["a"]) == 10
    assert list(claim()) == ["b"]


def test_a_lease_that_was_lost_or_settled_is_not_renewed(staff):
    run = begin(staff, order("lost", "settled", "postponed"))
    items = claim()
    take_all([items["settled"]])
    fail(items["postponed"])
    pass_time("lost")
    again = claim()["lost"]
    before = list(run.items.order_by("pk").values("state", "due", "lease"))

    ledger.renew(items=items.values())
    ledger.release(items=items.values())

    assert list(run.items.order_by("pk").values("state", "due", "lease")) == before
    take_all([again])


def test_what_is_given_back_was_never_tried_and_comes_next(staff):
    begin(staff, order("a", "b", "c"))
    [item, _] = ledger.claim(limit=2)

    ledger.release(items=[item])

    item.refresh_from_db()
    assert (item.state, item.attempts) == ("waiting", 0)
    assert list(claim(1)) == ["a"]
    ledger.renew(items=[])
    ledger.release(items=[])


def test_nothing_counts_without_the_lease(staff, stored_files):
    run = begin(staff, order("a"))
    former = claim()["a"]
    pass_time()
    holder = claim()["a"]

    assert not ledger.settle(item=former, outcome=taken(former))

    assert states(run) == {"a": "running"}
    # The one who has it may count on these files: they are his as well.
    assert len(stored_files()) == 3
    take_all([holder])
    assert states(run) == {"a": "done"}
    assert not ledger.settle(item=holder, outcome=taken(holder))


# --- Deaths -----------------------------------------------------------------------


def die(times):
    for _ in range(times):
        assert list(claim()) == ["a"]
        pass_time("a")


def test_what_too_many_workers_died_of_is_given_up(staff):
    run = begin(staff, order("a", "b"))
    take_all([claim()["b"]])
    pass_time("a")
    die(ledger.MOST_DEATHS - 1)

    assert claim() == {}

    item = run.items.get(file_name="a")
    assert (item.state, item.stage) == ("failed", "picture")
    assert "again and again" in item.reason
    assert states(run) == {"a": "failed", "b": "done"}


def test_a_death_less_leaves_a_last_try(staff):
    run = begin(staff, order("a"))
    die(ledger.MOST_DEATHS - 1)
    take_all(claim().values())
    assert states(run) == {"a": "done"}


def test_what_was_given_up_can_be_tried_again(staff):
    run = begin(staff, order("a"))
    die(ledger.MOST_DEATHS)
    assert claim() == {}
    ledger.retry(items=run.items.all())
    take_all(claim().values())
    assert states(run) == {"a": "done"}


def test_waiting_for_onedrive_is_no_death(staff):
    run = begin(staff, order("a"))
    for _ in range(7):
        fail(claim()["a"], Kind.BLOCKED)
        pass_time()
    take_all(claim().values())
    assert states(run) == {"a": "done"}


def test_what_was_only_claimed_is_not_blamed_for_deaths(staff):
    run = begin(staff, order("a"))
    for _ in range(9):
        assert ledger.claim(limit=1)
        pass_time()
    assert run.items.get().attempts == 0


def test_who_lost_an_item_does_not_begin_it(staff):
    begin(staff, order("a"))
    [former] = ledger.claim(limit=1)
    pass_time()
    [holder] = ledger.claim(limit=1)
    assert not ledger.begin(item=former)
    assert ledger.begin(item=holder)
