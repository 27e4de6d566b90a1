"""Stored pictures whose files vanish, and those that take the place of others."""

import pytest
from django.core.files.storage import default_storage

from gallery.models import Group, Image
from gallery.services import images_delete
from gallery.storage import AtomicFileSystemStorage
from gallery.tests.rows import named_files, rows_without_files
from onedrive import ledger
from onedrive.outcomes import Kind
from onedrive.tests.ledgers import (
    begin,
    claim,
    do,
    fail,
    order,
    places,
    states,
    take_all,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)


# --- Files that vanish ------------------------------------------------------------


def test_a_file_that_vanished_is_taken_anew_and_the_others_come(staff):
    run = begin(staff, order("a", "b", "c"))
    items = claim()
    outcome = taken(items["b"])
    ledger.settle(item=items["b"], outcome=outcome)
    default_storage.delete(outcome.picture.preview)

    take_all([items["a"], items["c"]])

    assert states(run) == {"a": "done", "b": "waiting", "c": "done"}
    assert do(run)["b"] == "done"
    assert places() == [(1, 1, "a"), (1, 2, "c"), (1, 3, "b")]
    assert rows_without_files() == []


def test_when_all_vanished_there_is_no_group_before_they_come_again(staff):
    run = begin(staff, order("a"))
    [item] = claim().values()
    outcome = taken(item)
    default_storage.delete(outcome.picture.original)

    assert ledger.settle(item=item, outcome=outcome)

    assert states(run) == {"a": "waiting"}
    assert not Group.objects.exists()
    assert do(run) == {"a": "done"}
    assert Group.objects.get().number == 1


def test_a_file_that_vanishes_without_retries_is_taken_anew_too(staff):
    run = begin(staff, order("a"), retries=False)
    [item] = claim().values()
    outcome = taken(item)
    default_storage.delete(outcome.picture.original)
    ledger.settle(item=item, outcome=outcome)
    assert ledger.awaits(runs=[run.pk])
    assert do(run) == {"a": "done"}


class Blinking(AtomicFileSystemStorage):
    """Says once of a file that it is not there: another import stores it just then."""

    blinks = 0

    def exists(self, name: str) -> bool:
        if Blinking.blinks and name.startswith("previews"):
            Blinking.blinks -= 1
            return False
        return super().exists(name)


@pytest.mark.parametrize("replaces", [False, True])
def test_a_file_that_comes_back_at_that_moment_comes_in(staff, settings, replaces):
    do(begin(staff, order("a")))
    backend = {"BACKEND": f"{__name__}.Blinking"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    run = begin(staff, order("a", replaces=replaces))
    [item] = claim().values()
    outcome = taken(item, "new")
    Blinking.blinks = 1

    assert ledger.settle(item=item, outcome=outcome)

    assert Blinking.blinks == 0
    assert states(run) == {"a": "done"}


# --- Replacing --------------------------------------------------------------------


def test_all_pictures_of_a_file_get_the_new_content_under_their_numbers(
    staff, stored_files
):
    do(begin(staff, order("a", "other")))
    do(begin(staff, order("a", folder="Sea")))
    before = places()
    run = begin(staff, order("a", replaces=True))

    [item] = claim().values()
    outcome = taken(item, "new")
    assert ledger.settle(item=item, outcome=outcome)

    assert places() == before
    images = Image.objects.filter(name="a")
    assert {image.sha256 for image in images} == {outcome.picture.sha256}
    assert {image.source.ctag for image in images} == {"tagnew"}
    assert states(run) == {"a": "done"}
    assert run.items.get().image in images
    assert Group.objects.count() == 2
    assert stored_files() == named_files()


def test_a_replacement_of_a_picture_deleted_meanwhile_is_done_and_leaves_nothing(
    staff, stored_files
):
    do(begin(staff, order("a")))
    run = begin(staff, order("a", replaces=True))
    [item] = claim().values()
    outcome = taken(item, "new")
    images_delete(numbers={1: [1]})

    assert ledger.settle(item=item, outcome=outcome)

    assert states(run) == {"a": "done"}
    assert (places(), stored_files()) == ([], [])


def test_a_replacement_that_vanished_is_taken_anew(staff):
    do(begin(staff, order("a")))
    former = Image.objects.get().sha256
    run = begin(staff, order("a", "b", replaces=True))
    items = claim()
    outcome = taken(items["a"], "new")
    default_storage.delete(outcome.picture.original)

    ledger.settle(item=items["a"], outcome=outcome)
    take_all([items["b"]])

    assert states(run) == {"a": "waiting", "b": "done"}
    assert Image.objects.get().sha256 == former
    [item] = claim().values()
    assert ledger.settle(item=item, outcome=taken(item, "new"))
    assert Image.objects.get().sha256 == outcome.picture.sha256
    assert rows_without_files() == []


def test_what_fails_to_be_replaced_stays_as_it_was(staff, stored_files):
    do(begin(staff, order("a")))
    before = stored_files()
    begin(staff, order("a", replaces=True))
    fail(claim()["a"], Kind.REFUSED)
    assert stored_files() == before
    assert rows_without_files() == []
