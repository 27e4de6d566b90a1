"""A drive is read level by level, on both kinds."""

import pytest

from onedrive.changes import crawl, latest_link, read_changes
from onedrive.items import id_key
from onedrive.standin.faults import Fault
from onedrive.tests.drives import keys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def test_a_crawl_finds_all_levels_and_nothing_beside(drive, shelf, outside):
    alps = shelf.folder("Alps")
    deep = shelf.folder("Deep", alps)
    deeper = shelf.folder("Deeper", deep)
    files = [shelf.file("a.jpg", b"", each) for each in (None, alps, deep, deeper)]
    counts = []

    found = crawl(drive, counts.append)

    assert found.keys() == keys(alps, deep, deeper, *files)
    assert found[id_key(files[3].id)].parent_id == deeper.id
    assert counts == [2, 4, 6, 7]


def test_a_crawl_may_begin_at_some_folders(drive, shelf):
    alps, beach, other = (shelf.folder(name) for name in ("Alps", "Beach", "Other"))
    deep = shelf.folder("Deep", alps)
    shelf.file("a.jpg", b"", other)
    files = [shelf.file("a.jpg", b"", each) for each in (alps, beach, deep)]

    found = crawl(drive, below=[alps.id, deep.id, beach.id])

    assert found.keys() == keys(deep, *files)
    assert crawl(drive, below=[]) == {}


def test_a_crawl_of_an_empty_folder_finds_nothing(drive):
    assert crawl(drive) == {}


def test_a_crawl_reads_many_folders_side_by_side(drive, shelf, calls):
    with shelf.store.db.transaction():
        folders = [shelf.folder(f"F{number}") for number in range(90)]
        for folder in folders:
            shelf.file("a.jpg", b"", folder)
    before = calls()

    found = crawl(drive)

    assert len(found) == 180
    assert calls() - before == 1 + 1 + 5


def test_a_crawl_reads_long_lists_to_their_end(drive, shelf):
    files = shelf.files(1200, shelf.folder("Alps"))

    assert keys(*files) < crawl(drive).keys()


def test_a_crawl_leaves_out_what_is_no_ordinary_file_or_folder(drive, shelf, standin):
    file = shelf.file("a.jpg")
    standin.faults.add(Fault(path="*/children", edit="strangers"))

    assert crawl(drive).keys() == keys(file)


def test_what_moves_during_a_crawl_is_told_by_the_link_from_before(
    drive, graph, shelf, standin
):
    folder = shelf.folder("Alps")
    file = shelf.file("a.jpg", b"bytes", folder)
    link = latest_link(graph)

    def move(found):
        shelf.store.update(file.id, parent_id=standin.home.id)

    found = crawl(drive, lambda count: count == 1 and move(count))

    assert not keys(file) & found.keys()
    assert keys(file) <= read_changes(graph, link).items.keys()
