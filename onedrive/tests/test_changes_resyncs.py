"""Links that are no longer taken: all is read anew, or it is told."""

import json

import pytest

from onedrive.changes import read_changes
from onedrive.exceptions import (
    AccessDenied,
    ResyncRequired,
    ServiceFailed,
)
from onedrive.listings import GRAPH
from onedrive.tests.drives import names
from onedrive.tests.rounds import DELTA

pytestmark = pytest.mark.django_db(transaction=True)

LINK = f"{GRAPH}{DELTA}?token="

RESYNCS = [
    {"inner": "resyncChangesApplyDifferences"},
    {"inner": "resyncChangesUploadDifferences"},
    {"inner": "resyncApplyDifferences"},
    {"inner": "resyncUploadDifferences"},
    {"code": "resyncChangesApplyDifferences"},
    {"code": "syncStateNotFound"},
    {"code": "neverHeardOf", "body": "<html>Gone</html>"},
]


@pytest.mark.parametrize("rule", RESYNCS)
def test_a_resync_reads_all_anew(graph, link, calls, fault, rule):
    fault(status=410, times=1, **rule)
    before = calls()

    told = read_changes(graph, link)

    assert told.complete
    assert names(told) == ["Artetore", "a.jpg", "root"]
    assert calls() - before == 2


@pytest.mark.parametrize("status", [400, 404])
def test_a_lost_state_reads_all_anew_at_once(graph, link, calls, fault, status):
    fault(status=status, inner="syncStateNotFound", times=1)
    before = calls()

    assert read_changes(graph, link).complete
    assert calls() - before == 2


def test_a_link_that_grew_too_old_reads_all_anew(graph, link, standin):
    standin.behaviour.delta_life = 0.0

    assert names(read_changes(graph, link)) == ["Artetore", "a.jpg", "root"]


def test_a_resync_between_pages_forgets_the_pages_before(graph, shelf, fault, link):
    removed = shelf.file("removed.jpg")
    page = {"value": [{"id": removed.id, "name": "removed.jpg", "file": {}}]}
    page["@odata.nextLink"] = f"{LINK}2"
    shelf.store.delete(removed.id)
    fault(status=200, body=json.dumps(page), times=1)
    fault(status=410, times=1)
    counts = []

    told = read_changes(graph, link, counts.append)

    assert names(told) == ["Artetore", "a.jpg", "root"]
    assert counts == [1, 3]


@pytest.mark.parametrize("rule", RESYNCS)
def test_resyncs_without_end_are_told(graph, link, calls, fault, rule):
    fault(status=410, **rule)
    before = calls()

    with pytest.raises(ResyncRequired):
        read_changes(graph, link)
    assert calls() - before == 2
    with pytest.raises(ResyncRequired):
        read_changes(graph)
    assert calls() - before == 3


@pytest.mark.parametrize("status", [400, 404])
def test_one_refusal_of_a_link_is_outlasted(graph, link, calls, fault, status):
    fault(status=status, times=1)
    before = calls()

    told = read_changes(graph, link)

    assert not told.complete
    assert "a.jpg" in names(told)
    assert calls() - before == 2


@pytest.mark.parametrize("status", [400, 404])
def test_two_refusals_of_a_link_read_all_anew(graph, link, calls, fault, status):
    fault(status=status, times=2)
    before = calls()

    assert read_changes(graph, link).complete
    assert calls() - before == 3


@pytest.mark.parametrize("status", [400, 404])
def test_refusals_without_end_are_told(graph, link, calls, fault, status):
    fault(status=status)
    before = calls()

    with pytest.raises(ResyncRequired) as refusal:
        read_changes(graph, link)

    assert refusal.value.status == status
    assert refusal.value.request_id
    assert calls() - before == 4


def test_a_token_that_is_none_reads_all_anew(graph, link):
    assert read_changes(graph, f"{DELTA}?token=rubbish").complete


@pytest.mark.parametrize(
    ("status", "error"), [(403, AccessDenied), (500, ServiceFailed)]
)
def test_other_errors_are_told_as_they_are(graph, link, fault, status, error):
    fault(status=status)

    with pytest.raises(error):
        read_changes(graph, link)
