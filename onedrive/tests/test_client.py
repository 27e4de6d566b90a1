"""GraphClient against a hostile drive, over a real socket."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from onedrive import exchanges
from onedrive.client import GraphClient, segment, with_query
from onedrive.exceptions import (
    BadAnswer,
    ItemNotFound,
    NotConnected,
    ServiceFailed,
    Throttled,
    TokenRefused,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.retries import Pause
from onedrive.standin.faults import Fault
from onedrive.tests.drives import STRANGE_NAMES

pytestmark = pytest.mark.django_db(transaction=True)

DRIVE = "/me/drive"
CHILDREN = "/me/drive/items/TESTS!ROOT/children"
NEW_FOLDER = {"name": "New", "folder": {}}


@pytest.fixture
def client(client_of_graph):
    return client_of_graph


@pytest.fixture
def calls(standin):
    """How many calls Graph saw, those inside batches left out."""

    def count(method=""):
        entries = standin.journal.entries(role="graph", method=method)
        return len([entry for entry in entries if not entry.inner])

    return count


def test_it_reads(client):
    assert client.get(DRIVE)["driveType"] == "personal"


def test_it_writes(client):
    folder = client.post(CHILDREN, NEW_FOLDER)
    path = f"/me/drive/items/{segment(folder['id'])}"

    assert client.patch(path, {"name": "Other"})["name"] == "Other"
    client.delete(path)
    with pytest.raises(ItemNotFound):
        client.get(path)


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_names_are_escaped_once(client, shelf, name):
    shelf.file(name)
    path = f"/me/drive/items/TESTS!ROOT:/{segment(name)}"

    assert client.get(path)["name"] == name


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_nothing(name):
    with pytest.raises(ItemNotFound):
        segment(name)


def test_half_a_character_is_escaped_all_the_same():
    assert segment("a\ud800b") == "a%3Fb"


def test_options_are_written_as_graph_reads_them():
    query = {"$select": "id,name", "$top": 1000}

    assert with_query("/x", query) == "/x?$select=id,name&$top=1000"


# --- 401 ------------------------------------------------------------------------------


def test_a_refused_token_is_refreshed_and_the_call_made_again(client, standin):
    standin.identity.expire_access_tokens()

    assert client.get(DRIVE)["driveType"] == "personal"
    assert standin.journal.count(role="identity", path="/token") == 2


def test_a_token_that_expires_in_mid_listing_is_refreshed(client, standin, shelf):
    shelf.files(30)
    pages = client.pages(CHILDREN, {"$top": 10})
    names = [next(pages)["name"]]
    standin.identity.expire_access_tokens()

    names += [item["name"] for item in pages]

    assert names == [f"{number:05}.jpg" for number in range(30)]


def test_a_token_that_expires_before_a_batch_is_refreshed(client, standin):
    standin.identity.expire_access_tokens()

    assert client.batch([DRIVE])[0]["driveType"] == "personal"


def test_after_one_fresh_token_the_refusal_is_final(client, standin, calls):
    standin.faults.add(Fault(role="graph", status=401))

    with pytest.raises(TokenRefused) as refusal:
        client.get(DRIVE)

    assert calls() == 2
    assert not refusal.value.retryable
    assert refusal.value.request_id


def test_a_withdrawn_consent_is_not_connected(client, standin, calls):
    standin.identity.revoke_all()
    standin.identity.expire_access_tokens()

    with pytest.raises(NotConnected):
        client.get(DRIVE)

    assert calls() == 1


def test_a_token_endpoint_that_is_down_for_a_moment_is_asked_again(client, standin):
    standin.identity.expire_access_tokens()
    standin.faults.add(Fault(role="identity", path="*/token", status=503, times=1))

    assert client.get(DRIVE)["driveType"] == "personal"


def test_threads_that_expire_together_refresh_once(client, standin):
    before = standin.journal.count(role="identity", path="/token")
    standin.identity.expire_access_tokens()

    in_threads(8, lambda number: client.get(DRIVE))

    assert standin.journal.count(role="identity", path="/token") == before + 1


# --- Throttling -----------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503, 509])
@pytest.mark.parametrize("as_date", [False, True])
def test_the_time_asked_for_is_waited(client, clock, standin, status, as_date):
    fault = Fault(role="graph", status=status, retry_after=7, retry_date=as_date)
    standin.faults.add(with_times(fault, 1))

    client.get(DRIVE)

    # A date is cut to whole seconds.
    assert 5.9 < sum(clock.waits) < 7.5
    assert not any(entry.during_pause for entry in standin.journal.entries())


def test_without_a_time_it_waits_longer_each_time(client, clock, standin):
    standin.faults.add(Fault(role="graph", status=429, times=3))

    client.get(DRIVE)

    first, second, third = clock.waits
    assert 0.9 < first < 2.3
    assert 1.9 < second < 4.3
    assert 3.9 < third < 8.3


def test_a_throttled_write_was_not_done_and_is_made_again(client, standin, calls):
    standin.faults.add(Fault(role="graph", method="POST", status=429, times=2))

    client.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 3
    assert [item["name"] for item in client.pages(CHILDREN)] == ["New"]


def test_nobody_who_uses_the_connection_calls_inside_the_pause(
    client, connection, clock, standin, calls
):
    standin.faults.add(Fault(role="graph", status=429, retry_after=300))
    with pytest.raises(Throttled):
        client.get(DRIVE)

    another = GraphClient(Connection.objects.get(), clock=clock, patience=10)
    for ask in (another.get, client.location):
        with pytest.raises(Throttled) as refusal:
            ask(DRIVE)
        assert refusal.value.retryable
        assert 290 < refusal.value.retry_after < 300
    assert calls() == 1


def test_a_pause_that_others_were_asked_for_is_waited_before_the_first_call(
    client, clock, standin
):
    Connection.objects.update(paused_until=timezone.now() + timedelta(seconds=20))

    client.get(DRIVE)

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
    client = GraphClient(connection, clock=clock, patience=8)
    standin.faults.add(Fault(role="graph", status=429, retry_after=9))

    with pytest.raises(Throttled) as refusal:
        client.get(DRIVE)

    assert clock.waits == []
    assert refusal.value.code == "activityLimitReached"
    assert refusal.value.request_id


def test_all_waits_together_are_bounded(client, clock, standin):
    standin.faults.add(Fault(role="graph", status=429, retry_after=25))

    with pytest.raises(Throttled):
        client.get(DRIVE)

    assert len(clock.waits) == 2


def test_eight_workers_come_through_a_storm(client, standin):
    standin.faults.add(Fault(role="graph", every=2, status=429, retry_after=2))

    answers = in_threads(8, lambda number: client.get(DRIVE))

    assert len([answer for answer in answers if "id" in answer]) == 8
    assert late_calls(standin) == []
    calls = standin.journal.entries("graph")
    assert calls[-1].started - calls[0].started > 2


# --- Faults ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_burst_of_faults_is_outlasted(client, clock, standin, status):
    standin.faults.add(Fault(role="graph", status=status, times=3))

    assert client.get(DRIVE)["driveType"] == "personal"
    assert len(clock.waits) == 3


def test_a_fault_that_stays_is_told_after_some_tries(client, standin, calls):
    standin.faults.add(Fault(role="graph", status=500))

    with pytest.raises(ServiceFailed) as failure:
        client.get(DRIVE)

    assert calls() == 5
    assert failure.value.retryable
    assert (failure.value.status, failure.value.code) == (500, "generalException")
    assert failure.value.request_id


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "", "{", "[]"])
def test_an_answer_that_is_not_json_does_not_hide_its_status(client, standin, body):
    standin.faults.add(Fault(role="graph", status=502, body=body))

    with pytest.raises(ServiceFailed) as failure:
        client.get(DRIVE)

    assert failure.value.status == 502


def test_a_good_status_with_html_is_a_bad_answer(client, standin):
    standin.faults.add(Fault(role="graph", status=200, body="<html>Welcome</html>"))

    with pytest.raises(BadAnswer):
        client.get(DRIVE)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_write_that_may_have_been_done_is_not_made_again(
    client, standin, calls, status
):
    fault = Fault(role="graph", method="POST", status=status, after_work=True)
    standin.faults.add(fault)

    with pytest.raises(ServiceFailed):
        client.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 1


def test_a_deletion_may_be_made_again(client, standin, shelf):
    path = f"/me/drive/items/{segment(shelf.folder('Old').id)}"
    standin.faults.add(Fault(role="graph", method="DELETE", status=502, times=2))

    client.delete(path)

    with pytest.raises(ItemNotFound):
        client.get(path)


def test_a_connection_that_is_reset_is_opened_again(client, standin):
    standin.faults.add(Fault(role="graph", reset=True, times=2))

    assert client.get(DRIVE)["driveType"] == "personal"


def test_a_write_over_a_connection_that_is_reset_is_not_made_again(
    client, standin, calls
):
    standin.faults.add(Fault(role="graph", method="POST", reset=True))

    with pytest.raises(Unreachable):
        client.post(CHILDREN, NEW_FOLDER)

    assert calls("POST") == 1


@pytest.mark.parametrize(
    "fault", [{"cut": 0.5}, {"length": 50}, {"length": -50}, {"reset": True}]
)
def test_nothing_below_our_own_errors_escapes(client, standin, fault):
    standin.faults.add(Fault(role="graph", **fault))

    with pytest.raises((Unreachable, BadAnswer)) as failure:
        client.get(DRIVE)

    assert failure.value.retryable


def test_nobody_there_is_unreachable(client, monkeypatch):
    client.get(DRIVE)
    monkeypatch.setenv("ONEDRIVE_STANDIN_URL", "http://127.0.0.1:9")

    with pytest.raises(Unreachable):
        client.get(DRIVE)


def test_an_answer_that_drips_is_not_waited_for(client, standin, monkeypatch):
    monkeypatch.setattr(exchanges, "MAX_SECONDS", 0.05)
    standin.faults.add(Fault(role="graph", method="POST", rate=2000))

    with pytest.raises(Unreachable):
        client.post(CHILDREN, NEW_FOLDER)


def test_an_answer_without_end_is_not_kept(client, standin, monkeypatch):
    monkeypatch.setattr(exchanges, "MAX_BYTES", 100)

    with pytest.raises(BadAnswer):
        client.get(DRIVE)


# --- Pages ----------------------------------------------------------------------------


def test_five_thousand_children_come_in_five_pages(client, shelf, calls):
    shelf.files(5000)

    names = [item["name"] for item in client.pages(CHILDREN, {"$top": 1000})]

    assert names == [f"{number:05}.jpg" for number in range(5000)]
    assert calls() == 5


def test_empty_pages_do_not_end_a_list(client, standin, shelf):
    shelf.files(30)
    standin.behaviour.empty_pages = True

    assert len(list(client.pages(CHILDREN, {"$top": 10}))) == 30


def test_what_stands_on_two_pages_comes_once(client, standin, shelf):
    shelf.files(30)
    standin.faults.add(Fault(path="*/children", edit="repeat"))

    assert len(list(client.pages(CHILDREN, {"$top": 10}))) == 30


def test_pages_that_lead_in_a_circle_are_left(client, standin, shelf, calls):
    shelf.files(3)
    standin.faults.add(Fault(path="*/children", edit="loop"))

    with pytest.raises(BadAnswer):
        list(client.pages(CHILDREN))

    assert calls() == 2


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/latest", "https://evil.example/v1.0/me"]
)
def test_our_token_does_not_follow_a_link_to_another_place(client, standin, link):
    body = f'{{"value": [], "@odata.nextLink": "{link}"}}'
    standin.faults.add(Fault(path="*/children", status=200, body=body))

    with pytest.raises(BadAnswer):
        list(client.pages(CHILDREN))


# --- Batches --------------------------------------------------------------------------


def paths_of(items):
    return [f"/me/drive/items/{segment(item.id)}" for item in items]


def test_a_batch_answers_in_order_twenty_to_a_call(client, shelf, calls):
    items = shelf.files(45)

    answers = client.batch(paths_of(items))

    assert [answer["name"] for answer in answers] == [item.name for item in items]
    assert calls() == calls("POST") == 3


def test_a_batch_of_nothing_asks_nothing(client, calls):
    assert client.batch([]) == []
    assert calls() == 0


def test_one_that_fails_does_not_lose_the_rest(client, shelf):
    first, second = paths_of(shelf.files(2))

    answers = client.batch([first, "/me/drive/items/none", second])

    assert isinstance(answers[1], ItemNotFound)
    assert [answers[0]["name"], answers[2]["name"]] == ["00000.jpg", "00001.jpg"]


@pytest.mark.parametrize("status", [429, 503, 500])
def test_only_those_that_may_do_better_are_asked_again(client, standin, shelf, status):
    first, second = paths_of(shelf.files(2))
    wanted = second.rpartition("%21")[2]
    standin.faults.add(Fault(path=f"*{wanted}", status=status, retry_after=3, times=2))

    answers = client.batch([first, second])

    assert [answer["name"] for answer in answers] == ["00000.jpg", "00001.jpg"]
    assert standin.journal.count(path=wanted) == 3
    assert standin.journal.count(path=first.rpartition("%21")[2]) == 1


def test_the_longest_wait_inside_a_batch_counts(client, clock, standin, shelf):
    first, second = shelf.files(2)
    for item, wait in ((first, 4), (second, 11)):
        path = f"*{item.id.partition('!')[2]}"
        standin.faults.add(Fault(path=path, status=429, retry_after=wait, times=1))

    client.batch(paths_of([first, second]))

    assert 10.5 < sum(clock.waits) < 11.5
    assert late_calls(standin) == []


def test_what_fails_for_too_long_is_given_with_its_error(client, standin, shelf):
    first, second = paths_of(shelf.files(2))
    wanted = second.rpartition("%21")[2]
    standin.faults.add(Fault(path=f"*{wanted}", status=429, retry_after=100))

    answers = client.batch([first, second])

    assert answers[0]["name"] == "00000.jpg"
    assert isinstance(answers[1], Throttled)


def test_a_batch_that_fails_as_a_whole_is_made_again(client, standin, shelf):
    standin.faults.add(Fault(path="*$batch", status=502, times=2))

    assert client.batch([DRIVE])[0]["driveType"] == "personal"


def test_a_batch_that_keeps_failing_raises(client, standin):
    standin.faults.add(Fault(path="*$batch", status=502))

    with pytest.raises(ServiceFailed):
        client.batch([DRIVE])


@pytest.mark.parametrize("body", ['{"responses": 7}', '{"responses": [{"id": "0"}]}'])
def test_a_batch_that_is_not_understood_is_a_bad_answer(client, standin, body):
    standin.faults.add(Fault(path="*$batch", status=200, body=body))

    try:
        answers = client.batch([DRIVE])
    except BadAnswer:
        return
    assert isinstance(answers[0], BadAnswer)


# --- What is noted --------------------------------------------------------------------


def test_the_last_good_use_is_noted_once_a_minute(client, connection, clock):
    client.get(DRIVE)
    first = Connection.objects.get().last_used

    client.get(DRIVE)
    assert Connection.objects.get().last_used == first

    clock.sleep(61)
    client.get(DRIVE)
    assert Connection.objects.get().last_used > first + timedelta(seconds=60)


def test_a_failed_call_is_no_good_use(client, standin):
    standin.faults.add(Fault(role="graph", status=404))
    with pytest.raises(ItemNotFound):
        client.get(DRIVE)

    assert Connection.objects.get().last_used is None


def test_a_call_costs_two_look_ups(client, django_assert_num_queries):
    client.get(DRIVE)

    with django_assert_num_queries(2):
        client.get(DRIVE)


# --------------------------------------------------------------------------------------


def with_times(fault, times):
    return Fault(**{**vars(fault), "times": times})


def in_threads(count, work):
    """The results of as many threads, which begin at the same moment."""
    start = threading.Barrier(count)

    def run(number):
        try:
            start.wait(5)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def late_calls(standin, slack=0.3):
    """Calls inside a pause, other than those under way when it was asked for."""
    entries = standin.journal.entries()
    asked = [entry for entry in entries if entry.status == 429]
    return [
        entry
        for entry in entries
        if entry.during_pause
        and not any(at.started <= entry.started < at.ended + slack for at in asked)
    ]
