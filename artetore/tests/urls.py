"""The site with views beside it that go wrong in every way."""

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from artetore.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

ERRORS = {
    "fault": RuntimeError,
    "not-found": Http404,
    "denied": PermissionDenied,
    "suspicious": SuspiciousOperation,
}


def fail(kind: str, password: str, code: str) -> NoReturn:
    """Raise with variables, a cause and a message that all hold what is secret."""
    if kind == "throttled":
        raise Throttled(wait=1.2)
    innocent, nested = password, {"a": [password, code]}
    try:
        raise ValueError(f"auth_code={code} {{'password': '{password}'}}")
    except ValueError as error:
        raise ERRORS[kind](f"password={innocent}", len(nested)) from error


class WholeField(serializers.Field):
    default_error_messages = {"integer": "no whole number"}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int):
            self.fail("integer")
        return data


class FileInput(serializers.Serializer):
    name = serializers.CharField(max_length=5)


class FolderInput(serializers.Serializer):
    files = FileInput(many=True)
    group = WholeField()


class BodyInput(serializers.Serializer):
    folders = serializers.DictField(child=FolderInput())


class QueryInput(serializers.Serializer):
    group = WholeField()
    image_id = WholeField()


class InputView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        QueryInput(data=request.query_params.dict()).is_valid(raise_exception=True)
        return Response({})

    def post(self, request: Request) -> Response:
        query = BodyInput(data=request.data)
        query.is_valid(raise_exception=True)
        return Response(query.validated_data)


class BareView(APIView):
    """Gives back the document that it was sent."""

    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        return Response({"document": request.data})


class GuardedView(APIView):
    def get(self, request: Request) -> Response:
        return Response({})


class FailingView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request, kind: str) -> Response:
        given = request.query_params.get
        fail(kind, given("password", ""), given("code", ""))

    def post(self, request: Request, kind: str) -> Response:
        fail(kind, request.data["password"], request.data["code"])


def failing(request: HttpRequest, kind: str) -> HttpResponse:
    fail(kind, request.GET.get("password", ""), request.GET.get("code", ""))


urlpatterns = [
    path("image/input", InputView.as_view()),
    path("image/bare", BareView.as_view()),
    path("image/guarded", GuardedView.as_view()),
    path("image/failing/<kind>", FailingView.as_view()),
    path("image/plain/<kind>", failing),
    path("staff/failing/<kind>", failing),
    *urlpatterns,
]
