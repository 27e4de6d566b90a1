"""What is read out of the entries of a round, on both kinds."""

import json

import pytest

from onedrive.changes import Changes, read_changes
from onedrive.items import id_key
from onedrive.listings import GRAPH
from onedrive.standin.faults import Fault
from onedrive.tests.drives import keys
from onedrive.tests.rounds import DELTA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def link_of(token):
    return f"{GRAPH}{DELTA}?token={token}"


def tell(standin, *pages):
    """OneDrive answers with these pages, one after the other."""
    for number, entries in enumerate(pages, 1):
        link = "deltaLink" if number == len(pages) else "nextLink"
        page = {"value": entries, f"@odata.{link}": link_of(number)}
        body = json.dumps(page)
        standin.faults.add(Fault(path="*/delta", status=200, body=body, times=1))


@pytest.mark.parametrize("pages", [1, 2])
def test_the_last_word_on_an_item_counts(graph, standin, pages):
    live = {"id": "A1!s1", "name": "a.jpg", "file": {}}
    gone = {"id": "a1!S1", "deleted": {}}
    back = {"id": "A1!s2", "name": "b.jpg", "file": {}}
    lost = {"id": "A1!s2", "deleted": {"state": "softdeleted"}}
    entries = [live, lost, gone, back]
    tell(standin, *([entries] if pages == 1 else [entries[:2], entries[2:]]))

    told = read_changes(graph, f"{DELTA}?token=0")

    assert told.gone == {id_key("A1!s1")}
    assert [item.name for item in told.items.values()] == ["b.jpg"]


@pytest.mark.parametrize("facet", ["package", "remoteItem", "bundle"])
def test_what_is_no_ordinary_file_or_folder_is_left_out(graph, standin, facet):
    before = {"id": "A1!s1", "name": "a", "folder": {}}
    tell(standin, [before], [{**before, facet: {}}], [{"id": "A1!s2", facet: {}}])

    told = read_changes(graph, f"{DELTA}?token=0")

    assert (told.items, told.gone) == ({}, frozenset())


def test_albums_are_asked_for_as_otherwise_they_would_look_like_folders(graph, standin):
    read_changes(graph)

    [entry] = standin.journal.entries(path="/delta")
    assert "bundle" in entry.query
    assert "deleted" in entry.query


def test_a_ghost_is_gone(graph, shelf, standin, calls):
    file = shelf.file("a.jpg")
    standin.faults.add(Fault(path="*/delta", edit="ghost"))
    before = calls()

    told = read_changes(graph)

    assert told.gone == {id_key("GHOST!1")}
    assert keys(file) < told.items.keys()
    assert calls() - before == 2


def test_an_item_that_only_looks_like_a_ghost_is_itself(graph, shelf, standin):
    file, folder = shelf.file("a.jpg"), shelf.folder("Alps")
    tell(standin, [{"id": file.id, "size": 0}, {"id": folder.id}])

    told = read_changes(graph, f"{DELTA}?token=0")

    assert told.items[id_key(file.id)].name == "a.jpg"
    assert told.items[id_key(folder.id)].is_folder
    assert told.gone == frozenset()


def test_what_got_a_name_later_is_no_ghost(graph, standin, calls):
    tell(standin, [{"id": "A1!s1"}], [{"id": "A1!s1", "name": "a", "file": {}}])
    before = calls()

    told = read_changes(graph, f"{DELTA}?token=0")

    assert [item.name for item in told.items.values()] == ["a"]
    assert calls() - before == 2


def test_a_root_without_a_name_is_no_ghost(graph, standin):
    tell(standin, [{"id": "A1!s1", "root": {}}])

    told = read_changes(graph, f"{DELTA}?token=0")

    assert told.items[id_key("A1!s1")].is_folder


def test_links_are_followed_as_they_are(graph, standin):
    tell(standin, [], [], [])

    told = read_changes(graph)

    first, *later = [entry.query for entry in standin.journal.entries(path="/delta")]
    assert "top=1000" in first
    assert later == ["token=***"] * 2
    assert told == Changes({}, frozenset(), f"{DELTA}?token=3", complete=True)
    assert "token" not in repr(told)
