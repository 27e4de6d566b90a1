"""What holds for every request before a view sees it, and for every answer after."""

import ipaddress
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from artetore.errors import DATABASE_GONE, STAFF_SITE, database_gone, plain

View = Callable[[HttpRequest], HttpResponse]

# What a form adds around the picture it uploads.
FORM_MARGIN = 1_000_000
# Bytes of a body that are read at once.
PIECE = 64 * 1024

DOCS = "/api/docs/"
NO_PAGE = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# No `form-action`: browsers apply it to redirects after a form as well, and the form
# that connects OneDrive leads on to Microsoft.
PAGE = (
    "default-src 'none'; script-src 'self'{eval}; style-src 'self'{inline}; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
OWN_PAGE = PAGE.format(eval="", inline="")
# Swagger's page and the staff site write styles into their markup.
STYLED_PAGE = PAGE.format(eval="", inline=" 'unsafe-inline'")
# Alpine, which moves the staff site, evaluates the expressions in its markup.
STAFF_PAGE = PAGE.format(eval=" 'unsafe-eval'", inline=" 'unsafe-inline'")
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
    """Refuse a body by its length before anybody reads it; read others to their end.

    Who still sends a body when the connection is closed, as a proxy may, takes that for
    a failure and never sees the answer.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = _content_length(request)
        if length > _limit(request):
            return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        response = get_response(request)
        if length:
            _read_to_the_end(request)
        return response

    return middleware


def security_policy(get_response: View) -> View:
    """The policy of each page. A view lets the scripts of its page call other hosts by
    `connects_to` on its answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        own, others = "connect-src 'self'", getattr(response, "connects_to", ())
        policy = _policy(request.path).replace(own, " ".join((own, *others)))
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


class DatabaseGone:
    """Say so where a view found it gone or busy, instead of failing. The next try may
    well work: a request finds out first whether its connection still does."""

    def __init__(self, get_response: View):
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, DATABASE_GONE):
            return database_gone(request, exception)
        return None


def viewer_zone(get_response: View) -> View:
    """Times of the staff site in the zone that the browser names in a cookie.

    In UTC when it names none that is known. The API's times are nobody's local ones.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get("timezone", "")
        if not request.path.startswith(STAFF_SITE) or name not in _zones():
            return get_response(request)
        with timezone.override(name):
            return get_response(request)

    return middleware


@cache
def _zones() -> set[str]:
    """To look one up by a name from outside would open any file of that name."""
    return zoneinfo.available_timezones()


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    # A zone ("fe80::1%eth0") may be of any length; no column is.
    return getattr(address, "scope_id", None) is None


def _read_to_the_end(request: HttpRequest) -> None:
    with suppress(OSError):  # the caller has gone
        while request.read(PIECE):
            pass


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
    if path.startswith(STAFF_SITE):
        return STAFF_PAGE
    if path.startswith(DOCS):
        return STYLED_PAGE
    return OWN_PAGE if path == "/" else NO_PAGE
