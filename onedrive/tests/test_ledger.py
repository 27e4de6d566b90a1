"""Writing down what is ordered, trying again, forgetting."""

import pytest
from django.db import transaction

from gallery.models import Group, Image
from gallery.querysets import LARGEST_NUMBER
from gallery.services import group_delete
from onedrive import ledger
from onedrive.models import Import, ImportFolder, ImportItem
from onedrive.orders import FileOrder, FolderOrder
from onedrive.outcomes import Kind
from onedrive.tests.ledgers import (
    begin,
    claim,
    fail,
    minutes_left,
    order,
    states,
    take_all,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- Beginning --------------------------------------------------------------------


def test_it_stands_in_the_order_in_which_it_was_ordered(staff):
    run = begin(staff, order("c", "a"), order("b", folder="Sea"))

    assert list(run.folders.order_by("pk").values_list("name", flat=True)) == [
        "Alps",
        "Sea",
    ]
    items = run.items.order_by("pk").values_list("file_name", "folder__name", "state")
    assert list(items) == [
        ("c", "Alps", "waiting"),
        ("a", "Alps", "waiting"),
        ("b", "Sea", "waiting"),
    ]
    assert list(claim()) == ["c", "a", "b"]


def test_more_files_than_a_statement_has_parameters(staff):
    names = [f"{number}.png" for number in range(1203)]
    run = begin(staff, order(*names))
    assert list(states(run)) == names


@pytest.mark.parametrize("number", [99, 0, -2, 10**40, LARGEST_NUMBER + 1])
def test_a_group_that_there_is_not_is_named_and_the_others_go_on(staff, number):
    run = begin(staff, order("a", group=number), order("b", folder="Sea"))

    assert states(run) == {"a": "failed", "b": "waiting"}
    item = run.items.get(file_name="a")
    assert item.reason == f"There is no group {number}."
    assert item.settled


def test_trying_an_unknown_group_again_makes_no_group_of_it(staff):
    run = begin(staff, order("a", group=99))
    ledger.retry(items=run.items.all())

    take_all(claim().values())

    assert states(run) == {"a": "failed"}
    assert run.items.get().reason == "There is no group 99."
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    "file_id", ["A!" + "1" * 200, "1" * 149 + "!1", "a\0b", "\ud800"]
)
def test_an_id_that_is_none_has_failed(staff, file_id):
    files = (FileOrder(file_id, "odd"), FileOrder("TESTS!1", "good"))
    run = begin(staff, FolderOrder("Alps", None, files))

    assert states(run) == {"odd": "failed", "good": "waiting"}
    assert "not in OneDrive" in run.items.get(file_name="odd").reason


def test_long_and_odd_names_are_cut_to_what_can_be_kept(staff):
    name = "\0" + "ü" * 400 + ".jpg"
    run = begin(staff, FolderOrder(name, None, (FileOrder("TESTS!1", name),)))

    item = run.items.select_related("folder").get()
    assert len(item.file_name) == len(item.folder.name) == 255
    assert item.file_name.endswith("ü.jpg")
    assert item.state == "waiting"


def test_nothing_ordered_is_nothing_to_do(staff):
    run = begin(staff)
    empty = begin(staff, order())
    assert claim() == states(run) == states(empty) == {}
    assert not Import.objects.unfinished().exists()


def test_what_is_rolled_back_leaves_nothing(staff):
    with transaction.atomic():
        begin(staff, order("a"))
        transaction.set_rollback(True)

    assert not Import.objects.exists()
    assert not ImportFolder.objects.exists()
    assert not ImportItem.objects.exists()


def test_an_order_that_breaks_in_the_middle_leaves_nothing(staff):
    def orders():
        yield order("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ledger.start(owner=staff, orders=orders(), origin="command")

    assert not Import.objects.exists()


# --- Trying again -----------------------------------------------------------------


def test_failed_and_postponed_files_can_be_tried_again(staff):
    run = begin(staff, order("failed", "postponed", "done"))
    items = claim()
    fail(items["failed"], Kind.REFUSED)
    fail(items["postponed"])
    take_all([items["done"]])

    assert ledger.retry(items=run.items.all()) == 2

    assert states(run) == {
        "failed": "waiting",
        "postponed": "waiting",
        "done": "done",
    }
    for item in run.items.filter(state="waiting"):
        assert (item.attempts, item.stage, item.reason) == (0, "", "")
        assert item.settled is None
        assert minutes_left(item) == 0
    assert list(claim()) == ["failed", "postponed"]


def test_what_comes_late_goes_into_the_same_group(staff):
    run = begin(staff, order("a", "b"))
    items = claim()
    take_all([items["a"]])
    fail(items["b"], Kind.REFUSED)
    ledger.retry(items=run.items.filter(state="failed"))

    take_all(claim().values())

    names = Group.objects.get().images.in_order().values_list("number", "name")
    assert list(names) == [(1, "a"), (2, "b")]


def test_a_run_that_did_not_retry_does_so_from_then_on(staff):
    run = begin(staff, order("a"), retries=False)
    fail(claim()["a"])
    assert states(run) == {"a": "failed"}

    ledger.retry(items=run.items.all())

    assert fail(claim()["a"]).state == "waiting"


def test_trying_again_lets_a_run_go_on_that_is_held_up(staff):
    run = begin(staff, order("a", "b"))
    fail(claim(1)["a"], Kind.BLOCKED, reason="No power.")
    assert claim() == {}

    ledger.retry(items=run.items.all())

    run.refresh_from_db()
    assert (run.pauses, run.reason) == (0, "")
    assert list(claim()) == ["a", "b"]


def test_what_is_being_worked_on_is_not_tried_twice(staff):
    run = begin(staff, order("a"))
    items = claim()

    assert ledger.retry(items=run.items.all()) == 0

    assert claim() == {}
    take_all(items.values())


# --- Forgetting -------------------------------------------------------------------


def keys(run, *names):
    items = run.items.filter(file_name__in=names)
    return list(items.values_list("key", flat=True))


def test_canceled_files_are_forgotten_but_for_those_that_are_done(staff):
    run = begin(staff, order("done"), order("failed", "waiting", "other"))
    items = claim(2)
    take_all([items["done"]])
    fail(items["failed"], Kind.REFUSED)

    ledger.cancel(keys=keys(run, "done", "failed", "waiting"))

    assert states(run) == {"done": "done", "other": "waiting"}


def test_a_file_that_is_canceled_in_the_middle_comes_to_nothing(staff, stored_files):
    run = begin(staff, order("a"))
    item = claim()["a"]
    outcome = taken(item)

    ledger.cancel(keys=keys(run, "a"))

    assert not ledger.settle(item=item, outcome=outcome)
    assert not Image.objects.exists()
    assert stored_files() == []


def test_files_that_waited_for_a_canceled_one_come_in(staff, stored_files):
    run = begin(staff, order("stored", "waiting", "stored too"))
    items = claim()
    take_all([items["stored"], items["stored too"]])
    assert not Image.objects.exists()

    ledger.cancel(keys=keys(run, "waiting", "stored too"))

    assert states(run) == {"stored": "done"}
    assert [image.name for image in Image.objects.all()] == ["stored"]
    assert len(stored_files()) == 3


def test_somebody_who_waits_gets_an_answer_for_a_canceled_file_too(staff):
    orders = [order("a")]
    run = ledger.start(owner=staff, orders=orders, origin="frontend", retries=False)
    ledger.cancel(keys=keys(run, "a"))
    assert states(run) == {"a": "waiting"}


def test_a_group_that_is_gone_is_named_again(staff, stored_files):
    take_all(claim(run=begin(staff, order("a"))).values())
    number = Group.objects.get().number
    run = begin(staff, order("b", group=number))
    group_delete(groups=[number])

    take_all(claim().values())
    assert run.items.get().reason == f"There is no group {number}."
    ledger.retry(items=run.items.all())
    take_all(claim().values())

    assert states(run) == {"b": "failed"}
    assert run.items.get().stage == ImportItem.Stage.ADD
    assert stored_files() == []
