"""Stored pictures of folders that sync knows come into their groups."""

import pytest

from gallery.models import Group
from onedrive import ledger
from onedrive.models import (
    DriveFile,
    DriveFolder,
    Mirror,
)
from onedrive.tests.drives import in_threads
from onedrive.tests.ledgers import (
    begin,
    claim,
    do,
    order,
    places,
    states,
    take_all,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(connection):
    mirror = Mirror.objects.create()
    return DriveFolder.objects.create(mirror=mirror, key="K", item_id="K", name="Alps")


def test_two_runs_for_one_folder_without_a_group_make_one(staff, source):
    runs = [begin(staff, order(name, source=source.pk)) for name in "ab"]
    items = list(claim().values())
    outcomes = [taken(item) for item in items]

    def work(n):
        return ledger.settle(item=items[n], outcome=outcomes[n])

    assert in_threads(2, work) == [True, True]

    group = Group.objects.get()
    assert sorted(group.images.values_list("name", flat=True)) == ["a", "b"]
    source.refresh_from_db()
    assert (source.group, source.titled) == (group, "Alps")
    assert [run.folders.get().number for run in runs] == [group.number] * 2


def test_the_group_of_a_folder_is_filled_as_it_is_then(staff, source):
    run = begin(staff, order("a", source=source.pk))
    [item] = claim().values()
    do(begin(staff, order("b", folder="Sea")))
    source.group = Group.objects.get()
    source.save()

    take_all([item])

    assert states(run) == {"a": "done"}
    assert places() == [(1, 1, "b"), (1, 2, "a")]
    source.refresh_from_db()
    assert source.titled == ""


def test_a_folder_forgotten_meanwhile_fills_a_new_group(staff, source):
    run = begin(staff, order("a", source=source.pk))
    items = claim()
    source.delete()
    take_all(items.values())
    assert states(run) == {"a": "done"}
    assert places() == [(1, 1, "a")]


def test_sync_learns_what_was_taken(staff, source):
    file = DriveFile.objects.create(
        mirror=source.mirror,
        folder=source,
        key=begin(staff, order("a")).items.get().key,
        item_id="TESTS!a",
        name="a",
    )
    take_all(claim().values())
    file.refresh_from_db()
    assert file.taken
