"""How Microsoft's sign-in is asked, by MSAL, and how its faults come.

What decides is the `error` of an answer, never its numbers or its text.
"""

import logging
from collections.abc import Callable
from typing import Any

import msal
import requests
from django.conf import settings

from onedrive.exceptions import (
    BadAnswer,
    NotConfigured,
    OneDriveError,
    ServiceFailed,
    Unreachable,
)
from onedrive.session import http_session

logger = logging.getLogger(__name__)

MISCONFIGURED = ("invalid_client", "unauthorized_client", "invalid_scope")
PASSING = ("temporarily_unavailable", "server_error")
# A refresh is two calls, and has to end within tokens.LEASE.
TIMEOUT = (3, 7)

Answer = dict[str, Any]


def is_configured() -> bool:
    return bool(settings.ONEDRIVE_CLIENT_ID and settings.ONEDRIVE_CLIENT_SECRET)


def asked(
    cache: msal.SerializableTokenCache,
    ask: Callable[[Any], Answer],
    *,
    public: bool = False,
) -> Answer:
    """Ask a new MSAL application: one that is kept repeats errors from memory.

    Raises NotConfigured, Unreachable, ServiceFailed and BadAnswer.
    """
    if not is_configured():
        raise NotConfigured

    def built() -> msal.ClientApplication:
        kind = msal.ConfidentialClientApplication
        return (msal.PublicClientApplication if public else kind)(
            settings.ONEDRIVE_CLIENT_ID,
            client_credential=None if public else settings.ONEDRIVE_CLIENT_SECRET,
            authority=settings.ONEDRIVE_AUTHORITY,
            token_cache=cache,
            http_client=_Transport(),
            instance_discovery=False,
        )

    return _guarded(lambda: ask(built()))


def refusal(answer: Answer, *, otherwise: type[OneDriveError]) -> OneDriveError:
    """What an answer without a token means; `otherwise` if it says nothing better."""
    code = str(answer.get("error", ""))
    logger.warning("Microsoft refused a sign-in: %s", code)
    if code in MISCONFIGURED:
        return NotConfigured(code=code)
    if code in PASSING:
        return ServiceFailed("Microsoft's sign-in has a fault.", code=code)
    return otherwise(code=code)


def authorize_address() -> str:
    """Where consent is given, as the page "OpenID Connect" finds it out; the usual
    address when Microsoft does not answer."""
    address = f"{settings.ONEDRIVE_AUTHORITY}/v2.0/.well-known/openid-configuration"
    try:
        return _Transport().get(address).json()["authorization_endpoint"]
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return f"{settings.ONEDRIVE_AUTHORITY}/oauth2/v2.0/authorize"


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


class _Transport:
    """MSAL's `http_client`: our session, with less patience."""

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return http_session().get(url, timeout=TIMEOUT, **kwargs)

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return http_session().post(url, timeout=TIMEOUT, **kwargs)

    def close(self) -> None:
        """The session is everybody's."""
