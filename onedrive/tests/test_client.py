"""GraphClient against a hostile drive, over a real socket."""

from datetime import timedelta

import pytest

from onedrive.client import segment, with_query
from onedrive.exceptions import (
    BadAnswer,
    ItemNotFound,
    NotConnected,
    TokenRefused,
)
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests.drives import STRANGE_NAMES, in_threads

pytestmark = pytest.mark.django_db(transaction=True)

DRIVE = "/me/drive"
CHILDREN = "/me/drive/items/TESTS!ROOT/children"
NEW_FOLDER = {"name": "New", "folder": {}}


def test_it_reads(graph):
    assert graph.get(DRIVE)["driveType"] == "personal"


def test_it_writes(graph):
    folder = graph.post(CHILDREN, NEW_FOLDER)
    path = f"/me/drive/items/{segment(folder['id'])}"

    assert graph.patch(path, {"name": "Other"})["name"] == "Other"
    graph.delete(path)
    with pytest.raises(ItemNotFound):
        graph.get(path)


@pytest.mark.parametrize("name", STRANGE_NAMES)
def test_names_are_escaped_once(graph, shelf, name):
    shelf.file(name)
    path = f"/me/drive/items/TESTS!ROOT:/{segment(name)}"

    assert graph.get(path)["name"] == name


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_nothing(name):
    with pytest.raises(ItemNotFound):
        segment(name)


def test_half_a_character_is_escaped_all_the_same():
    assert segment("a\ud800b") == "a%3Fb"


def test_options_are_written_as_graph_reads_them():
    query = {"$select": "id,name", "$top": 1000}

    assert with_query("/x", query) == "/x?$select=id,name&$top=1000"


# --- 401 ----------------------------------------------------------------------------


def test_a_refused_token_is_refreshed_and_the_call_made_again(graph, standin):
    standin.identity.expire_access_tokens()

    assert graph.get(DRIVE)["driveType"] == "personal"
    assert standin.journal.count(role="identity", path="/token") == 2


def test_a_token_that_expires_in_mid_listing_is_refreshed(graph, standin, shelf):
    shelf.files(30)
    pages = graph.pages(CHILDREN, {"$top": 10})
    names = [next(pages)["name"]]
    standin.identity.expire_access_tokens()

    names += [item["name"] for item in pages]

    assert names == [f"{number:05}.jpg" for number in range(30)]


def test_a_token_that_expires_before_a_batch_is_refreshed(graph, standin):
    standin.identity.expire_access_tokens()

    assert graph.batch([DRIVE])[0]["driveType"] == "personal"


def test_after_one_fresh_token_the_refusal_is_final(graph, standin, calls):
    standin.faults.add(Fault(role="graph", status=401))

    with pytest.raises(TokenRefused) as refusal:
        graph.get(DRIVE)

    assert calls() == 2
    assert not refusal.value.retryable
    assert refusal.value.request_id


def test_a_withdrawn_consent_is_not_connected(graph, standin, calls):
    standin.identity.revoke_all()
    standin.identity.expire_access_tokens()

    with pytest.raises(NotConnected):
        graph.get(DRIVE)

    assert calls() == 1


def test_a_token_endpoint_that_is_down_for_a_moment_is_asked_again(graph, standin):
    standin.identity.expire_access_tokens()
    standin.faults.add(Fault(role="identity", path="*/token", status=503, times=1))

    assert graph.get(DRIVE)["driveType"] == "personal"


def test_threads_that_expire_together_refresh_once(graph, standin):
    before = standin.journal.count(role="identity", path="/token")
    standin.identity.expire_access_tokens()

    in_threads(8, lambda number: graph.get(DRIVE))

    assert standin.journal.count(role="identity", path="/token") == before + 1


# --- Pages --------------------------------------------------------------------------


def test_five_thousand_children_come_in_five_pages(graph, shelf, calls):
    shelf.files(5000)

    names = [item["name"] for item in graph.pages(CHILDREN, {"$top": 1000})]

    assert names == [f"{number:05}.jpg" for number in range(5000)]
    assert calls() == 5


def test_empty_pages_do_not_end_a_list(graph, standin, shelf):
    shelf.files(30)
    standin.behaviour.empty_pages = True

    assert len(list(graph.pages(CHILDREN, {"$top": 10}))) == 30


def test_what_stands_on_two_pages_comes_once(graph, standin, shelf):
    shelf.files(30)
    standin.faults.add(Fault(path="*/children", edit="repeat"))

    assert len(list(graph.pages(CHILDREN, {"$top": 10}))) == 30


def test_pages_that_lead_in_a_circle_are_left(graph, standin, shelf, calls):
    shelf.files(3)
    standin.faults.add(Fault(path="*/children", edit="loop"))

    with pytest.raises(BadAnswer):
        list(graph.pages(CHILDREN))

    assert calls() == 2


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/latest", "https://evil.example/v1.0/me"]
)
def test_our_token_does_not_follow_a_link_to_another_place(graph, standin, link):
    body = f'{{"value": [], "@odata.nextLink": "{link}"}}'
    standin.faults.add(Fault(path="*/children", status=200, body=body))

    with pytest.raises(BadAnswer):
        list(graph.pages(CHILDREN))


# --- What is noted ------------------------------------------------------------------


def test_the_last_good_use_is_noted_once_a_minute(graph, connection, clock):
    graph.get(DRIVE)
    first = Connection.objects.get().last_used

    graph.get(DRIVE)
    assert Connection.objects.get().last_used == first

    clock.sleep(61)
    graph.get(DRIVE)
    assert Connection.objects.get().last_used > first + timedelta(seconds=60)


def test_a_failed_call_is_no_good_use(graph, standin):
    standin.faults.add(Fault(role="graph", status=404))
    with pytest.raises(ItemNotFound):
        graph.get(DRIVE)

    assert Connection.objects.get().last_used is None


def test_a_call_costs_two_look_ups(graph, django_assert_num_queries):
    graph.get(DRIVE)

    with django_assert_num_queries(2):
        graph.get(DRIVE)
