"""Several are connected: which OneDrive the commands use."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gallery.models import Group
from gallery.services import images_delete, images_rename
from onedrive import auth
from onedrive.choices import folder_choose
from onedrive.keeper import keeper, mirror_for
from onedrive.management.runs import connected_user
from onedrive.models import Connection, DriveFolder, Mirror
from onedrive.sync import SyncUnderWay, plan_sync

pytestmark = pytest.mark.django_db(transaction=True)

NEEDS_CONSENT = Connection.State.NEEDS_CONSENT


@pytest.fixture
def connect():
    """A connection, synced so many hours ago, if it was."""

    def run(user, synced=None, **columns):
        now = timezone.now()
        if synced is not None:
            applied = now - timedelta(hours=synced)
            columns["mirror"] = Mirror.objects.create(drive_id=user.pk, applied=applied)
        return Connection.objects.create(user=user, connected_at=now, **columns)

    return run


def test_nobody_looks_after_a_gallery_without_a_connection(staff):
    assert (keeper(), mirror_for(staff)) == (None, None)
    with pytest.raises(CommandError, match="Nobody has connected"):
        connected_user(None)


def test_the_first_that_was_connected_does(
    staff, other_staff, django_user_model, connect
):
    connect(other_staff)
    connect(staff)
    assert connected_user(None) == other_staff
    assert connected_user("staff") == staff
    with pytest.raises(CommandError, match="There is no user nobody."):
        connected_user("nobody")
    django_user_model.objects.create(username="third")
    with pytest.raises(CommandError, match="Connected: other, staff."):
        connected_user("third")


def test_the_one_that_works_comes_before_one_that_does_not(staff, other_staff, connect):
    connect(staff, state=NEEDS_CONSENT, reason="It was withdrawn.")
    assert connected_user(None) == staff
    connect(other_staff)
    assert connected_user(None) == other_staff


def test_the_one_that_was_synced_stays_whoever_syncs_later(
    staff, other_staff, django_user_model, connect
):
    connect(other_staff)
    connect(staff, synced=1)
    assert connected_user(None) == staff
    connect(django_user_model.objects.create(username="third"), synced=5)
    assert connected_user(None) == staff


def test_another_takes_over_only_when_it_is_disconnected(staff, other_staff, connect):
    connect(staff, synced=1, state=NEEDS_CONSENT, reason="It was withdrawn.")
    connect(other_staff)
    assert connected_user(None) == staff
    auth.disconnect(user=staff)
    assert connected_user(None) == other_staff
    auth.disconnect(user=other_staff)
    with pytest.raises(CommandError, match="It was disconnected."):
        call_command("sync_onedrive")


def test_ones_own_mirror_is_shown_until_one_disconnects(staff, other_staff, connect):
    first, own = connect(other_staff, synced=1), connect(staff, synced=1)
    assert mirror_for(staff) == own.mirror
    auth.disconnect(user=staff)
    assert mirror_for(staff) == first.mirror


# --- Several connections to one drive ---------------------------------------------


@pytest.fixture
def second(connection, other_staff, consent):
    """Another user's consent to the same OneDrive."""
    return auth.connect(user=other_staff, code=consent())


def test_a_second_connection_knows_what_became_of_the_drive(
    filled, staff, other_staff, second
):
    images_delete(numbers={1: [1]})
    images_rename(names={1: {2: ("mine.png", "Alps")}})
    folder = DriveFolder.objects.get(name="Sea")
    folder_choose(folder=folder.pk, choice="ignore", group=None)
    plan = plan_sync(owner=other_staff)
    assert (plan.counts(), plan.emptied) == (dict.fromkeys(plan.KINDS, 0), [])
    assert mirror_for(other_staff) == mirror_for(staff)
    folder.refresh_from_db()
    assert folder.choice == "ignore"


def test_two_that_sync_one_drive_wait_for_each_other(filled, other_staff, second):
    soon = timezone.now() + timedelta(hours=1)
    Mirror.objects.update(lease="other", leased_until=soon)
    with pytest.raises(SyncUnderWay):
        plan_sync(owner=other_staff)


def test_a_user_who_goes_leaves_what_is_known_of_the_drive(
    filled, staff, other_staff, second
):
    staff.delete()
    assert not plan_sync(owner=other_staff)


def test_another_drive_has_a_mirror_of_its_own(filled, staff, consent):
    """Which one it is, is asked after each consent."""
    Connection.objects.update(drive_id="else")
    Mirror.objects.update(drive_id="else")
    assert not plan_sync(owner=staff)
    auth.connect(user=staff, code=consent())
    assert len(plan_sync(owner=staff).handled) == 4
    assert Mirror.objects.count() == 2


def test_a_second_person_stops_no_sync(
    standin, tree, connection, other_staff, connect, capsys
):
    standin.seed(tree({"Alps": ["a.png"]}))
    connect(other_staff)
    call_command("sync_onedrive")
    call_command("import_onedrive", "Alps")
    assert Group.objects.get().title == "Alps"
