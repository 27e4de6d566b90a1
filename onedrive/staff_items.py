"""Folders and files of one's OneDrive: made, renamed and deleted in the staff site."""

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from onedrive.admin_parts import note_named
from onedrive.choosing import chosen_items
from onedrive.drive import Drive
from onedrive.exceptions import OneDriveError
from onedrive.items import DriveItem
from onedrive.models import DriveFile, DriveFolder
from onedrive.names import checked_name
from onedrive.presence import presences
from onedrive.staff_drive import address_of, on_drive


@require_POST
@on_drive
def create(request: HttpRequest, drive: Drive, folder: str) -> HttpResponse:
    """A folder in this one, called `name`."""
    name = request.POST.get("name", "")
    made = drive.folder_create(name, inside=folder)
    _note(request, made, ADDITION, "Created in OneDrive.")
    messages.success(request, _created(checked_name(name), made.name))
    return redirect(address_of(folder))


def _created(wanted: str, name: str) -> str:
    if name == wanted:
        return f"Created: {name}."
    return f"{wanted} was there already, so the new folder is called {name}."


@require_POST
@on_drive
def rename(request: HttpRequest, drive: Drive, folder: str) -> HttpResponse:
    """The `item` of this id gets the name `name`."""
    item = drive.rename(request.POST.get("item", ""), request.POST.get("name", ""))
    _note(request, item, CHANGE, "Renamed in OneDrive.")
    messages.success(request, f"Renamed: {item.name}.")
    return redirect(address_of(folder))


@require_POST
@on_drive
def delete(request: HttpRequest, drive: Drive, folder: str) -> HttpResponse:
    """All that is `chosen`, by their ids, after a question."""
    items = chosen_items(drive, request.POST.getlist("chosen"))
    if not items:
        messages.info(request, "Nothing was chosen that is still there.")
        return redirect(address_of(folder))
    if "sure" in request.POST:
        _delete(request, drive, items)
        return redirect(address_of(folder))
    known = presences(items).values()
    context = {
        **admin.site.each_context(request),
        "title": "Delete from OneDrive",
        "items": items,
        "in_gallery": any(each.group or each.taken for each in known),
        "back": address_of(folder),
    }
    return TemplateResponse(request, "onedrive/delete.html", context)


def _delete(request: HttpRequest, drive: Drive, items: list[DriveItem]) -> None:
    """One that can't be deleted does not keep the others."""
    deleted = 0
    for item in items:
        try:
            drive.delete(item.id)
        except OneDriveError as error:
            messages.error(request, f"{item.name}: {error}")
        else:
            deleted += 1
            _note(request, item, DELETION, "Deleted in OneDrive.")
    if deleted:
        told = f"Deleted: {deleted}. OneDrive keeps it in its recycle bin for a while."
        messages.success(request, told)


def _note(request: HttpRequest, item: DriveItem, flag: int, message: str) -> None:
    model = DriveFolder if item.is_folder else DriveFile
    note_named(request, model, item.id, item.name, flag, message)
