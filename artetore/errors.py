"""One JSON shape for every error: `{"detail": ...}`, as the frontend knows it.

422 lists what is wrong with the parameters, one entry each:
`{"loc": ["query" | "body", ...path], "msg": ..., "type": ...}`.
"""

import logging
import math
import sys
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    ErrorDetail,
    MethodNotAllowed,
    NotAuthenticated,
    ParseError,
    Throttled,
    ValidationError,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

logger = logging.getLogger(__name__)

STAFF_SITE = "/staff/"
# What drivers raise when there is no database, it ends, is locked, full or in a hurry.
DATABASE_GONE = (OperationalError, InterfaceError)
# Seconds after which another try makes sense.
RETRY_AFTER = 5
PATH = tuple[str | int, ...]

MISSING = ("field required", "value_error.missing")
BROKEN = ("the body is not valid JSON", "value_error.jsondecode")
NOT_A_DICT = ("value is not a valid dict", "type_error.dict")
# By the codes of Django REST framework, and by those of the gallery's own fields.
KINDS = {
    "required": MISSING,
    "integer": ("value is not a valid integer", "type_error.integer"),
    "invalid": ("str type expected", "type_error.str"),
    "not_a_dict": NOT_A_DICT,
    "not_a_list": ("value is not a valid list", "type_error.list"),
    "null": ("none is not an allowed value", "type_error.none.not_allowed"),
}
TYPES = {
    "invalid_choice": "type_error.enum",
    "max_length": "value_error.any_str.max_length",
}


# --- What the views of the API raise ----------------------------------------------


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error of an API view; None for a fault of ours (500)."""
    request, view = context["request"], context["view"]
    # The framework authenticates first. A wrong method is wrong for everybody.
    if request.method not in view.allowed_methods or request.method == "OPTIONS":
        error = MethodNotAllowed(request.method)
    if isinstance(error, ValidationError | ParseError):
        return Response({"detail": _wrong_parameters(error, request)}, status=422)
    if isinstance(error, Http404):
        return Response(_detail(HTTPStatus.NOT_FOUND), status=404)
    if isinstance(error, PermissionDenied):
        return Response(_detail(HTTPStatus.FORBIDDEN), status=403)
    if isinstance(error, APIException):
        return Response(_body(error), status=error.status_code, headers=_headers(error))
    return None


def _body(error: APIException) -> dict[str, str]:
    if isinstance(error, NotAuthenticated):
        return {"detail": "Not authenticated"}
    if isinstance(error, AuthenticationFailed):
        return {"detail": str(error.detail)}
    return _detail(HTTPStatus(error.status_code))


def _headers(error: APIException) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if isinstance(error, Throttled):
        headers["Retry-After"] = str(math.ceil(error.wait or 1))
    return headers


def _wrong_parameters(error: APIException, request: Request) -> list[dict[str, Any]]:
    if request.method in ("GET", "HEAD"):
        place = "query"
    elif _is_without_body(request):
        return [_entry(("body",), *MISSING)]
    elif isinstance(error, ParseError):
        return [_entry(("body",), *BROKEN)]
    else:
        place = "body"
    return [_entry(path, *kind) for path, kind in _faults(error.detail, (place,))]


def _is_without_body(request: Request) -> bool:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) <= 0
    except ValueError:
        return True


def _entry(path: PATH, message: str, kind: str) -> dict[str, Any]:
    return {"loc": list(path), "msg": message, "type": kind}


def _faults(detail: Any, path: PATH) -> Iterator[tuple[PATH, tuple[str, str]]]:
    """Every parameter at fault with its first fault, in the order of the fields."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            if key == api_settings.NON_FIELD_ERRORS_KEY:
                yield path, _whole_kind(inner[0], path)
            else:
                yield from _faults(inner, (*path, key))
    elif detail and isinstance(detail[0], ErrorDetail):
        yield path, _kind(detail[0])
    else:
        for index, inner in enumerate(detail):
            yield from _faults(inner, (*path, index))


def _kind(fault: ErrorDetail) -> tuple[str, str]:
    return KINDS.get(fault.code) or (str(fault), TYPES.get(fault.code, "value_error"))


def _whole_kind(fault: ErrorDetail, path: PATH) -> tuple[str, str]:
    """Of an object or a list as a whole: `invalid` says that it is no object."""
    if fault.code == "invalid":
        return NOT_A_DICT
    return MISSING if (fault.code, path) == ("null", ("body",)) else _kind(fault)


# --- What happens outside the views of the API ------------------------------------


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_page(request):
        return defaults.bad_request(request, exception)
    return plain(HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_page(request):
        return defaults.permission_denied(request, exception)
    return plain(HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_page(request):
        return defaults.page_not_found(request, exception)
    return plain(HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]  # the middleware's; a view's came by DatabaseGone
    if isinstance(error, DATABASE_GONE):
        return database_gone(request, error)
    if _is_page(request):
        return defaults.server_error(request)
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR)


def database_gone(request: HttpRequest, error: Exception) -> HttpResponse:
    """503, made without the database; why is in the log."""
    logger.error("The database does not answer: %s", error)
    if _is_page(request):
        answer = HttpResponse(render_to_string("503.html"), status=503)
    else:
        answer = plain(HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_AFTER)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def plain(status: HTTPStatus) -> JsonResponse:
    return JsonResponse(_detail(status), status=status)


def _detail(status: HTTPStatus) -> dict[str, str]:
    return {"detail": status.phrase}


def _is_page(request: HttpRequest) -> bool:
    return request.path.startswith(STAFF_SITE)
