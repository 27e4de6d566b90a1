"""Bringing files to one's OneDrive from the staff site.

The browser sends them straight to an upload session of OneDrive. Its address carries
a credential, so that it stands in an answer here and nowhere else.
"""

import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.contrib.admin.models import ADDITION
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from onedrive.admin_parts import note_named
from onedrive.drive import Drive, drive_of
from onedrive.exceptions import OneDriveError
from onedrive.models import DriveFile
from onedrive.staff_drive import PATIENCE, REACH


def answering(view: Callable[..., dict[str, Any]]) -> Callable[..., JsonResponse]:
    """What a script is told: an object, or `detail` says why not. 503 may pass."""

    @wraps(view)
    def wrapped(request: HttpRequest, folder: str) -> JsonResponse:
        try:
            drive = drive_of(request.user, patience=PATIENCE, reach=REACH)
            return JsonResponse(view(request, drive, folder))
        except OneDriveError as error:
            status = 503 if error.retryable else 400
            return JsonResponse({"detail": str(error)}, status=status)

    return wrapped


@require_POST
@answering
def begin(request: HttpRequest, drive: Drive, folder: str) -> dict[str, Any]:
    """`url` of a session for the file `name`. With `again`, after one whose last
    answer may have been lost: `stored` is true if it was not lost after all."""
    name = request.POST.get("name", "")
    if "again" in request.POST and _is_stored(request, drive, folder):
        return {"stored": True}
    session = drive.upload_session(folder, name)
    _note(request, name)
    return {"url": session.url}


@require_POST
@answering
def relay(request: HttpRequest, drive: Drive, folder: str) -> dict[str, Any]:
    """The whole `file`: an empty one, for which there are no sessions, or one of a
    browser that is not let to OneDrive itself. `name`: what it is called there."""
    file = request.FILES.get("file")
    if file is None:
        raise OneDriveError("There is no file in this request.")
    name = request.POST.get("name", "")
    with tempfile.NamedTemporaryFile() as target:
        _write(file, Path(target.name))
        item = drive.upload(folder, Path(target.name), name=name)
    _note(request, name)
    return {"stored": True, "name": item.name}


def _is_stored(request: HttpRequest, drive: Drive, folder: str) -> bool:
    found = drive.child(folder, request.POST.get("name", ""))
    return found is not None and str(found.size) == request.POST.get("size")


def _write(file: UploadedFile, path: Path) -> None:
    with path.open("wb") as target:
        for chunk in file.chunks():
            target.write(chunk)


def _note(request: HttpRequest, name: str) -> None:
    note_named(request, DriveFile, "", name, ADDITION, "Uploaded to OneDrive.")
