"""Microsoft's sign-in: consent, and access tokens from then on.

All tokens come from MSAL. Follows Microsoft's pages "OAuth 2.0 authorization code
flow", "Refresh tokens in the Microsoft identity platform" and "OAuth 2.0 device
authorization grant". What decides is the `error` of an answer, never its numbers or
its text.
"""

import logging
import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msal
import requests
from django.conf import settings
from django.utils import timezone

from onedrive import tokens
from onedrive.exceptions import (
    BadAnswer,
    NotConfigured,
    NotConnected,
    OneDriveError,
    ServiceFailed,
    SignInRefused,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.session import http_session

logger = logging.getLogger(__name__)

SCOPES = ["Files.ReadWrite", "User.Read"]
RESERVED_SCOPES = ["offline_access", "openid", "profile"]  # MSAL adds these itself
CONSENT_NEEDED = ("invalid_grant", "interaction_required", "consent_required")
MISCONFIGURED = ("invalid_client", "unauthorized_client", "invalid_scope")
# A refresh holds the connection's row, on SQLite the whole database: not for long.
TIMEOUT = (3, 7)

Answer = dict[str, Any]


def sign_in_url() -> str:
    """Microsoft's address where consent is given, for the frontend's redirect.

    Known even when Microsoft does not answer.
    """
    query = {
        "client_id": settings.ONEDRIVE_CLIENT_ID,
        "response_type": "code",
        "redirect_uri": settings.ONEDRIVE_REDIRECT_URI,
        "response_mode": "query",
        "scope": " ".join(SCOPES + RESERVED_SCOPES),
    }
    return f"{_authorize_address()}?{urlencode(query)}"


def connect(*, user: Any, code: str) -> Connection:
    """Redeem the bare code that the frontend hands back, without state or PKCE."""
    cache = msal.SerializableTokenCache()

    def redeem(app: msal.ClientApplication) -> Answer:
        with warnings.catch_warnings():
            # Deprecated because it has neither; there is no other for a bare code.
            warnings.simplefilter("ignore", DeprecationWarning)
            return app.acquire_token_by_authorization_code(
                code, SCOPES, redirect_uri=settings.ONEDRIVE_REDIRECT_URI
            )

    return _connected(user, cache, _asked(cache, redeem))


def begin(redirect_uri: str) -> Answer:
    """A sign-in with state and PKCE: keep it in the session, go to its `auth_uri`."""

    def initiate(app: msal.ClientApplication) -> Answer:
        return app.initiate_auth_code_flow(SCOPES, redirect_uri=redirect_uri)

    return _asked(msal.SerializableTokenCache(), initiate)


def finish(*, user: Any, flow: Answer, answer: dict[str, str]) -> Connection:
    """End what `begin` began, with the query that Microsoft sent the browser back with.

    Raises SignInRefused, also when the answer belongs to another sign-in.
    """
    cache = msal.SerializableTokenCache()

    def redeem(app: msal.ClientApplication) -> Answer:
        try:
            return app.acquire_token_by_auth_code_flow(flow, answer)
        except (ValueError, RuntimeError):
            raise SignInRefused from None

    return _connected(user, cache, _asked(cache, redeem))


def device_begin() -> tuple[msal.PublicClientApplication, Answer]:
    """A sign-in on another device; the flow's `message` says where and how."""
    app = _built(msal.PublicClientApplication, msal.SerializableTokenCache())
    flow = _guarded(lambda: app.initiate_device_flow(SCOPES))
    if "user_code" not in flow:
        raise _error(flow)
    return app, flow


def device_finish(
    *, user: Any, app: msal.PublicClientApplication, flow: Answer
) -> Connection:
    """Waits until somebody has consented on the other device, or its time is over."""
    answer = _guarded(lambda: app.acquire_token_by_device_flow(flow))
    return _connected(user, app.token_cache, answer)


def disconnect(*, user: Any) -> None:
    Connection.objects.filter(user=user).delete()


def access_token(connection: Connection, *, refused: str = "") -> str:
    """A token with some minutes left; `refused` is one that Graph did not accept.

    Whoever comes first refreshes, under the row's lock; the others, in whichever
    process, wait for the lock and find the new token.
    """
    connection = Connection.objects.filter(pk=connection.pk).first() or _gone()
    if token := _kept(connection, refused):
        return token
    with tokens.locked(connection) as row:
        if token := _kept(row, refused):
            return token
        outcome = _refresh(row)
    if isinstance(outcome, OneDriveError):
        raise outcome
    return outcome


def _kept(connection: Connection, refused: str) -> str:
    if connection.state == Connection.State.NEEDS_CONSENT:
        raise NotConnected
    token = tokens.valid_token(tokens.decrypt(connection))
    return token if token != refused else ""


def _gone() -> Connection:
    raise NotConnected


def _refresh(row: Connection) -> str | OneDriveError:
    """The new token, saved before anybody uses it. Errors are returned, not raised:
    what they write about the connection has to be committed."""
    cache = tokens.decrypt(row)

    def refresh(app: msal.ClientApplication) -> Answer:
        account = next(iter(app.get_accounts()), None)
        answer = app.acquire_token_silent_with_error(
            SCOPES, account, force_refresh=True
        )
        return answer or {"error": "invalid_grant"}

    try:
        answer = _asked(cache, refresh)
    except OneDriveError as error:
        return error
    if "access_token" in answer:
        row.cache = tokens.encrypt(cache)
        row.save(update_fields=["cache"])
        return answer["access_token"]
    if answer.get("error") in CONSENT_NEEDED:
        row.state = Connection.State.NEEDS_CONSENT
        row.reason = f"Microsoft said {answer['error']}."
        row.save(update_fields=["state", "reason"])
        logger.warning("%s needs a new consent: %s", row, answer["error"])
        return NotConnected(code=answer["error"])
    return _error(answer)


def _connected(
    user: Any, cache: msal.SerializableTokenCache, answer: Answer
) -> Connection:
    if "access_token" not in answer:
        raise _error(answer)
    claims = answer.get("id_token_claims") or {}
    name = claims.get("preferred_username") or claims.get("name") or ""
    connection, _ = Connection.objects.update_or_create(
        user=user,
        defaults={
            "state": Connection.State.CONNECTED,
            "reason": "",
            "account_name": str(name)[:200],
            "cache": tokens.encrypt(cache),
            "connected_at": timezone.now(),
            "paused_until": None,
        },
    )
    return connection


def _error(answer: Answer) -> OneDriveError:
    code = str(answer.get("error", ""))
    logger.warning("Microsoft refused a sign-in: %s", code)
    if code in MISCONFIGURED:
        return NotConfigured(code=code)
    if code in ("temporarily_unavailable", "server_error"):
        return ServiceFailed(code=code)
    return SignInRefused(code=code)


def _asked(cache: msal.SerializableTokenCache, ask: Callable[[Any], Answer]) -> Answer:
    """Ask a new MSAL application: one that is kept repeats errors from memory."""
    return _guarded(lambda: ask(_built(msal.ConfidentialClientApplication, cache)))


def _built(kind: type, cache: msal.SerializableTokenCache) -> Any:
    if not (settings.ONEDRIVE_CLIENT_ID and settings.ONEDRIVE_CLIENT_SECRET):
        raise NotConfigured
    confidential = kind is msal.ConfidentialClientApplication
    secret = settings.ONEDRIVE_CLIENT_SECRET if confidential else None
    return _guarded(
        lambda: kind(
            settings.ONEDRIVE_CLIENT_ID,
            client_credential=secret,
            authority=settings.ONEDRIVE_AUTHORITY,
            token_cache=cache,
            http_client=_Transport(),
            instance_discovery=False,
        )
    )


def _guarded(ask: Callable[[], Any]) -> Any:
    """Whatever MSAL raises, as one of our errors; their texts may hold secrets."""
    try:
        return ask()
    except requests.RequestException:
        raise Unreachable("Microsoft's sign-in did not answer.") from None
    except msal.exceptions.MsalServiceError:
        raise ServiceFailed("Microsoft's sign-in has a fault.") from None
    except (ValueError, KeyError):
        raise BadAnswer("Microsoft's sign-in answered something unexpected.") from None


def _authorize_address() -> str:
    address = f"{settings.ONEDRIVE_AUTHORITY}/v2.0/.well-known/openid-configuration"
    try:
        return _Transport().get(address).json()["authorization_endpoint"]
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return f"{settings.ONEDRIVE_AUTHORITY}/oauth2/v2.0/authorize"


class _Transport:
    """MSAL's `http_client`: our session, with less patience."""

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return http_session().get(url, timeout=TIMEOUT, **kwargs)

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return http_session().post(url, timeout=TIMEOUT, **kwargs)

    def close(self) -> None:
        """The session is everybody's."""
