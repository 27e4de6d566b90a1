"""Our JWT: HS256 with `sub`, `id` (the user's id as a string) and `exp`."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User

SUBJECT = "Artetore Token"
INCOMPLETE = "Invalid Bearer 1 Token"
REFUSED = "Invalid Bearer 2 Token"


class Token(AccessToken):
    def verify(self) -> None:
        """As the former service: a token needs neither `jti` nor `token_type`."""
        self.check_exp()


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; another scheme is no attempt to sign in."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, token = header.strip().partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        return user_of(token.strip()), None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def token_for(user: User) -> str:
    token = Token.for_user(user)
    token["sub"] = SUBJECT
    return str(token)


def user_of(token: str) -> User:
    """The active member of staff whose token this is, or AuthenticationFailed."""
    claims = _claims(token)
    if claims.get("id") is None or "sub" not in claims:
        raise AuthenticationFailed(INCOMPLETE)
    if claims["sub"] != SUBJECT:
        raise AuthenticationFailed(REFUSED)
    users = get_user_model().objects.filter(is_active=True, is_staff=True)
    user = users.filter(pk=_key(claims["id"])).first()
    if user is None:
        raise AuthenticationFailed(REFUSED)
    return user


def _claims(token: str) -> dict[str, Any]:
    try:
        return Token(token).payload
    # The second: a signed `exp` that is no time at all.
    except (TokenError, ValueError, TypeError, OverflowError, OSError):
        raise AuthenticationFailed(REFUSED) from None


def _key(claim: Any) -> uuid.UUID:
    if isinstance(claim, str):
        try:
            return uuid.UUID(claim)
        except ValueError:
            pass
    raise AuthenticationFailed(REFUSED)
