"""What a member of staff needs for each thing that the pages of OneDrive do."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

CONNECT = "onedrive.change_connection"
BROWSE = "onedrive.view_drivefolder"
CHANGE = "onedrive.change_drivefolder"
DELETE = "onedrive.delete_drivefolder"
IMPORT = "onedrive.add_import"
SEE_SYNC = "onedrive.view_mirror"
SYNC = "onedrive.change_mirror"

View = Callable[..., HttpResponse]


def require(request: HttpRequest, *rights: str) -> None:
    """At least one of them."""
    if not any(request.user.has_perm(right) for right in rights):
        raise PermissionDenied


def allowed(view: View, *rights: str, cacheable: bool = False) -> View:
    """The view for signed-in staff who have one of these rights."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request, *rights)
        return view(request, *args, **kwargs)

    return admin.site.admin_view(checked, cacheable)
