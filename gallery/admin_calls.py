"""Calls that the scripts of the staff site's pages make: POST in, JSON out.

What is refused comes as `{"detail": reason}`, a sentence for people: 400 what was
sent is wrong or no picture, 403 not allowed, 404 and 409 gone meanwhile, 405 not POST,
503 the storage failed.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import Serializer

from gallery.admin_parts import may
from gallery.exceptions import (
    FileVanished,
    GalleryError,
    GroupUnknown,
    ImageUnknown,
    StorageFailed,
)
from gallery.models import Group, Image

View = Callable[..., HttpResponse]

STATUSES = {
    GroupUnknown: HTTPStatus.NOT_FOUND,
    ImageUnknown: HTTPStatus.NOT_FOUND,
    FileVanished: HTTPStatus.CONFLICT,
    StorageFailed: HTTPStatus.SERVICE_UNAVAILABLE,
}


def call(*permissions: str) -> Callable[[Callable[..., dict[str, Any]]], View]:
    """A method that answers what is sent, for those who have the permissions."""

    def decorate(method: Callable[..., dict[str, Any]]) -> View:
        @wraps(method)
        def view(self: Any, request: HttpRequest, **kwargs: Any) -> JsonResponse:
            if request.method != "POST":
                return refused(HTTPStatus.METHOD_NOT_ALLOWED, "Only POST will do.")
            if not may(request, *permissions):
                return refused(HTTPStatus.FORBIDDEN, "Your account may not do this.")
            try:
                return JsonResponse(method(self, request, **kwargs))
            except ValidationError as error:
                return refused(HTTPStatus.BAD_REQUEST, _first_fault(error.detail))
            except GalleryError as error:
                status = STATUSES.get(type(error), HTTPStatus.BAD_REQUEST)
                return refused(status, str(error))

        return view

    return decorate


def refused(status: HTTPStatus, reason: str) -> JsonResponse:
    return JsonResponse({"detail": reason}, status=status)


def sent(request: HttpRequest, shape: type[Serializer]) -> dict[str, Any]:
    """What of the form is known to `shape`. Raises ValidationError."""
    serializer = shape(data=request.POST)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def the_group(key: int) -> Group:
    group = Group.objects.filter(pk=key).first()
    if group is None:
        raise GroupUnknown("This group is not there any more.")
    return group


def the_image(key: int) -> Image:
    image = Image.objects.filter(pk=key).select_related("group").first()
    if image is None:
        raise ImageUnknown("This picture is not there any more.")
    return image


def _first_fault(detail: Any) -> str:
    """Of nested faults; "title: Ensure this field has no more than ..."."""
    field, faults = next(iter(detail.items()))
    while not isinstance(faults, str):
        faults = next(iter(faults.values() if isinstance(faults, dict) else faults))
    return f"{field}: {faults}"
