"""Microsoft's sign-in: consent, and access tokens from then on.

All tokens come from MSAL. Follows Microsoft's pages "OAuth 2.0 authorization code
flow", "Refresh tokens in the Microsoft identity platform" and "OAuth 2.0 device
authorization grant".
"""

import logging
import time
import warnings
from typing import Any
from urllib.parse import urlencode

import msal
from django.conf import settings
from django.utils import timezone

from onedrive import tokens
from onedrive.exceptions import (
    NotConfigured,
    NotConnected,
    SignInRefused,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.sign_in import Answer, asked, authorize_address, refusal

logger = logging.getLogger(__name__)

SCOPES = ["Files.ReadWrite", "User.Read"]
RESERVED_SCOPES = ["offline_access", "openid", "profile"]  # MSAL adds these itself
CONSENT_NEEDED = ("invalid_grant", "interaction_required", "consent_required")
# Who waits for another's refresh, and is to outlast one that was killed.
PATIENCE_SECONDS = 35
LOOK_SECONDS = 0.1


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
    return f"{authorize_address()}?{urlencode(query)}"


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

    return _connected(user, cache, asked(cache, redeem))


def begin(redirect_uri: str) -> Answer:
    """A sign-in with state and PKCE: keep it in the session, go to its `auth_uri`."""

    def initiate(app: msal.ClientApplication) -> Answer:
        with warnings.catch_warnings():
            # It would have the answer POSTed, and no session comes with such a one.
            warnings.filterwarnings("ignore", "response_mode", UserWarning)
            return app.initiate_auth_code_flow(SCOPES, redirect_uri=redirect_uri)

    return asked(msal.SerializableTokenCache(), initiate)


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

    return _connected(user, cache, asked(cache, redeem))


def device_begin() -> Answer:
    """A sign-in on another device; the flow's `message` says where and how.

    The application's registration has to allow public client flows.
    """

    def initiate(app: msal.PublicClientApplication) -> Answer:
        return app.initiate_device_flow(SCOPES)

    flow = asked(msal.SerializableTokenCache(), initiate, public=True)
    if "user_code" not in flow:
        raise refusal(flow, otherwise=NotConfigured)
    return flow


def device_finish(*, user: Any, flow: Answer) -> Connection:
    """Waits until somebody has consented on the other device, or its time is over."""
    cache = msal.SerializableTokenCache()

    def redeem(app: msal.PublicClientApplication) -> Answer:
        return app.acquire_token_by_device_flow(flow)

    answer = asked(cache, redeem, public=True)
    return _connected(user, cache, answer, public=True)


def adopt(*, user: Any, refresh_token: str) -> Connection:
    """Go on with a consent that was given to this application elsewhere."""
    cache = msal.SerializableTokenCache()

    def redeem(app: msal.ClientApplication) -> Answer:
        return app.acquire_token_by_refresh_token(refresh_token, SCOPES)

    return _connected(user, cache, asked(cache, redeem))


def disconnect(*, user: Any) -> None:
    """Forget the tokens, also those that are being refreshed. What was chosen for the
    drive's folders stays, for the next consent."""
    Connection.objects.filter(user=user).update(
        state=Connection.State.NEEDS_CONSENT,
        reason=Connection.DISCONNECTED,
        cache="",
        refreshing_until=None,
    )


def access_token(connection: Connection, *, refused: str = "") -> str:
    """A token with some minutes left; `refused` is one that Graph did not accept.

    Whoever comes first refreshes, the others, in whichever process, wait for the new
    token. Not to be called in a transaction, which would not see it come. Raises
    NotConnected, NotConfigured, and Unreachable or ServiceFailed, which pass.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        row = Connection.objects.filter(pk=connection.pk).first()
        token = _kept(row, refused)
        if not token:
            with tokens.leased(row) as lease:
                token = _refreshed(lease) if lease else ""
        if token:
            return token
        time.sleep(LOOK_SECONDS)
    raise Unreachable("Microsoft's sign-in takes too long.")


def _kept(row: Connection | None, refused: str) -> str:
    if row is None:
        raise NotConnected
    if row.state == Connection.State.NEEDS_CONSENT:
        raise NotConnected(row.reason)
    token = tokens.valid_token(tokens.decrypt(row))
    return token if token != refused else ""


def _refreshed(lease: tokens.Lease) -> str:
    """The new token, saved before anybody uses it; "" when the lease was lost."""
    row = lease.connection
    cache = tokens.decrypt(row)
    tokens.drop_access_tokens(cache)

    def refresh(app: msal.ClientApplication) -> Answer:
        account = next(iter(app.get_accounts()), None)
        answer = app.acquire_token_silent_with_error(SCOPES, account)
        return answer or {"error": "invalid_grant"}

    answer = asked(cache, refresh, public=row.public)
    if "access_token" in answer:
        return (
            answer["access_token"] if lease.write(cache=tokens.encrypt(cache)) else ""
        )
    if answer.get("error") not in CONSENT_NEEDED:
        raise refusal(answer, otherwise=NotConfigured)
    reason = f"Microsoft asks for a new sign-in ({answer['error']})."
    needed = Connection.State.NEEDS_CONSENT
    if not lease.write(state=needed, reason=reason, cache=""):
        return ""
    logger.warning("%s: %s", row, reason)
    raise NotConnected(reason, code=answer["error"])


def _connected(
    user: Any,
    cache: msal.SerializableTokenCache,
    answer: Answer,
    *,
    public: bool = False,
) -> Connection:
    if "access_token" not in answer:
        raise refusal(answer, otherwise=SignInRefused)
    claims = answer.get("id_token_claims") or {}
    name = claims.get("preferred_username") or claims.get("name") or ""
    connection, _ = Connection.objects.update_or_create(
        user=user,
        defaults={
            "state": Connection.State.CONNECTED,
            "reason": "",
            "account_name": str(name)[:200],
            "cache": tokens.encrypt(cache),
            "public": public,
            "connected_at": timezone.now(),
            "paused_until": None,
            "refreshing_until": None,
            # It may be another drive.
            "drive_id": "",
            **dict.fromkeys(("storage_used", "storage_total", "storage_read")),
        },
    )
    return connection
