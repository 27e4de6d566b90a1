"""The first page of the staff site: how things stand, for those who may see it.

It opens without asking OneDrive. What is shown for each right stands in a section of
its own, with as few queries for many rows as for none.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from gallery.overview import newest_groups, totals
from onedrive.keeper import keeper_else
from onedrive.models import Connection, Import, ImportItem
from onedrive.staff_rights import CONNECT
from onedrive.standing import Standing, nobody_works, standings

Section = dict[str, Any]

# Of each kind; more are one click away.
CONNECTIONS, IMPORTS, FILES, GROUPS = 3, 5, 5, 10
COUNTED = 500


def how_things_stand(request: HttpRequest, context: Section) -> Section:
    """What django-unfold adds to the page's context."""
    may_view = request.user.has_perm
    sections: dict[str, Callable[[HttpRequest], Section]] = {
        "gallery.view_group": _gallery,
        "onedrive.view_connection": _connections,
        "onedrive.view_import": _imports,
        "onedrive.view_importitem": _undecided,
    }
    seen = [section for right, section in sections.items() if may_view(right)]
    for section in seen:
        context |= section(request)
    return context | {"sees_nothing": not seen}


def _gallery(request: HttpRequest) -> Section:
    there = totals()
    groups, images = (
        reverse(f"admin:gallery_{model}_changelist") for model in ("group", "image")
    )
    return {
        "numbers": [
            ("Groups", "photo_library", f"{there.groups:,}", groups),
            ("Images", "image", f"{there.images:,}", images),
            ("Originals", "hard_drive", filesizeformat(there.size), images),
        ],
        "newest": newest_groups(GROUPS),
    }


def _connections(request: HttpRequest) -> Section:
    """One's own first."""
    rows = Connection.objects.select_related("user").order_by("-connected_at")
    found = list(rows[:CONNECTIONS])
    own = rows.filter(user=request.user).first()
    others = [connection for connection in found if connection != own]
    may_connect = own is None and request.user.has_perm(CONNECT)
    return {
        "connections": [*([own] if own else []), *others][:CONNECTIONS],
        "may_connect": may_connect,
        "keeper": keeper_else(own) if may_connect else None,
    }


def _imports(request: HttpRequest) -> Section:
    """Those at work, and the last others; each knows how it stands."""
    runs = Import.objects.with_folders().select_related("owner").order_by("-pk")
    at_work = list(runs.unfinished()[:IMPORTS])
    shown = sorted({*at_work, *runs[:IMPORTS]}, key=lambda run: -run.pk)
    found = standings(ImportItem.objects.filter(run__in=shown), by="run")
    for run in shown:
        run.standing = found.get(run.pk, Standing())
    stuck = bool(at_work) and nobody_works(ImportItem.objects.all())
    return {"imports": shown, "at_work": bool(at_work), "nobody_works": stuck}


def _undecided(request: HttpRequest) -> Section:
    """In an order that an index has, and counted up to a bound: there may be many."""
    items = ImportItem.objects.undecided().prefetch_related("folder")
    count = items[: COUNTED + 1].count()
    return {
        "undecided": items.order_by("-due")[:FILES],
        "undecided_count": f"More than {COUNTED}" if count > COUNTED else count,
    }
