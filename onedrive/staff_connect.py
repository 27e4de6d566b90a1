"""Connecting one's OneDrive in the staff site, and taking that back.

Follows Microsoft's page "OAuth 2.0 authorization code flow".
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onedrive import auth
from onedrive.admin_parts import note
from onedrive.exceptions import OneDriveError
from onedrive.models import Connection
from onedrive.staff_rights import CONNECT, require
from onedrive.way_back import PAGE, elsewhere, return_address

SIGN_IN = "onedrive_sign_in"


@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Off to Microsoft. What its answer is held against stays in the session."""
    if there := elsewhere(request):
        messages.error(
            request, f"Microsoft leads back to {there} alone: connect there."
        )
        return redirect(PAGE)
    try:
        sign_in = auth.begin(return_address())
    except OneDriveError as error:
        messages.error(request, str(error))
        return redirect(PAGE)
    request.session[SIGN_IN] = sign_in
    return HttpResponseRedirect(sign_in["auth_uri"])


@never_cache
def connected(request: HttpRequest) -> HttpResponse:
    """Back from Microsoft, with a code or a refusal in the query.

    Who was signed out meanwhile signs in to the page, not to this address again,
    which the sign-in page's own would hold with the code in it.
    """
    if not admin.site.has_permission(request):
        return redirect_to_login(reverse(PAGE), reverse("admin:login"))
    return _connected(request)


@require_GET
def _connected(request: HttpRequest) -> HttpResponse:
    require(request, CONNECT)
    sign_in = request.session.pop(SIGN_IN, None)
    if sign_in is None:
        messages.error(request, "This sign-in was begun elsewhere. Begin it here.")
    else:
        _finish(request, sign_in)
    return redirect(PAGE)


def _finish(request: HttpRequest, sign_in: dict[str, Any]) -> None:
    try:
        connection = auth.finish(
            user=request.user, flow=sign_in, answer=request.GET.dict()
        )
    except OneDriveError as error:
        if error.code == "access_denied":
            messages.info(request, "You did not consent, and nothing has changed.")
        else:
            messages.error(request, f"{error} Nothing has changed.")
        return
    note(request, connection, CHANGE, "Connected.")
    messages.success(request, f"Connected: {connection}.")


def disconnect(request: HttpRequest) -> HttpResponse:
    """After a question."""
    connection = Connection.objects.filter(user=request.user).first()
    if connection is None:
        return redirect(PAGE)
    if request.method == "POST":
        auth.disconnect(user=request.user)
        note(request, connection, CHANGE, "Disconnected.")
        messages.success(request, f"Disconnected: {connection}.")
        return redirect(PAGE)
    context = {
        **admin.site.each_context(request),
        "title": "Disconnect OneDrive",
        "connection": connection,
    }
    return TemplateResponse(request, "onedrive/disconnect.html", context)
