"""Staff choose which folders are followed, and give up files; syncs do as chosen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import png
from gallery.exceptions import GroupUnknown
from gallery.models import Group, Image
from gallery.services import group_update
from onedrive import ledger
from onedrive.choices import (
    FolderUnknown,
    folder_choose,
    items_give_up,
    items_retry,
)
from onedrive.models import DriveFile, DriveFolder, Import, ImportItem, Mirror
from onedrive.orders import FileOrder, FolderOrder
from onedrive.outcomes import Failure
from onedrive.standing import standings
from onedrive.sync import PlanChanged, SyncUnderWay, plan_sync, sync
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


@pytest.fixture
def synced(staff, connection):
    def run(**options):
        result = sync(owner=staff, allow_removals=True, **options)
        Worker().run()
        return result

    return run


@pytest.fixture
def filled(standin, tree, synced):
    standin.seed(tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}))
    synced()
    return standin.store


@pytest.fixture
def choose():
    """A choice for the folder of that name; its group stays if none is named."""

    def run(name, choice, **group):
        folder = DriveFolder.objects.select_related("group").get(name=name)
        kept = folder.group.number if folder.group else None
        folder_choose(folder=folder.pk, choice=choice, **{"group": kept} | group)
        folder.refresh_from_db()
        return folder

    return run


@pytest.fixture
def add(standin, shelf):
    def run(folder, name, index=80):
        shelf.file(name, png(index), standin.store.at(standin.home, folder))

    return run


def names(title: str) -> set[str]:
    images = Image.objects.filter(group__title=title)
    return set(images.values_list("name", flat=True))


# --- Folders ----------------------------------------------------------------------


def test_an_ignored_folder_is_left_as_it_is(filled, choose, synced, add, standin):
    choose("Sea", "ignore")
    add("Sea", "new.png")
    filled.delete(filled.at(standin.home, "Sea/c.png").id)
    synced()
    assert names("Sea") == {"c.png"}


def test_who_follows_again_gets_what_came_meanwhile(filled, choose, synced, add):
    choose("Sea", "ignore")
    add("Sea", "new.png")
    synced()
    choose("Sea", "follow")
    synced()
    assert names("Sea") == {"c.png", "new.png"}


def test_a_new_name_counts_when_the_folder_is_followed_again(
    filled, choose, synced, standin
):
    choose("Sea", "ignore")
    filled.update(filled.at(standin.home, "Sea").id, name="Ocean")
    synced()
    assert names("Sea") == {"c.png"}
    choose("Ocean", "follow")
    synced()
    assert names("Ocean") == {"c.png"}


def test_once_is_once_and_can_be_chosen_again(filled, choose, synced, add):
    choose("Sea", "ignore")
    add("Sea", "second.png", 81)
    synced()
    choose("Sea", "once")
    synced()
    assert names("Sea") == {"c.png", "second.png"}

    add("Sea", "third.png", 82)
    synced()
    assert names("Sea") == {"c.png", "second.png"}

    choose("Sea", "ignore")
    choose("Sea", "once")
    synced()
    assert names("Sea") == {"c.png", "second.png", "third.png"}


def test_what_is_new_goes_to_the_chosen_group(filled, choose, synced, add):
    alps = Group.objects.get(title="Alps")
    folder = choose("Sea", "follow", group=alps.number)
    assert (folder.group, folder.titled) == (alps, "")
    add("Sea", "new.png")
    synced()
    assert names("Alps") == {"a.png", "b.png", "new.png"}
    assert names("Sea") == {"c.png"}


def test_a_group_of_the_same_title_follows_the_folders_name(filled, choose):
    sea = Group.objects.get(title="Sea")
    choose("Sea", "follow", group=None)
    assert choose("Sea", "follow", group=sea.number).titled == "Sea"
    group_update(group=sea.number, title="Ours")
    choose("Sea", "follow", group=None)
    assert choose("Sea", "follow", group=sea.number).titled == ""


def test_a_choice_that_changes_nothing_touches_nothing(filled, choose):
    choose("Sea", "follow")
    assert not DriveFile.objects.filter(touched=True).exists()


@pytest.mark.parametrize("group", [-1, 99, 10**30])
def test_a_group_that_is_none_is_refused(filled, choose, group):
    with pytest.raises(GroupUnknown):
        choose("Sea", "ignore", group=group)
    assert DriveFolder.objects.get(name="Sea").choice == "follow"


def test_a_folder_that_is_gone_is_refused(filled, choose):
    DriveFolder.objects.filter(name="Sea").update(gone=True)
    with pytest.raises(FolderUnknown):
        choose("Sea", "ignore")
    with pytest.raises(FolderUnknown):
        folder_choose(folder=0, choice="follow", group=None)


def test_nobody_chooses_while_a_sync_is_at_work(filled, choose):
    Mirror.objects.update(lease="other", leased_until=timezone.now() + HOUR)
    with pytest.raises(SyncUnderWay):
        choose("Sea", "ignore")
    Mirror.objects.update(leased_until=timezone.now() - HOUR)
    assert choose("Sea", "ignore").choice == "ignore"


# --- A plan that is expected ------------------------------------------------------


def test_the_plan_that_was_seen_is_applied(filled, add, staff, synced):
    add("Sea", "new.png")
    plan = plan_sync(owner=staff)
    synced(expected=plan.digest())
    assert names("Sea") == {"c.png", "new.png"}


def test_another_plan_than_that_is_not(filled, add, staff, synced):
    add("Sea", "new.png", 81)
    plan = plan_sync(owner=staff)
    add("Sea", "newer.png", 82)
    with pytest.raises(PlanChanged) as refused:
        synced(expected=plan.digest())
    lines = [change.line() for change in refused.value.plan.added]
    assert lines == ["Sea/new.png", "Sea/newer.png"]
    assert names("Sea") == {"c.png"}
    assert Mirror.objects.get().lease == ""


# --- Files that failed ------------------------------------------------------------


@pytest.fixture
def failed(staff):
    """The items of a run in which every file is refused."""

    def run(*files):
        order = FolderOrder("F", None, tuple(FileOrder(name, name) for name in files))
        started = ledger.start(owner=staff, orders=[order], origin=Import.Origin.STAFF)
        for item in ledger.claim(limit=100, runs=[started.pk]):
            refused = Failure(ImportItem.Stage.PICTURE, "Broken.")
            ledger.settle(item=item, outcome=refused)
        return started.items.all()

    return run


def test_undecided_failures_are_tried_again(failed):
    first = failed("A!1", "A!2")
    failed("A!2")
    assert items_retry(items=first) == 1
    assert first.get(file_id="A!1").state == "waiting"
    assert first.get(file_id="A!2").state == "failed"


def test_what_was_given_up_does_not_come_back(failed):
    failed("A!1", "A!2")
    last = failed("A!1")
    assert items_give_up(items=last) == 1
    left = ImportItem.objects.undecided().values_list("file_id", flat=True)
    assert list(left) == ["A!2"]


@pytest.fixture
def broken(standin, tree, connection, staff):
    """A file that an import by hand could not take, before any sync."""
    standin.seed(tree({"Alps": ["broken.png"]}))
    folder = standin.store.at(standin.home, "Alps")
    file = standin.store.at(standin.home, "Alps/broken.png")
    order = FolderOrder("Alps", None, (FileOrder(file.id, file.name),))

    def run():
        ledger.start(owner=staff, orders=[order], origin=Import.Origin.STAFF)
        Worker().run()
        assert ImportItem.objects.latest("pk").state == "failed"
        return folder

    return run


def change(shelf, folder):
    """After the failure, by the times of both."""
    ImportItem.objects.update(settled=timezone.now() - HOUR)
    shelf.file("broken.png", png(77), folder)


@pytest.mark.parametrize("give_up", [True, False])
@pytest.mark.parametrize("seen", ["before", "after"])
def test_what_failed_by_hand_rests_until_it_changes(
    broken, staff, synced, shelf, seen, give_up
):
    if seen == "before":
        plan_sync(owner=staff)
    folder = broken()
    if give_up:
        items_give_up(items=ImportItem.objects.all())
    assert not plan_sync(owner=staff)
    synced()
    assert not Image.objects.exists()

    change(shelf, folder)
    synced()
    assert names("Alps") == {"broken.png"}
    assert not ImportItem.objects.exclude(state="done").exists()


def test_what_changed_before_it_is_first_seen_is_taken(broken, synced, shelf):
    change(shelf, broken())
    synced()
    assert names("Alps") == {"broken.png"}


def test_what_failed_for_want_of_a_group_is_taken(standin, tree, staff, synced):
    standin.seed(tree({"Alps": ["a.png"]}))
    file = standin.store.at(standin.home, "Alps/a.png")
    order = FolderOrder("Alps", 99, (FileOrder(file.id, file.name),))
    ledger.start(owner=staff, orders=[order], origin=Import.Origin.STAFF)
    synced()
    assert names("Alps") == {"a.png"}


def test_what_was_given_up_in_a_sync_does_not_come_back(synced, standin, tree, staff):
    standin.seed(tree({"Alps": ["broken.png"]}))
    synced()
    items_give_up(items=ImportItem.objects.all())
    DriveFile.objects.update(touched=True)
    assert not plan_sync(owner=staff)
    assert standings(ImportItem.objects.all(), by="run") == {}


def test_what_is_being_tried_again_is_not_given_up(failed):
    items = failed("A!1")
    ledger.retry(items=items)
    assert items_give_up(items=items) == 0
    assert items.get().state == "waiting"
