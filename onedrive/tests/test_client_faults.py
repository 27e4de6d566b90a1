"""Faults of the drive and of the wire, and what comes of a call."""

import pytest

from onedrive import exchanges
from onedrive.client import GraphClient, segment
from onedrive.exceptions import (
    BadAnswer,
    ItemNotFound,
    ServiceFailed,
    Unreachable,
)
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)

DRIVE = "/me/drive"
CHILDREN = "/me/drive/items/TESTS!ROOT/children"
NEW_FOLDER = {"name": "New", "folder": {}}


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_burst_of_faults_is_outlasted(graph, clock, standin, status):
    standin.faults.add(Fault(role="graph", status=status, times=3))

    assert graph.get(DRIVE)["driveType"] == "personal"
    assert len(clock.waits) == 3


def test_a_fault_that_stays_is_told_after_some_tries(graph, standin, calls):
    standin.faults.add(Fault(role="graph", status=500))

    with pytest.raises(ServiceFailed) as failure:
        graph.get(DRIVE)

    assert calls() == 5
    assert failure.value.retryable
    assert (failure.value.status, failure.value.code) == (500, "generalException")
    assert failure.value.request_id


def test_only_the_first_answer_has_to_come_in_time(connection, standin, clock, calls):
    hurried = GraphClient(connection, patience=600, reach=3.5, clock=clock)
    standin.faults.add(Fault(role="graph", status=500))
    with pytest.raises(ServiceFailed):
        hurried.get(DRIVE)
    assert calls() < 5
    assert sum(clock.waits) < 3.5

    with pytest.raises(ServiceFailed):
        hurried.get(DRIVE)
    assert sum(clock.waits) > 3.5


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "", "{", "[]"])
def test_an_answer_that_is_not_json_does_not_hide_its_status(graph, standin, body):
    standin.faults.add(Fault(role="graph", status=502, body=body))

    with pytest.raises(ServiceFailed) as failure:
        graph.get(DRIVE)

    assert failure.value.status == 502


def test_a_good_status_with_html_is_a_bad_answer(graph, standin):
    standin.faults.add(Fault(role="graph", status=200, body="<html>Welcome</html>"))

    with pytest.raises(BadAnswer):
        graph.get(DRIVE)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_write_that_may_have_been_done_is_not_made_again(
    graph, standin, calls, status
):
    fault = Fault(role="graph", method="POST", status=status, after_work=True)
    standin.faults.add(fault)

    with pytest.raises(ServiceFailed):
        graph.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 1


def test_a_deletion_may_be_made_again(graph, standin, shelf):
    path = f"/me/drive/items/{segment(shelf.folder('Old').id)}"
    standin.faults.add(Fault(role="graph", method="DELETE", status=502, times=2))

    graph.delete(path)

    with pytest.raises(ItemNotFound):
        graph.get(path)


def test_a_connection_that_is_reset_is_opened_again(graph, standin):
    standin.faults.add(Fault(role="graph", reset=True, times=2))

    assert graph.get(DRIVE)["driveType"] == "personal"


def test_a_write_over_a_connection_that_is_reset_is_not_made_again(
    graph, standin, calls
):
    standin.faults.add(Fault(role="graph", method="POST", reset=True))

    with pytest.raises(Unreachable):
        graph.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 1


@pytest.mark.parametrize(
    "fault", [{"cut": 0.5}, {"length": 50}, {"length": -50}, {"reset": True}]
)
def test_nothing_below_our_own_errors_escapes(graph, standin, fault):
    standin.faults.add(Fault(role="graph", **fault))

    with pytest.raises((Unreachable, BadAnswer)) as failure:
        graph.get(DRIVE)

    assert failure.value.retryable


def test_nobody_there_is_unreachable(graph, monkeypatch):
    graph.get(DRIVE)
    monkeypatch.setenv("ONEDRIVE_STANDIN_URL", "http://127.0.0.1:9")

    with pytest.raises(Unreachable):
        graph.get(DRIVE)


def test_an_answer_that_drips_is_not_waited_for(graph, standin, monkeypatch):
    monkeypatch.setattr(exchanges, "MAX_SECONDS", 0.05)
    standin.faults.add(Fault(role="graph", method="POST", rate=2000))

    with pytest.raises(Unreachable):
        graph.post(CHILDREN, NEW_FOLDER)


def test_an_answer_without_end_is_not_kept(graph, standin, monkeypatch):
    monkeypatch.setattr(exchanges, "MAX_BYTES", 100)

    with pytest.raises(BadAnswer):
        graph.get(DRIVE)
