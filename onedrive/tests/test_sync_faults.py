"""Syncs that lose their link, their consent or their life lose nothing else."""

import pytest
from django.db import transaction

from conftest import png
from gallery.models import Image
from gallery.tests.rows import shown
from onedrive import auth, ledger
from onedrive.models import (
    Import,
    Mirror,
)
from onedrive.standin.faults import Fault
from onedrive.sync import sync
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

RESYNC = "resyncChangesApplyDifferences"


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


def test_a_lost_link_reads_all_anew_and_fetches_nothing(
    filled, at, synced, standin, cost
):
    filled.delete(at("Alps/a.png").id)
    standin.faults.add(
        Fault(role="graph", path="*/delta", status=410, inner=RESYNC, times=1)
    )
    cost()
    synced(allow_removals=True)
    assert shown() == {"Alps": ["b.png"], "Sea": ["c.png"]}
    assert cost()[1] == 0


def test_without_a_list_of_changes_folders_are_crawled(
    filled, at, synced, standin, shelf, cost
):
    shelf.file("new.png", png(62), at("Alps"))
    filled.delete(at("Sea/c.png").id)
    standin.faults.add(Fault(role="graph", path="*/delta", status=410, inner=RESYNC))
    cost()
    synced(allow_removals=True)
    assert shown() == {"Alps": ["a.png", "b.png", "new.png"], "Sea": []}
    assert cost()[1] == 1


def test_a_death_before_the_commit_changes_nothing(filled, at, synced, staff):
    filled.update(at("Alps").id, name="Mountains")
    filled.delete(at("Sea/c.png").id)
    before = shown(), Mirror.objects.get().applied
    with transaction.atomic():
        sync(owner=staff, allow_removals=True)
        transaction.set_rollback(True)
    assert (shown(), Mirror.objects.get().applied) == before
    Mirror.objects.update(lease="", leased_until=None)

    synced(allow_removals=True)

    assert shown() == {"Mountains": ["a.png", "b.png"], "Sea": []}


def test_a_token_revoked_in_the_middle_ends_with_that_and_the_next_finishes(
    standin, tree, staff, connection, consent, synced
):
    standin.seed(tree({"Alps": [f"{n}.png" for n in range(20)]}))
    sync(owner=staff)
    standin.identity.switch(refuse="invalid_grant")
    standin.faults.add(Fault(role="content", skip=5, status=401))
    standin.faults.add(Fault(role="graph", path="*/content", status=401))

    Worker().run()

    run = Import.objects.get()
    assert "sign" in run.reason
    there = Image.objects.count()
    assert 0 < there < 20
    assert run.items.filter(state="failed").count() == 0

    standin.faults.clear()
    standin.identity.switch(refuse="")
    auth.connect(user=staff, code=consent())
    ledger.retry(items=run.items.all())
    downloads = len(standin.journal.entries("content"))
    Worker().run()

    assert sorted(shown()["Alps"]) == sorted(f"{n}.png" for n in range(20))
    assert len(standin.journal.entries("content")) - downloads == 20 - there
