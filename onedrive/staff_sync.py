"""The page from which staff make the gallery equal to their OneDrive."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from gallery.addresses import thumbnail_url
from onedrive.admin_parts import note
from onedrive.exceptions import OneDriveError
from onedrive.keeper import keeper_else
from onedrive.models import Connection
from onedrive.plans import Change, Plan, follows
from onedrive.staff_drive import PATIENCE
from onedrive.staff_rights import CONNECT, SYNC, require
from onedrive.sync import PlanChanged, Result, SyncUnderWay, plan_sync, sync

# Seconds for the first answer: a list of changes takes longer than a folder.
REACH = 10.0
# Lines of one kind of change; of more it is said how many.
MOST = 200


def sync_page(request: HttpRequest) -> HttpResponse:
    """GET tells how things stand, POST looks for changes, POST with `digest` applies
    the plan that was shown."""
    if request.method != "POST":
        return _page(request)
    require(request, SYNC)
    try:
        if "digest" in request.POST:
            return _apply(request)
        plan = plan_sync(owner=request.user, patience=PATIENCE, reach=REACH)
        return _page(request, plan)
    except PlanChanged as changed:
        messages.warning(request, f"{changed} This is the new plan; nothing was done.")
        return _page(request, changed.plan)
    except (OneDriveError, SyncUnderWay) as error:
        messages.error(request, str(error))
        return _page(request)


def _apply(request: HttpRequest) -> HttpResponse:
    result = sync(
        owner=request.user,
        allow_removals="allow_removals" in request.POST,
        # Without one, any plan would do.
        expected=request.POST["digest"] or "none",
        patience=PATIENCE,
        reach=REACH,
    )
    note(request, result.plan.mirror, CHANGE, "Made the gallery equal to OneDrive.")
    _tell(request, result)
    if result.run:
        return redirect("admin:onedrive_import_change", result.run.pk)
    return redirect("admin:onedrive_sync")


def _tell(request: HttpRequest, result: Result) -> None:
    if result.withheld:
        messages.warning(
            request,
            "So many pictures would have gone that none was removed. All else is done.",
        )
    else:
        fetched = "What is new is being fetched." if result.run else ""
        messages.success(request, f"Applied. {_done(result.plan)} {fetched}".strip())


def _done(plan: Plan) -> str:
    """As in "Renamed: 2. Removed: 27." """
    counts = {TITLES[kind][0]: count for kind, count in plan.counts().items()}
    counts |= {"Groups renamed": len(plan.retitled), "Folders gone": len(plan.emptied)}
    return " ".join(f"{title}: {count}." for title, count in counts.items() if count)


# --- What the page shows ----------------------------------------------------------


def _page(request: HttpRequest, plan: Plan | None = None) -> HttpResponse:
    rows = Connection.objects.select_related("mirror")
    connection = rows.filter(user=request.user).first()
    works = connection and connection.state == Connection.State.CONNECTED
    context = {
        **admin.site.each_context(request),
        "title": "Sync",
        "connection": connection,
        "mirror": connection and connection.mirror,
        "works": works,
        "keeper": None if works else keeper_else(connection),
        "may_sync": request.user.has_perm(SYNC),
        "may_connect": request.user.has_perm(CONNECT),
        "planned": plan is not None,
    }
    return TemplateResponse(
        request, "onedrive/sync.html", context | (_shown(plan) if plan else {})
    )


def _shown(plan: Plan) -> dict[str, Any]:
    going = sum(len(change.images) for change in plan.removed)
    return {
        "plan": plan,
        "digest": plan.digest(),
        "sections": [section for section in _sections(plan) if section["count"]],
        "passed_over": _passed_over(plan),
        "too_much_goes": plan.too_much_goes(settings.SYNC_MAX_REMOVED),
        "going": going,
        "most_removed": settings.SYNC_MAX_REMOVED,
    }


TITLES = {
    "added": ("Added", "add_photo_alternate"),
    "changed": ("Changed", "published_with_changes"),
    "renamed": ("Renamed", "edit"),
    "moved": ("Moved", "drive_file_move"),
    "removed": ("Removed", "delete"),
}


def _sections(plan: Plan) -> list[dict[str, Any]]:
    files = [
        _section(*TITLES[kind], (_line(kind, change) for change in getattr(plan, kind)))
        for kind in plan.KINDS
    ]
    retitled = ({"now": f.name, "before": f.titled} for f in plan.retitled)
    emptied = ({"now": folder.name} for folder in plan.emptied)
    return [
        *files,
        _section("Groups renamed", "title", retitled),
        _section("Folders gone", "folder_off", emptied),
    ]


def _section(title: str, icon: str, lines: Iterable[dict[str, str]]) -> dict[str, Any]:
    lines = list(lines)
    return {
        "title": title,
        "icon": icon,
        "count": len(lines),
        "lines": lines[:MOST],
        "more": max(0, len(lines) - MOST),
    }


def _line(kind: str, change: Change) -> dict[str, str]:
    """`before`: what it was called, or where it was."""
    line = {"now": change.line()}
    if change.images:
        image = change.images[0].image
        line["picture"] = thumbnail_url(image)
        if kind == "renamed":
            line["before"] = f"{image.folder_name}/{image.name}"
        if kind == "moved":
            line["before"] = f"group {image.group}"
    return line


def _passed_over(plan: Plan) -> dict[str, Any]:
    passed = (
        {"now": Change(file).line()}
        for file in plan.handled
        if not (file.is_picture or file.gone) and follows(file.folder)
    )
    return _section("Passed over, as no pictures", "block", passed)
