"""What a drive tells of its changes, round by round, on both kinds."""

import pytest

from onedrive.changes import latest_link, read_changes
from onedrive.items import id_key
from onedrive.standin.faults import Fault
from onedrive.tests.drives import keys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


# --- The first round --------------------------------------------------------------


def test_the_first_round_is_all_that_the_drive_holds(graph, shelf, standin):
    folder = shelf.folder("Alps")
    file = shelf.file("a.jpg", b"bytes", folder)
    shelf.store.delete(shelf.file("gone.jpg").id)

    told = read_changes(graph)

    root = shelf.store.root
    assert told.complete
    assert told.gone == frozenset()
    assert told.items.keys() == keys(root, standin.home, folder, file)
    item = told.items[id_key(file.id)]
    assert (item.name, item.size, item.is_folder) == ("a.jpg", 5, False)
    assert (item.parent_id, item.quick_xor_hash) == (folder.id, file.quick_xor)
    top = told.items[id_key(root.id)]
    assert (top.is_folder, top.parent_id) == (True, "")


def test_many_files_come_over_several_pages(graph, shelf, calls):
    files = shelf.files(1200)
    counts = []
    before = calls()

    told = read_changes(graph, on_page=counts.append)

    assert keys(*files) < told.items.keys()
    assert len(told.items) == 1202
    assert counts == [1000, 1202]
    assert calls() - before == 2


def test_pages_may_be_empty(graph, shelf, standin, small_pages):
    standin.behaviour.empty_pages = True
    files = shelf.files(5)
    counts = []

    told = read_changes(graph, on_page=counts.append)

    assert keys(*files) < told.items.keys()
    assert len(counts) > len(set(counts))


def test_an_item_that_is_told_twice_is_one(graph, shelf, standin):
    standin.faults.add(Fault(path="*/delta", edit="repeat"))
    file = shelf.file("a.jpg")

    assert read_changes(graph).items.keys() == keys(
        shelf.store.root, standin.home, file
    )


def test_a_change_while_pages_are_read_comes_at_the_latest_in_the_next_round(
    graph, shelf, small_pages
):
    files = shelf.files(4)
    late = []

    def meddle(told):
        if not late:
            late.append(shelf.file("late.jpg"))
            shelf.store.delete(files[0].id)

    first = read_changes(graph, on_page=meddle)
    second = read_changes(graph, first.link)

    assert keys(*late) <= first.items.keys() | second.items.keys()
    assert keys(files[0]) <= first.gone | second.gone


# --- Later rounds -----------------------------------------------------------------


def test_a_drive_without_changes_costs_one_call(graph, shelf, calls):
    shelf.file("a.jpg")
    first = read_changes(graph)
    before = calls()

    told = read_changes(graph, first.link)

    assert calls() - before == 1
    assert (told.items, told.gone, told.complete) == ({}, frozenset(), False)


def test_a_new_file_comes_with_the_folders_above(graph, shelf):
    folder, other = shelf.folder("Alps"), shelf.folder("Other")
    link = read_changes(graph).link
    file = shelf.file("a.jpg", b"bytes", folder)

    told = read_changes(graph, link)

    assert not told.complete
    assert keys(file, folder, shelf.store.root) <= told.items.keys()
    assert not keys(other) & told.items.keys()
    assert read_changes(graph, told.link).items == {}


def test_a_new_name_a_new_place_and_new_content_are_told(graph, shelf):
    folder = shelf.folder("Alps")
    renamed, moved, filled = (shelf.file(name) for name in "abc")
    first = read_changes(graph)
    shelf.store.update(renamed.id, name="z.jpg")
    shelf.store.update(moved.id, parent_id=folder.id)
    shelf.file("c", b"other bytes")

    items = read_changes(graph, first.link).items

    assert items[id_key(renamed.id)].name == "z.jpg"
    assert items[id_key(moved.id)].parent_id == folder.id
    before, after = (each[id_key(filled.id)] for each in (first.items, items))
    assert (before.size, after.size) == (5, 11)
    assert before.quick_xor_hash != after.quick_xor_hash


def test_a_folder_that_moves_comes_without_what_is_in_it(graph, shelf):
    folder, other = shelf.folder("Alps"), shelf.folder("Other")
    file = shelf.file("a.jpg", b"bytes", folder)
    link = read_changes(graph).link
    shelf.store.update(folder.id, parent_id=other.id)

    told = read_changes(graph, link)

    assert told.items[id_key(folder.id)].parent_id == other.id
    assert not keys(file) & (told.items.keys() | told.gone)


def test_a_deleted_file_is_gone(graph, shelf):
    file = shelf.file("a.jpg")
    link = read_changes(graph).link
    shelf.store.delete(file.id)

    told = read_changes(graph, link)

    assert told.gone == keys(file)
    assert not keys(file) & told.items.keys()


def test_of_a_deleted_folder_at_least_itself_is_told(graph, shelf, standin):
    folder = shelf.folder("Alps")
    file = shelf.file("a.jpg", b"bytes", folder)
    link = read_changes(graph).link
    shelf.store.delete(folder.id)

    told = read_changes(graph, link)

    descendants = standin.store.kind.delta_lists_deleted_descendants
    assert told.gone == (keys(folder, file) if descendants else keys(folder))


def test_what_was_restored_is_there_again(graph, shelf):
    file = shelf.file("a.jpg")
    shelf.store.delete(file.id)
    link = read_changes(graph).link
    shelf.store.restore(file.id)

    told = read_changes(graph, link)

    assert keys(file) <= told.items.keys()
    assert told.gone == frozenset()


def test_a_link_may_be_used_again(graph, shelf):
    link = read_changes(graph).link
    first = shelf.file("a.jpg")
    assert keys(first) <= read_changes(graph, link).items.keys()
    second = shelf.file("b.jpg")

    assert keys(first, second) <= read_changes(graph, link).items.keys()


def test_a_change_that_is_seen_late_is_not_lost(graph, shelf, standin):
    link = read_changes(graph).link
    standin.behaviour.delta_delay = 60.0
    file = shelf.file("a.jpg")
    early = read_changes(graph, link)
    standin.clock.advance(61)

    assert early.items == {}
    assert keys(file) <= read_changes(graph, early.link).items.keys()


def test_from_the_latest_link_on_only_new_things_are_told(graph, shelf, calls):
    old = shelf.file("a.jpg")
    before = calls()
    link = latest_link(graph)
    assert calls() - before == 1
    new = shelf.file("b.jpg", b"bytes")

    told = read_changes(graph, link)

    assert keys(new) <= told.items.keys()
    assert not keys(old) & told.items.keys()
    assert told.items[id_key(new.id)].quick_xor_hash == new.quick_xor
