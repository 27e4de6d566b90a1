"""What a page of OneDrive says when OneDrive does not do what it should."""

from typing import NamedTuple

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from onedrive.exceptions import (
    ItemNotFound,
    NotConfigured,
    NotConnected,
    OneDriveError,
    OutsideRoot,
    Throttled,
)
from onedrive.models import Connection
from onedrive.staff_rights import CONNECT


class Advice(NamedTuple):
    """`way_out`: "connect", "begin" (at the root folder), "again" or nothing."""

    title: str
    icon: str
    advice: str
    way_out: str


ADVICE: list[tuple[type[OneDriveError], Advice]] = [
    (
        NotConnected,
        Advice(
            "OneDrive is not connected",
            "link_off",
            "Connect your own OneDrive to look through it, to bring files there and to "
            "take pictures into the gallery. Pictures that are in the gallery stay.",
            "connect",
        ),
    ),
    (
        NotConfigured,
        Advice(
            "OneDrive is not set up",
            "build",
            "Whoever runs the site learns what is missing by manage.py check_onedrive.",
            "",
        ),
    ),
    (
        Throttled,
        Advice(
            "OneDrive asked for a pause",
            "hourglass_top",
            "It was asked too much in a short time. Imports wait as well, and go on by "
            "themselves.",
            "again",
        ),
    ),
    (
        ItemNotFound,
        Advice(
            "This is not here any more",
            "search_off",
            "It was deleted, or moved out of the gallery's folder in OneDrive.",
            "begin",
        ),
    ),
    (
        OutsideRoot,
        Advice(
            "This is not the gallery's",
            "block",
            "Only what lies in the gallery's folder in OneDrive is shown here.",
            "begin",
        ),
    ),
    (
        OneDriveError,
        Advice(
            "OneDrive does not answer as it should",
            "cloud_off",
            "It may pass by itself. The gallery is open all the while, and nothing is "
            "lost.",
            "again",
        ),
    ),
]


def trouble_page(request: HttpRequest, error: OneDriveError) -> HttpResponse:
    """Status 404 for what is not there; else it is a page like any other."""
    advice = next(found for kind, found in ADVICE if isinstance(error, kind))
    plain = str(error) == type(error).message
    told = plain and advice.way_out in ("connect", "begin")
    connection = Connection.objects.filter(user=request.user).first()
    context = {
        **admin.site.each_context(request),
        "title": "Browse",
        "trouble": advice,
        "reason": "" if told else str(error),
        "connection": connection,
        "may_connect": request.user.has_perm(CONNECT),
    }
    status = 404 if advice.way_out == "begin" else 200
    return TemplateResponse(request, "onedrive/trouble.html", context, status=status)
