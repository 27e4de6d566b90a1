"""What holds for every request before a view sees it, and for every answer after."""

import ipaddress
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from artetore.errors import STAFF_SITE, plain

View = Callable[[HttpRequest], HttpResponse]

# What a form adds around the picture it uploads.
FORM_MARGIN = 1_000_000

DOCS = "/api/docs/"
NO_PAGE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# No `form-action`: browsers apply it to redirects after a form as well, and the form
# that connects OneDrive leads on to Microsoft.
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'{inline}; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
OWN_PAGE = PAGE.format(inline="")
# Django's admin and Swagger's page write styles into their markup.
STYLED_PAGE = PAGE.format(inline=" 'unsafe-inline'")
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def client_address(get_response: View) -> View:
    """Set REMOTE_ADDR to the caller behind our own proxies, which PROXIES counts.

    Nothing else of X-Forwarded-For is believed: whoever calls writes it.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if 0 < settings.PROXIES <= len(hops):
            caller = hops[-settings.PROXIES].strip()
            if _is_address(caller):
                request.META["REMOTE_ADDR"] = caller
        return get_response(request)

    return middleware


def body_limit(get_response: View) -> View:
    """Refuse a body by its length before anybody reads it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _content_length(request) > _limit(request):
            return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return get_response(request)

    return middleware


def security_policy(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request.path))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # A zone ("fe80::1%eth0") may be of any length; no column is.
    return getattr(address, "scope_id", None) is None


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _limit(request: HttpRequest) -> int:
    if request.path.startswith(STAFF_SITE):
        return settings.MAX_PICTURE_BYTES + FORM_MARGIN
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _policy(path: str) -> str:
    if path.startswith((STAFF_SITE, DOCS)):
        return STYLED_PAGE
    return OWN_PAGE if path == "/" else NO_PAGE
