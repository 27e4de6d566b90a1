from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.lockout import LoginThrottle, too_many_tries
from accounts.serializers import LoginInput
from accounts.services import sign_in
from accounts.tokens import token_for

NO_MATCH = {"code": 1, "hint": "username or password did not match"}
PRIVATE_HEADERS = {"authorization", "cookie", "proxy-authorization"}


@method_decorator(never_cache, name="dispatch")
class LoginView(APIView):
    """GET is what the deployed frontend sends; all others POST, JSON or a form."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)
    parser_classes = (FormParser, MultiPartParser, *APIView.parser_classes)

    @extend_schema(parameters=[LoginInput], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return self.answer(request, request.query_params.dict())

    @extend_schema(request=LoginInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        return self.answer(request, request.data)

    def answer(self, request: Request, credentials: Any) -> Response:
        query = LoginInput(data=credentials)
        query.is_valid(raise_exception=True)
        user = sign_in(request=request._request, **query.validated_data)
        return Response({"code": 2, "token": token_for(user)} if user else NO_MATCH)


class AuthView(APIView):
    """Says whether the token is good."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response({"code": 1, "hint": "valid_jwt_token"})


@method_decorator(never_cache, name="dispatch")
class IpView(APIView):
    """What arrived of the caller's own request, without what lets anybody in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        sent = {name.lower(): value for name, value in request.headers.items()}
        shown = {k: v for k, v in sent.items() if k not in PRIVATE_HEADERS}
        return Response(
            {"data": {"headers": shown, "host": request.META["REMOTE_ADDR"]}}
        )


def staff_login(request: HttpRequest) -> HttpResponse:
    """The admin's own page, with as many tries from an address as the API allows."""
    throttle = LoginThrottle()
    if request.method == "POST" and not throttle.allow_request(request, None):
        return too_many_tries(request, throttle.wait() or 1)
    return admin.site.login(request)
