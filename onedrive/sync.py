"""Keeps the groups of the gallery equal to the folders of a drive.

Read what changed, plan, apply, all while holding the mirror's lease. What a plan orders
is then worked on through the ledger like any other import.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from onedrive.applying import apply
from onedrive.drive import DRIVE, Drive, drive_of
from onedrive.exceptions import BadAnswer
from onedrive.items import drive_key
from onedrive.keeper import mirror_of
from onedrive.leases import kept_up
from onedrive.mirror import OnPage, refresh
from onedrive.mirror_rows import LeaseLost
from onedrive.models import Connection, Import, Mirror
from onedrive.plans import Plan, make_plan

PATIENCE = 600.0


class SyncUnderWay(Exception):
    """Another sync of this drive is at work."""


class PlanChanged(Exception):
    """The drive or the gallery changed since; `plan` is what there is to do now."""

    def __init__(self, plan: Plan):
        super().__init__("What there is to do has changed.")
        self.plan = plan


@dataclass(frozen=True)
class Result:
    """`withheld`: so much would have been removed that nothing was. `run` fetches
    what was added or changed, if anything was."""

    plan: Plan
    withheld: bool = False
    run: Import | None = None


def plan_sync(
    *,
    owner: Any,
    on_page: OnPage = lambda told: None,
    patience: float = PATIENCE,
    reach: float = math.inf,
) -> Plan:
    """What a sync would do now. `patience` and `reach` are those of `drive_of`. Raises
    OneDriveErrors and SyncUnderWay."""
    drive = drive_of(owner, patience=patience, reach=reach)
    with at_work(owner, drive) as mirror:
        return _plan(mirror, drive, on_page)


def sync(
    *,
    owner: Any,
    allow_removals: bool = False,
    expected: str = "",
    on_page: OnPage = lambda told: None,
    patience: float = PATIENCE,
    reach: float = math.inf,
) -> Result:
    """Make the gallery equal to the drive, but for what has to be fetched, which is
    ordered. `expected` is the digest of the only plan to apply, if not any. Raises
    OneDriveErrors, SyncUnderWay and PlanChanged, and then nothing was changed."""
    drive = drive_of(owner, patience=patience, reach=reach)
    with at_work(owner, drive) as mirror:
        plan = _plan(mirror, drive, on_page)
        if expected and expected != plan.digest():
            raise PlanChanged(plan)
        limit = 100 if allow_removals else settings.SYNC_MAX_REMOVED
        withheld = plan.too_much_goes(limit)
        return Result(plan, withheld, apply(owner, plan, withheld))


def _plan(mirror: Mirror, drive: Drive, on_page: OnPage) -> Plan:
    refresh(mirror=mirror, drive=drive, on_page=on_page)
    return make_plan(mirror)


# --- One at a time ----------------------------------------------------------------


@contextmanager
def at_work(owner: Any, drive: Drive) -> Iterator[Mirror]:
    """The mirror of somebody's drive, for nobody else until the end of the block.
    Raises OneDriveErrors and SyncUnderWay."""
    mirror = _leased(_mirror(owner, drive))
    held = Mirror.objects.filter(pk=mirror.pk, lease=mirror.lease)
    try:
        with kept_up(lambda: held.update(leased_until=_lease_end())):
            yield mirror
    except LeaseLost:
        raise SyncUnderWay("Another sync has taken over.") from None
    finally:
        held.update(lease="", leased_until=None)


def _mirror(owner: Any, drive: Drive) -> Mirror:
    connection = Connection.objects.select_related("mirror").get(user=owner)
    if connection.drive_id and connection.mirror:
        return connection.mirror
    return mirror_of(connection=connection, drive_id=_id_of(drive))


def _id_of(drive: Drive) -> str:
    found = drive.client.get(DRIVE, {"$select": "id"}).get("id")
    if not isinstance(found, str) or not found:
        raise BadAnswer
    return drive_key(found)


def _leased(mirror: Mirror) -> Mirror:
    free = Q(lease="") | Q(leased_until__lt=timezone.now())
    mirror.lease = uuid4().hex
    if not Mirror.objects.filter(free, pk=mirror.pk).update(
        lease=mirror.lease, leased_until=_lease_end()
    ):
        raise SyncUnderWay("Another sync of this OneDrive is at work.")
    return mirror


def _lease_end():
    return timezone.now() + timedelta(seconds=settings.IMPORT_LEASE)
