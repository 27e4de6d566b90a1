"""Workers over the stand-in's socket: all comes in, and once, whenever they end."""

import os
import threading
import time

import pytest

from artetore.tests.processes import until
from gallery.models import Group
from onedrive import auth, worker
from onedrive.tests.drives import in_threads
from onedrive.tests.ledgers import SECOND, claim, pass_time, states
from onedrive.tests.workers import NAMES, Gate, count, is_whole, names, working
from onedrive.worker import IN_HAND, THREADS, Worker

pytestmark = pytest.mark.django_db(transaction=True)


# --- What goes well ---------------------------------------------------------------


def test_it_works_until_a_run_is_done(ordered, stored_files):
    run = ordered(*NAMES)
    turns = []

    Worker(on_turn=lambda: turns.append(count(state="done"))).run()

    assert names() == NAMES
    assert set(states(run).values()) == {"done"}
    assert Group.objects.get().title == "Alps"
    assert is_whole(stored_files())
    assert turns


def test_it_ends_as_soon_as_there_is_nothing(ordered, monkeypatch):
    monkeypatch.setattr(worker, "POLL_SECONDS", 60)
    run, begun = ordered(*NAMES), time.monotonic()
    Worker(runs=[run.pk]).run()
    Worker().run()
    assert names() == NAMES
    assert time.monotonic() - begun < 30


def test_who_makes_pictures_stands_behind_visitors_and_nobody_else_does(ordered, gate):
    ordered("a.png")
    before = os.getpriority(os.PRIO_PROCESS, 0)

    with working():
        gate.expect(1)
        makers = [t for t in threading.enumerate() if t.name.startswith("import")]
        found = {os.getpriority(os.PRIO_PROCESS, t.native_id) for t in makers}
        gate.way.set()

    assert found == {max(before, worker.NICE)}
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_files_of_several_owners_are_taken_in_one_go(ordered, other_staff, consent):
    first = ordered("a.png", "b.png")
    auth.connect(user=other_staff, code=consent())
    second = ordered("a.png", owner=other_staff)

    Worker().run()

    assert states(first) == {"a.png": "done", "b.png": "done"}
    assert states(second) == {"a.png": "done"}
    assert sorted(names()) == ["a.png", "a.png", "b.png"]


def test_only_the_given_runs_are_worked_on(ordered):
    mine, other = ordered("a.png", "b.png"), ordered("a.png")
    Worker(runs=[mine.pk]).run()
    assert set(states(mine).values()) == {"done"}
    assert states(other) == {"a.png": "waiting"}


def test_two_workers_of_one_run_fetch_each_file_once(ordered, standin):
    run = ordered(*NAMES)

    in_threads(2, lambda _: Worker(runs=[run.pk]).run())

    assert names() == NAMES
    assert standin.journal.count("content") == len(NAMES)


def test_one_call_asks_for_many_files_and_where_their_bytes_are(ordered, standin):
    ordered(*(f"{number:02}.png" for number in range(40)))
    standin.journal.clear()

    Worker().run()

    calls = [entry for entry in standin.journal.entries("graph") if not entry.inner]
    assert {entry.path for entry in calls} == {"/v1.0/$batch"}
    assert len(calls) <= 8
    assert standin.journal.count("content") == 40
    assert len(names()) == 40


def test_who_waits_for_a_run_waits_for_what_others_have_in_hand(ordered, gate):
    run = ordered("a.png")
    turns = []

    def turn() -> None:
        turns.append(1)
        if len(turns) == 2:  # who did not wait would have ended after the first
            gate.way.set()

    with working():
        gate.expect(1)
        Worker(runs=[run.pk], on_turn=turn).run()
        found = states(run)
        gate.way.set()

    assert found == {"a.png": "done"}


# --- Ends and leases --------------------------------------------------------------


def test_a_worker_that_is_stopped_finishes_what_it_began(ordered, gate):
    run = ordered(*NAMES)

    with working() as somebody:
        gate.expect(THREADS)
        somebody.stop()
        until(lambda: count(state="waiting") == len(NAMES) - THREADS)
        gate.way.set()

    assert count(state="stored", attempts=1) == THREADS
    assert count(state="waiting", attempts=0, lease="") == len(NAMES) - THREADS
    # What it gave back are the next: the folder waits for them.
    spare = list(states(run))[THREADS:IN_HAND]
    assert list(claim(len(spare))) == spare


def test_a_worker_ends_when_its_time_is_over(ordered):
    run = ordered("a.png")
    Worker().run(seconds=0)
    assert states(run) == {"a.png": "waiting"}


def test_who_lost_a_lease_while_downloading_does_nothing_twice(
    ordered, standin, stored_files, settings
):
    settings.IMPORT_LEASE = 600  # so that it is not renewed in between
    run = ordered("a.png", "b.png")
    gate = Gate(times=1)
    standin.faults.add(gate)

    with working():
        gate.expect(1)
        until(lambda: count(state="stored") == 1)
        pass_time()  # as if it had not been heard of
        # Whoever claims it now: the first worker may be quicker than the second.
        Worker(runs=[run.pk]).run()
        found = states(run)
        gate.way.set()

    assert found == {"a.png": "done", "b.png": "done"}
    assert names() == ["a.png", "b.png"]
    assert sorted(run.items.values_list("attempts", flat=True)) == [1, 2]
    assert is_whole(stored_files())


def test_a_long_download_keeps_its_lease(ordered, gate, settings):
    settings.IMPORT_LEASE = 2
    run = ordered("a.png")

    with working():
        gate.expect(1)
        first = run.items.get().due
        until(lambda: run.items.get().due > first + 2 * SECOND)
        assert claim() == {}
        gate.way.set()

    item = run.items.get()
    assert (item.state, item.attempts) == ("done", 1)
