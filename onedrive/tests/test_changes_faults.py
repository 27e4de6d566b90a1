"""Rounds of changes that stop in the middle, no lists, and crawls that fail."""

import json

import pytest

from onedrive.changes import crawl, read_changes
from onedrive.exceptions import (
    AccessDenied,
    BadAnswer,
    ItemNotFound,
    ServiceFailed,
    Throttled,
    Unreachable,
)
from onedrive.items import id_key
from onedrive.listings import GRAPH
from onedrive.tests.drives import hasty_calls, names
from onedrive.tests.rounds import DELTA

pytestmark = pytest.mark.django_db(transaction=True)

OLD = f"{DELTA}?token=old"

LINK = f"{GRAPH}{DELTA}?token="

GHOST = {"id": "GHOST!1", "size": 0}


# --- Rounds that stop in the middle -----------------------------------------------


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize(
    "rule", [{"cut": 0.5}, {"reset": True}, {"status": 502, "body": "<html>"}]
)
def test_a_cut_between_pages_gives_nothing_and_loses_nothing(
    graph, shelf, standin, fault, small_pages, rule, anew
):
    link = read_changes(graph).link
    files = shelf.files(5)
    fault(skip=1, **rule)
    counts = []

    with pytest.raises((Unreachable, ServiceFailed)):
        read_changes(graph, "" if anew else link, counts.append)
    assert len(counts) == 1

    standin.faults.clear()
    told = read_changes(graph, link)
    assert not told.complete
    assert {id_key(file.id) for file in files} < told.items.keys()


def test_one_cut_is_outlasted(graph, link, fault):
    fault(cut=0.5, times=1)

    assert "a.jpg" in names(read_changes(graph, link))


def test_who_follows_the_pages_may_stop_them(graph):
    def stop(told):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_changes(graph, on_page=stop)


def test_a_pause_between_pages_is_waited(graph, shelf, standin, fault, small_pages):
    files = shelf.files(5)
    fault(skip=1, status=429, retry_after=7, times=1)

    told = read_changes(graph)

    assert {id_key(file.id) for file in files} < told.items.keys()
    assert not any(entry.during_pause for entry in standin.journal.entries())


def test_a_pause_that_is_too_long_is_told(graph, link, fault):
    fault(status=429, retry_after=300, times=1)

    with pytest.raises(Throttled) as refusal:
        read_changes(graph, link)

    assert refusal.value.retry_after > 290


# --- Lists that are none ----------------------------------------------------------


def test_a_circle_of_links_is_left(graph, link, fault):
    fault(edit="loop", times=9)

    with pytest.raises(BadAnswer):
        read_changes(graph, link)


def test_links_without_end_are_left(graph, shelf, monkeypatch, small_pages):
    monkeypatch.setattr("onedrive.listings.MAX_PAGES", 2)
    shelf.files(4)
    assert len(read_changes(graph).items) == 6
    shelf.file("more.jpg")

    with pytest.raises(BadAnswer):
        read_changes(graph)


@pytest.mark.parametrize("name", ["nextLink", "deltaLink"])
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v1.0/me/drive/root/delta?token=1",
        "https://graph.microsoft.com.evil.example/v1.0/me",
        "https://graph.microsoft.com@evil.example/v1.0/me",
        "http://graph.microsoft.com/v1.0/me",
        "//graph.microsoft.com/v1.0/me",
        "",
        7,
    ],
)
def test_a_link_to_another_place_is_refused(graph, calls, fault, name, address):
    page = {"value": [], f"@odata.{name}": address}
    fault(status=200, body=json.dumps(page), times=1)
    before = calls()

    with pytest.raises(BadAnswer) as refusal:
        read_changes(graph, OLD)

    assert "evil" not in str(refusal.value)
    assert calls() - before == 1


@pytest.mark.parametrize(
    "page",
    [
        {"value": []},
        {
            "value": [],
            "@odata.nextLink": f"{LINK}1",
            "@odata.deltaLink": f"{LINK}2",
        },
        {"@odata.deltaLink": f"{LINK}1"},
        {"value": {}, "@odata.deltaLink": f"{LINK}1"},
        {"value": ["x"], "@odata.deltaLink": f"{LINK}1"},
        {"value": [{"name": "no id"}], "@odata.deltaLink": f"{LINK}1"},
        {"value": [{"deleted": {}}], "@odata.deltaLink": f"{LINK}1"},
    ],
)
def test_what_is_no_page_is_a_bad_answer(graph, fault, page):
    fault(status=200, body=json.dumps(page), times=1)

    with pytest.raises(BadAnswer):
        read_changes(graph, OLD)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"status": 403}, AccessDenied),
        ({"status": 500}, ServiceFailed),
        ({"status": 200, "body": "[]"}, BadAnswer),
    ],
)
def test_a_ghost_that_cannot_be_asked_for_is_not_gone(graph, fault, rule, error):
    page = {"value": [GHOST], "@odata.deltaLink": f"{LINK}1"}
    fault(status=200, body=json.dumps(page), times=1)
    fault("*/items/GHOST!1", **rule)

    with pytest.raises(error):
        read_changes(graph, OLD)


# --- Crawls -----------------------------------------------------------------------


def test_a_crawl_fails_when_one_list_does(drive, shelf, fault):
    folders = [shelf.folder(f"F{number}") for number in range(30)]
    shelf.file("a.jpg", b"", folders[0])
    fault(f"*/items/{folders[17].id}/children", status=403)

    with pytest.raises(AccessDenied):
        crawl(drive)


def test_a_crawl_fails_when_a_later_page_does(drive, shelf, fault):
    folder = shelf.folder("Alps")
    shelf.files(1200, folder)
    fault(f"*/items/{folder.id}/children", skip=1, status=404)

    with pytest.raises(ItemNotFound):
        crawl(drive)


def test_a_crawl_outlasts_pauses_and_faults(drive, shelf, standin, fault):
    folders = [shelf.folder(f"F{number}") for number in range(30)]
    fault(f"*/items/{folders[3].id}/children", status=429, retry_after=5, times=1)
    fault(f"*/items/{folders[9].id}/children", status=503, times=2)

    assert len(crawl(drive)) == 30
    assert hasty_calls(standin) == []


def test_a_crawl_comes_out_of_folders_in_a_circle(drive, standin, calls, fault):
    home = {"id": standin.home.id, "name": "Artetore", "folder": {}}
    inner = {"id": "A1!s1", "name": "Alps", "folder": {}}
    response = {"id": "0", "status": 200, "body": {"value": [home, inner]}}
    body = json.dumps({"responses": [response]})
    fault("*/$batch", skip=1, times=5, status=200, body=body)
    before = calls()

    assert crawl(drive).keys() == {id_key("A1!s1")}
    assert calls() - before == 3
