"""Taking what was chosen in one's OneDrive into the gallery, in the staff site."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from gallery.admin_moves import groups_to_choose
from gallery.admin_parts import possible_keys
from gallery.models import Group
from onedrive.admin_parts import MOST, note, page_of
from onedrive.choosing import gather
from onedrive.drive import Drive
from onedrive.imports import import_new, orders_by_folder
from onedrive.items import Folder
from onedrive.orders import FolderOrder
from onedrive.presence import import_under_way
from onedrive.staff_drive import address_of, on_drive, thumbnail_of

# Pictures shown of a folder.
SHOWN = 6


@require_POST
@on_drive
def order(request: HttpRequest, drive: Drive, folder: str) -> HttpResponse:
    """What is `chosen` is shown with what would become of it; with `into` it is
    ordered: "own" groups, or the "group" of the key `group`."""
    folders = gather(drive, folder, request.POST.getlist("chosen"))
    into, group = request.POST.get("into", ""), _chosen_group(request)
    if into == "own":
        return _ordered(request, folders, None, address_of(folder))
    if into == "group" and group:
        return _ordered(request, folders, group.number, address_of(folder))
    if into == "group":
        messages.error(request, "Choose the group that the pictures go to.")
    return _question(request, folder, folders, into)


def _chosen_group(request: HttpRequest) -> Group | None:
    keys = possible_keys(request.POST.getlist("group"))
    return Group.objects.filter(pk__in=keys).first()


def _ordered(
    request: HttpRequest, folders: list[Folder], group: int | None, back: str
) -> HttpResponse:
    run = import_new(owner=request.user, folders=folders, group=group)
    if run:
        note(request, run, ADDITION, "Ordered in the staff site.")
        return redirect(page_of(run))
    # Whoever clicked twice is led to what the first click ordered.
    if run := import_under_way(owner=request.user, folders=folders):
        return redirect(page_of(run))
    messages.info(request, "All of it is in the gallery already, or on its way.")
    return redirect(back)


# --- What is asked ----------------------------------------------------------------


def _question(
    request: HttpRequest, folder: str, folders: list[Folder], into: str
) -> HttpResponse:
    rows = _rows(request, folders)
    pictures = sum(file.is_picture for each in folders for file in each.files)
    count = sum(len(row["order"].files) for row in rows)
    context = {
        **admin.site.each_context(request),
        **groups_to_choose(request.POST.get("q", "")),
        "title": "Import from OneDrive",
        "chosen": request.POST.getlist("chosen"),
        "rows": rows[:MOST],
        "more": max(0, len(rows) - MOST),
        "count": count,
        "known": pictures - count,
        "others": sum(len(each.files) for each in folders) - pictures,
        "into": into,
        "back": address_of(folder),
    }
    return TemplateResponse(request, "onedrive/choose.html", context)


def _rows(request: HttpRequest, folders: list[Folder]) -> list[dict[str, Any]]:
    """The folders in which something is new, each with the group that it fills."""
    pairs = list(zip(folders, orders_by_folder(folders), strict=True))
    numbers = {order.group for _, order in pairs if order.group is not None}
    found = {group.number: group for group in Group.objects.numbered_any(numbers)}
    return [
        {
            "order": order,
            "group": found.get(order.group),
            "thumbnails": _thumbnails(request, folder, order),
        }
        for folder, order in pairs
        if order.files
    ]


def _thumbnails(request: HttpRequest, folder: Folder, order: FolderOrder) -> list[str]:
    """Of the first that are new."""
    new = {file.file_id for file in order.files[:SHOWN]}
    return [thumbnail_of(request, file) for file in folder.files if file.id in new]
