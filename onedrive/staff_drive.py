"""Looking through one's OneDrive in the staff site."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from onedrive import thumbnails
from onedrive.browsing import FolderView, look
from onedrive.drive import Drive, drive_of
from onedrive.exceptions import OneDriveError
from onedrive.items import DriveItem, id_key
from onedrive.models import Connection
from onedrive.presence import Presence, presences
from onedrive.session import page_sources
from onedrive.staff_rights import CHANGE, CONNECT, DELETE, IMPORT
from onedrive.staff_trouble import trouble_page

# Seconds that somebody in front of a page may wait for each call to OneDrive, and for
# it to answer at all.
PATIENCE, REACH = 20.0, 3.5


def on_drive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the drive of whoever asks. What OneDrive refuses is told: on a page
    of its own, or after a POST above the folder that it was sent from."""

    @wraps(view)
    def wrapped(request: HttpRequest, folder: str = "") -> HttpResponse:
        try:
            drive = drive_of(request.user, patience=PATIENCE, reach=REACH)
            return view(request, drive, folder or drive.root_id)
        except OneDriveError as error:
            if request.method != "POST":
                return trouble_page(request, error)
            messages.error(request, str(error))
            return redirect(address_of(folder))

    return wrapped


def address_of(folder: str = "") -> str:
    """The page of a folder; without one that of the root folder."""
    if not folder:
        return reverse("admin:onedrive_drive")
    return reverse("admin:onedrive_drive_folder", args=[folder])


@require_safe
@on_drive
def folder_page(request: HttpRequest, drive: Drive, folder: str) -> HttpResponse:
    view = look(drive, folder, _path_asked_for(request, folder))
    known = presences(view.items)
    context = {
        **admin.site.each_context(request),
        "title": "Browse",
        "view": view,
        "crumbs": _crumbs(drive, view),
        "entries": [_entry(request, item, known[item.id]) for item in view.items],
        "next_page": _next_page(folder, view),
        "is_first": "page" not in request.GET,
        "connection": Connection.objects.filter(user=request.user).first(),
        "may": _rights(request),
        "addresses": _addresses(folder),
    }
    answer = TemplateResponse(request, "onedrive/folder.html", context)
    answer.connects_to = page_sources()  # for uploads
    return answer


@require_safe
def thumbnail(request: HttpRequest, ticket: str) -> HttpResponse:
    """204 when there is none (yet): the page then shows a sign in its place."""
    try:
        found = thumbnails.thumbnail(user=request.user, ticket=ticket)
    except signing.BadSignature:
        raise Http404 from None
    if found is None:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    kind, content = found
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(content, content_type=kind, headers=kept)


# --- Pages of a long folder -------------------------------------------------------


def _next_page(folder: str, view: FolderView) -> str:
    """OneDrive's own mark of where to go on, signed, since our token goes there."""
    if not view.next_path:
        return ""
    return signing.dumps([id_key(folder), view.next_path], salt=__name__)


def _path_asked_for(request: HttpRequest, folder: str) -> str:
    """An address that was changed leads to the first page."""
    try:
        of, path = signing.loads(request.GET.get("page", ""), salt=__name__)
    except signing.BadSignature:
        return ""
    return path if of == id_key(folder) else ""


# --- What the page shows ----------------------------------------------------------


def _rights(request: HttpRequest) -> dict[str, bool]:
    rights = {"connect": CONNECT, "change": CHANGE, "delete": DELETE, "order": IMPORT}
    may = {name: request.user.has_perm(right) for name, right in rights.items()}
    return may | {"choose": may["delete"] or may["order"]}


def _addresses(folder: str) -> dict[str, str]:
    """Of what can be done in a folder."""
    names = ("create", "rename", "delete", "upload", "relay", "order")
    return {name: reverse(f"admin:onedrive_{name}", args=[folder]) for name in names}


def _crumbs(drive: Drive, view: FolderView) -> list[tuple[str, str]]:
    """Names and addresses from the root folder down; the last is the page itself."""
    above = [(item.name, address_of(item.id)) for item in view.way]
    if id_key(view.folder.id) == id_key(drive.root_id):
        return [("OneDrive", address_of())]
    here = (view.folder.name, address_of(view.folder.id))
    return [("OneDrive", address_of()), *above, here]


def _entry(request: HttpRequest, item: DriveItem, presence: Presence) -> dict[str, Any]:
    return {
        "item": item,
        "presence": presence,
        "modified": _time(item.modified),
        "address": address_of(item.id) if item.is_folder else "",
        "thumbnail": thumbnail_of(request, item) if item.is_picture else "",
    }


def thumbnail_of(request: HttpRequest, item: DriveItem) -> str:
    ticket = thumbnails.ticket(request.user, item)
    return reverse("admin:onedrive_thumbnail", args=[ticket])


def _time(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
