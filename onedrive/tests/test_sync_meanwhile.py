"""Syncs beside others: other syncs, other people, and workers yet to come."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from conftest import png
from gallery.models import Image
from gallery.tests.rows import shown
from onedrive import auth
from onedrive.models import (
    DriveFile,
    DriveImage,
    ImportItem,
    Mirror,
)
from onedrive.sync import SyncUnderWay, sync
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)

FAR = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def test_two_syncs_exclude_each_other(filled, staff, synced):
    Mirror.objects.update(lease="other", leased_until=timezone.now() + HOUR)
    with pytest.raises(SyncUnderWay):
        synced()
    Mirror.objects.update(leased_until=timezone.now() - HOUR)
    synced()
    assert Mirror.objects.get().lease == ""


def test_two_people_on_one_drive_share_its_groups(
    filled, at, other_staff, consent, shelf, standin
):
    auth.connect(user=other_staff, code=consent())
    result = sync(owner=other_staff)
    assert result.run is None
    shelf.file("new.png", png(91), at("Sea"))
    sync(owner=other_staff)
    Worker().run()
    assert shown() == {"Alps": ["a.png", "b.png"], "Sea": ["c.png", "new.png"]}


def test_a_sync_before_the_worker_came_orders_nothing_twice(
    standin, tree, staff, connection, shelf
):
    standin.seed(tree({"Alps": ["a.png", "b.png"]}))
    sync(owner=staff)
    assert not sync(owner=staff).plan
    ImportItem.objects.filter(file_name="a.png").update(state="running", due=FAR)
    shelf.file("a.png", png(90), standin.store.at(standin.home, "Alps"))
    assert not sync(owner=staff).plan

    ImportItem.objects.update(state="waiting", due=timezone.now())
    Worker().run()
    assert shown() == {"Alps": ["a.png", "b.png"]}
    assert not sync(owner=staff).plan
    assert ImportItem.objects.filter(state="done").count() == 2


def test_a_change_during_the_import_is_seen_by_the_next_sync(
    standin, tree, staff, connection, shelf, synced
):
    """The import has fetched the older content when the change is noticed."""
    standin.seed(tree({"Alps": ["a.png"]}))
    synced()
    old = Image.objects.get().sha256
    ImportItem.objects.update(state="stored")
    Image.objects.all().delete()
    DriveFile.objects.update(taken=False)
    shelf.file("a.png", png(90), standin.store.at(standin.home, "Alps"))
    assert not sync(owner=staff).plan

    ImportItem.objects.update(state="waiting", due=timezone.now())
    Worker().run()
    DriveImage.objects.update(ctag="older", quick_xor_hash="older")
    result = synced()

    assert len(result.plan.changed) == 1
    assert Image.objects.get().sha256 != old


def test_what_is_deleted_before_the_worker_came_is_not_fetched(
    standin, tree, staff, connection, cost
):
    standin.seed(tree({"Alps": ["a.png", "b.png"]}))
    sync(owner=staff)
    standin.store.delete(standin.store.at(standin.home, "Alps/a.png").id)
    sync(owner=staff)
    Worker().run()
    assert shown() == {"Alps": ["b.png"]}
    assert cost()[1] == 1
