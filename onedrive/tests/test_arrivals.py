"""From stored pictures to the gallery: together, in order, once, or not at all."""

import pytest
from django.db.models.signals import post_save

from gallery.models import Group, Image
from gallery.services import group_delete
from gallery.tests.rows import rows_without_files
from onedrive import ledger
from onedrive.models import (
    DriveImage,
    ImportItem,
)
from onedrive.outcomes import Kind
from onedrive.tests.drives import in_threads
from onedrive.tests.ledgers import (
    begin,
    claim,
    do,
    fail,
    order,
    pass_time,
    places,
    states,
    take_all,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- Together and in order --------------------------------------------------------


def test_a_folder_comes_when_its_last_file_was_tried_in_one_commit(staff, revision):
    run = begin(staff, order("c", "broken", "a", "b"))
    items, before = claim(), revision()
    take_all([items["b"], items["c"]])
    fail(items["broken"], Kind.REFUSED)
    assert states(run)["b"] == "stored"
    assert places() == []
    assert revision() == before

    take_all([items["a"]])

    assert places() == [(1, 1, "c"), (1, 2, "a"), (1, 3, "b")]
    assert revision() == before + 1
    assert Group.objects.get().title == "Alps"
    for item in run.items.filter(state="done"):
        assert item.image.source.item_id == item.file_id
        assert item.stored is None
        assert item.settled


def test_new_groups_are_numbered_in_the_order_in_which_they_were_ordered(staff):
    run = begin(staff, order("a", folder="Alps"), order("b", folder="Sea"))
    items = claim()
    take_all([items["b"]])
    assert states(run) == {"a": "running", "b": "stored"}

    take_all([items["a"]])

    titles = Group.objects.order_by("number").values_list("title", flat=True)
    assert list(titles) == ["Alps", "Sea"]


def test_a_group_that_is_there_waits_for_no_other_folder(staff):
    do(begin(staff, order("first")))
    run = begin(staff, order("a", folder="Sea"), order("b", group=1))
    items = claim()
    take_all([items["b"]])
    assert states(run) == {"a": "running", "b": "done"}


def test_a_folder_of_which_all_fails_lets_the_others_come(staff):
    run = begin(staff, order("a"), order("b", folder="Sea"))
    items = claim()
    take_all([items["b"]])
    fail(items["a"], Kind.REFUSED)
    assert states(run) == {"a": "failed", "b": "done"}
    assert places() == [(1, 1, "b")]


def test_a_postponed_file_comes_late_into_the_same_group(staff):
    run = begin(staff, order("a", "b"))
    items = claim()
    fail(items["a"])
    take_all([items["b"]])
    assert places() == [(1, 1, "b")]

    pass_time()
    do(run)

    assert places() == [(1, 1, "b"), (1, 2, "a")]


def test_the_last_two_files_at_once_are_one_commit_with_both(staff, revision):
    for turn in range(5):
        run = begin(staff, order("a", "b", folder=f"{turn}"))
        items, before = list(claim().values()), revision()
        outcomes = [taken(item) for item in items]

        def work(n, items=items, outcomes=outcomes):
            return ledger.settle(item=items[n], outcome=outcomes[n])

        assert in_threads(2, work) == [True, True]

        assert states(run) == {"a": "done", "b": "done"}
        assert revision() == before + 1


def test_folders_and_runs_that_end_at_once_do_not_stop_each_other(staff):
    orders = [order(*"ab", folder="Alps"), order(*"cd", folder="Sea")]
    runs = [begin(staff, *orders) for _ in range(3)]
    items = ledger.claim(limit=100)
    outcomes = [taken(item) for item in items]

    def work(n):
        return ledger.settle(item=items[n], outcome=outcomes[n])

    assert in_threads(12, work) == [True] * 12

    assert {state for run in runs for state in states(run).values()} == {"done"}
    assert Group.objects.count() == 6
    assert Image.objects.count() == 12


def test_a_second_run_of_the_same_group_adds_after_the_first(staff):
    do(begin(staff, order("a")))
    do(begin(staff, order("b", group=1)))
    assert places() == [(1, 1, "a"), (1, 2, "b")]


# --- Not at all -------------------------------------------------------------------


class Fuse(Exception):
    """Something breaks in the middle of the commit."""


@pytest.fixture
def fuse():
    """While it is in, no item can be written once its picture has a row."""

    def blow(sender, instance, **kwargs):
        if instance.file_name == "b":
            raise Fuse

    post_save.connect(blow, ImportItem)
    yield lambda: post_save.disconnect(blow, ImportItem)
    post_save.disconnect(blow, ImportItem)


def test_what_breaks_in_the_middle_leaves_nothing_half(
    staff, fuse, revision, stored_files
):
    run = begin(staff, order("a", "b"))
    items, before = claim(), revision()
    take_all([items["a"]])
    outcome = taken(items["b"])

    with pytest.raises(Fuse):
        ledger.settle(item=items["b"], outcome=outcome)

    assert states(run) == {"a": "stored", "b": "running"}
    assert (places(), revision()) == ([], before)
    assert not Group.objects.exists()
    assert not DriveImage.objects.exists()
    assert len(stored_files()) == 6

    fuse()
    assert ledger.settle(item=items["b"], outcome=outcome)
    assert places() == [(1, 1, "a"), (1, 2, "b")]
    assert rows_without_files() == []


def test_what_breaks_each_time_stops_no_worker(staff, fuse):
    run = begin(staff, order("b", "last"))
    take_all([claim(1)["b"]])
    for _ in range(ledger.MOST_DEATHS):
        claim()
        pass_time("last")
    other = begin(staff, order("other"))

    assert list(claim()) == ["other"]

    assert states(run) == {"b": "stored", "last": "running"}
    fuse()
    pass_time("last")
    assert claim() == {}
    assert states(run) == {"b": "done", "last": "failed"}
    assert states(other) == {"other": "running"}


def test_a_group_deleted_meanwhile_is_named_and_the_files_go(staff, stored_files):
    do(begin(staff, order("first")))
    run = begin(staff, order("a", "b", group=1))
    items = claim()
    take_all([items["a"]])
    group_delete(groups=[1])

    take_all([items["b"]])

    assert states(run) == {"a": "failed", "b": "failed"}
    for item in run.items.all():
        assert (item.stage, item.reason) == ("add", "There is no group 1.")
        assert item.stored is None
        assert item.settled
    assert stored_files() == []
    assert ledger.retry(items=run.items.all()) == 2


def test_a_folder_whose_group_goes_spoils_no_other_of_the_run(staff):
    do(begin(staff, order("first")))
    run = begin(staff, order("a", group=1), order("b", folder="Sea"))
    items = claim()
    group_delete(groups=[1])

    take_all(items.values())

    assert states(run) == {"a": "failed", "b": "done"}


def test_a_run_deleted_meanwhile_leaves_nothing(staff, stored_files):
    run = begin(staff, order("a"))
    [item] = claim().values()
    outcome = taken(item)
    run.delete()

    assert not ledger.settle(item=item, outcome=outcome)

    assert (places(), stored_files()) == ([], [])
    assert not ImportItem.objects.exists()
