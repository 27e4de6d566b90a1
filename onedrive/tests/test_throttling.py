"""Pauses that OneDrive asks for, and how long we wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onedrive.client import GraphClient
from onedrive.exceptions import (
    Throttled,
)
from onedrive.models import Connection
from onedrive.retries import Pause
from onedrive.standin.faults import Fault
from onedrive.tests.drives import hasty_calls, in_threads

pytestmark = pytest.mark.django_db(transaction=True)

DRIVE = "/me/drive"
CHILDREN = "/me/drive/items/TESTS!ROOT/children"
NEW_FOLDER = {"name": "New", "folder": {}}


@pytest.mark.parametrize("status", [429, 503, 509])
@pytest.mark.parametrize("as_date", [False, True])
def test_the_time_asked_for_is_waited(graph, clock, standin, status, as_date):
    standin.faults.add(
        Fault(role="graph", status=status, retry_after=7, retry_date=as_date, times=1)
    )

    graph.get(DRIVE)

    # A date is cut to whole seconds.
    assert 5.9 < sum(clock.waits) < 7.5
    assert not any(entry.during_pause for entry in standin.journal.entries())


def test_without_a_time_it_waits_longer_each_time(graph, clock, standin):
    standin.faults.add(Fault(role="graph", status=429, times=3))

    graph.get(DRIVE)

    first, second, third = clock.waits
    assert 0.9 < first < 2.3
    assert 1.9 < second < 4.3
    assert 3.9 < third < 8.3


def test_a_throttled_write_was_not_done_and_is_made_again(graph, standin, calls):
    standin.faults.add(Fault(role="graph", method="POST", status=429, times=2))

    graph.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 3
    assert [item["name"] for item in graph.pages(CHILDREN)] == ["New"]


def test_nobody_who_uses_the_connection_calls_inside_the_pause(
    graph, connection, clock, standin, calls
):
    standin.faults.add(Fault(role="graph", status=429, retry_after=300))
    with pytest.raises(Throttled):
        graph.get(DRIVE)

    another = GraphClient(Connection.objects.get(), clock=clock, patience=10)
    for ask in (another.get, graph.location):
        with pytest.raises(Throttled) as refusal:
            ask(DRIVE)
        assert refusal.value.retryable
        assert 290 < refusal.value.retry_after < 300
    assert calls() == 1


def test_a_pause_that_others_were_asked_for_is_waited_before_the_first_call(
    graph, clock, standin
):
    Connection.objects.update(paused_until=timezone.now() + timedelta(seconds=20))

    graph.get(DRIVE)

    assert 19 < sum(clock.waits) < 21


def test_a_pause_is_never_made_shorter(connection, clock):
    pause = Pause(connection, clock)
    pause.extend(300)
    pause.extend(5)

    assert 299 < pause.remaining() <= 300


def test_no_pause_is_longer_than_an_hour(connection, clock):
    pause = Pause(connection, clock)
    pause.extend(10**9)

    assert 3599 < pause.remaining() <= 3600


def test_more_than_its_patience_is_not_waited(connection, clock, standin):
    graph = GraphClient(connection, clock=clock, patience=8)
    standin.faults.add(Fault(role="graph", status=429, retry_after=9))

    with pytest.raises(Throttled) as refusal:
        graph.get(DRIVE)

    assert clock.waits == []
    assert refusal.value.code == "activityLimitReached"
    assert refusal.value.request_id


def test_all_waits_together_are_bounded(graph, clock, standin):
    standin.faults.add(Fault(role="graph", status=429, retry_after=25))

    with pytest.raises(Throttled):
        graph.get(DRIVE)

    assert len(clock.waits) == 2


def test_eight_workers_come_through_a_storm(graph, standin):
    standin.faults.add(Fault(role="graph", every=2, status=429, retry_after=2))

    # Told apart in the journal by what they ask for.
    answers = in_threads(8, lambda number: graph.get(DRIVE, {"$top": str(number)}))

    assert len([answer for answer in answers if "id" in answer]) == 8
    assert hasty_calls(standin) == []
    calls = standin.journal.entries("graph")
    assert calls[-1].started - calls[0].started > 2
