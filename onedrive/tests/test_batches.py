"""Many reads in few calls, each with an answer of its own."""

import pytest

from onedrive.client import segment
from onedrive.exceptions import (
    BadAnswer,
    ItemNotFound,
    ServiceFailed,
    Throttled,
)
from onedrive.standin.faults import Fault
from onedrive.tests.drives import hasty_calls

pytestmark = pytest.mark.django_db(transaction=True)

DRIVE = "/me/drive"
CHILDREN = "/me/drive/items/TESTS!ROOT/children"
NEW_FOLDER = {"name": "New", "folder": {}}


def paths_of(items):
    return [f"/me/drive/items/{segment(item.id)}" for item in items]


def test_a_batch_answers_in_order_twenty_to_a_call(graph, shelf, calls):
    items = shelf.files(45)

    answers = graph.batch(paths_of(items))

    assert [answer["name"] for answer in answers] == [item.name for item in items]
    assert calls() == calls("POST") == 3


def test_a_batch_of_nothing_asks_nothing(graph, calls):
    assert graph.batch([]) == []
    assert calls() == 0


def test_one_that_fails_does_not_lose_the_rest(graph, shelf):
    first, second = paths_of(shelf.files(2))

    answers = graph.batch([first, "/me/drive/items/none", second])

    assert isinstance(answers[1], ItemNotFound)
    assert [answers[0]["name"], answers[2]["name"]] == ["00000.jpg", "00001.jpg"]


@pytest.mark.parametrize("status", [429, 503, 500])
def test_only_those_that_may_do_better_are_asked_again(graph, standin, shelf, status):
    first, second = paths_of(shelf.files(2))
    wanted = second.rpartition("%21")[2]
    standin.faults.add(Fault(path=f"*{wanted}", status=status, retry_after=3, times=2))

    answers = graph.batch([first, second])

    assert [answer["name"] for answer in answers] == ["00000.jpg", "00001.jpg"]
    assert standin.journal.count(path=wanted) == 3
    assert standin.journal.count(path=first.rpartition("%21")[2]) == 1


def test_the_longest_wait_inside_a_batch_counts(graph, clock, standin, shelf):
    first, second = shelf.files(2)
    for item, wait in ((first, 4), (second, 11)):
        path = f"*{item.id.partition('!')[2]}"
        standin.faults.add(Fault(path=path, status=429, retry_after=wait, times=1))

    graph.batch(paths_of([first, second]))

    assert 10.5 < sum(clock.waits) < 11.5
    assert hasty_calls(standin) == []


def test_what_fails_for_too_long_is_given_with_its_error(graph, standin, shelf):
    first, second = paths_of(shelf.files(2))
    wanted = second.rpartition("%21")[2]
    standin.faults.add(Fault(path=f"*{wanted}", status=429, retry_after=100))

    answers = graph.batch([first, second])

    assert answers[0]["name"] == "00000.jpg"
    assert isinstance(answers[1], Throttled)


def test_a_batch_that_fails_as_a_whole_is_made_again(graph, standin, shelf):
    standin.faults.add(Fault(path="*$batch", status=502, times=2))

    assert graph.batch([DRIVE])[0]["driveType"] == "personal"


def test_a_batch_that_keeps_failing_raises(graph, standin):
    standin.faults.add(Fault(path="*$batch", status=502))

    with pytest.raises(ServiceFailed):
        graph.batch([DRIVE])


@pytest.mark.parametrize("body", ['{"responses": 7}', '{"responses": [{"id": "0"}]}'])
def test_a_batch_that_is_not_understood_is_a_bad_answer(graph, standin, body):
    standin.faults.add(Fault(path="*$batch", status=200, body=body))

    try:
        answers = graph.batch([DRIVE])
    except BadAnswer:
        return
    assert isinstance(answers[0], BadAnswer)
