"""A name for each request: in its answer, and in every log line that it causes."""

import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from random import getrandbits
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from artetore.middleware import View

HEADER = "X-Request-ID"
NO_REQUEST = "-"
_TAKEN = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_current = ContextVar("request_id", default=NO_REQUEST)


def request_ids(get_response: View) -> View:
    """The middleware that takes the name our own proxy gave, or else makes one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        _, name = header(request.META)
        _current.set(name)
        response = get_response(request)
        response.headers[HEADER] = name
        return response

    return middleware


def header(environ: Mapping[str, Any]) -> tuple[str, str]:
    """That of the answer: the name which the request brings, or else a new one.

    Without a proxy it is the caller's own word, and may be anybody's.
    """
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.PROXIES else ""
    # Not `uuid4`: for its bytes all other threads of this process are let go first.
    return HEADER, given if _TAKEN.fullmatch(given) else f"{getrandbits(128):032x}"


@receiver(request_finished)
def _forget(**kwargs: Any) -> None:
    """Not when the answer is made: Django logs, and streams, after that."""
    _current.set(NO_REQUEST)


class OfRequest(logging.Filter):
    """Passes every record, with the request's name."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True
