"""Microsoft's sign-in: discovery, the consent page, the token endpoint.

Microsoft's pages "OpenID Connect on the Microsoft identity platform", "OAuth 2.0
authorization code flow" and "Authentication and authorization error codes".
"""

import base64
import json
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import pages
from .clock import Clock
from .grants import GrantError, Grants, Tokens

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
USER_ID = "00000000-0000-0000-9cde-45678901234f"
USER = {"name": "Ines Example", "preferred_username": "ines@example.org"}
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
RESERVED = ("offline_access",)


class Identity:
    """Who may do what on Graph; the switches for tests are those of `grants`."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        client_id: str,
        client_secret: str,
        redirect_uris: Sequence[str],
    ):
        self.grants = Grants(folder, clock)
        self.clock = clock
        self.device_interval = 1
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uris = {_without_port(uri) for uri in redirect_uris}

    def routes(self) -> list[Rule]:
        oauth = "/<tenant>/oauth2/v2.0"
        table = [
            ("/<tenant>/v2.0/.well-known/openid-configuration", self.discovery),
            ("/common/discovery/instance", self.instance),
            (f"{oauth}/authorize", self.authorize),
            (f"{oauth}/token", self.token),
            (f"{oauth}/devicecode", self.device_code),
            ("/devicelogin", self.device_login),
        ]
        return [Rule(path, endpoint=endpoint) for path, endpoint in table]

    # --- What Graph asks ------------------------------------------------------------

    def check(self, authorization: str | None) -> str:
        """Graph's message for a token that is not good, or ""."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return "Access token is empty."
        record = self.grants.access(token)
        if record is None:
            return "CompactToken parsing failed with error code: 80049217"
        if record["expires"] <= self.clock.now():
            return "Lifetime validation failed, the token is expired."
        return ""

    def scopes(self, authorization: str | None) -> set[str]:
        record = self.grants.access((authorization or "").partition(" ")[2])
        return set(record["scope"].split()) if record else set()

    # --- What tests do --------------------------------------------------------------

    @property
    def counts(self) -> Counter[str]:
        """Tokens given out so far, by grant type."""
        return self.grants.counts

    def expire_access_tokens(self) -> None:
        self.grants.expire_access_tokens()

    def revoke_all(self) -> None:
        """As if the user had withdrawn the consent."""
        self.grants.revoke_all()

    def refuse_with(self, error: str, status: int = 400) -> None:
        """Every refresh from now on; an empty `error` ends that."""
        refusal = GrantError(error, 50000, "Refused by order.", status)
        self.grants.refusal = refusal if error else None

    # --- Endpoints ------------------------------------------------------------------

    def discovery(self, request: Request, tenant: str) -> Response:
        """The browser goes where it can: to the stand-in itself, over plain http."""
        asked = f"https://{request.host}/{tenant}"
        environ = request.environ
        own = f"http://{environ['SERVER_NAME']}:{environ['SERVER_PORT']}/{tenant}"
        return _json(
            {
                "issuer": f"https://{request.host}/{PERSONAL_TENANT}/v2.0",
                "authorization_endpoint": f"{own}/oauth2/v2.0/authorize",
                "token_endpoint": f"{asked}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{asked}/oauth2/v2.0/devicecode",
                "response_modes_supported": ["query", "fragment", "form_post"],
            }
        )

    def instance(self, request: Request) -> Response:
        host = request.host
        document = f"https://{host}/common/v2.0/.well-known/openid-configuration"
        names = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        return _json({"tenant_discovery_endpoint": document, "metadata": [names]})

    def authorize(self, request: Request, tenant: str) -> Response:
        query = request.args.to_dict()
        if problem := self._problem(query):
            return pages.refused(problem)
        if query.get("response_type") != "code":
            return _back(query, error="unsupported_response_type")
        if query.get("prompt") == "none":
            return _back(query, error="login_required")
        if request.method != "POST":
            return pages.consent(USER["preferred_username"], query.get("scope", ""))
        if request.form.get("consent") != "accept":
            return _back(
                query,
                error="access_denied",
                error_description="AADSTS65004: The user has declined to consent.",
                error_subcode="cancel",
            )
        given = {"client_info": _client_info()} if "client_info" in query else {}
        code = self.grants.give_code(query)
        return _back(query, code=code, session_state=str(uuid.uuid4()), **given)

    def token(self, request: Request, tenant: str) -> Response:
        form = request.form.to_dict()
        try:
            return _json(self._answer(self._exchange(form)))
        except GrantError as error:
            return _refusal(error)

    def device_code(self, request: Request, tenant: str) -> Response:
        code, user_code = self.grants.give_device(request.form.get("scope", ""))
        environ = request.environ
        address = (
            f"http://{environ['SERVER_NAME']}:{environ['SERVER_PORT']}/devicelogin"
        )
        return _json(
            {
                "device_code": code,
                "user_code": user_code,
                "verification_uri": address,
                "expires_in": 900,
                "interval": self.device_interval,
                "message": f"Open {address} and enter the code {user_code}.",
            }
        )

    def device_login(self, request: Request) -> Response:
        if request.method != "POST":
            return pages.device(request.args.get("user_code", ""))
        form = request.form
        known = self.grants.answer_device(
            form.get("user_code", "").strip().upper(), form.get("consent", "cancel")
        )
        return (
            pages.told("Done. You may close this page.")
            if known
            else pages.refused("This code is not known, or not any more.")
        )

    # --------------------------------------------------------------------------------

    def _problem(self, query: dict[str, str]) -> str:
        """What is told on a page and never sent to the address that was given."""
        if query.get("client_id") != self._client_id:
            return "AADSTS700016: This application is not known."
        if _without_port(query.get("redirect_uri", "")) not in self._redirect_uris:
            return "AADSTS50011: This redirect address is not registered."
        return ""

    def _exchange(self, form: dict[str, str]) -> Tokens:
        grant = form.get("grant_type")
        if form.get("client_id") != self._client_id:
            raise GrantError("unauthorized_client", 700016, "Unknown application.")
        if grant == DEVICE_GRANT:
            return self.grants.by_device(form.get("device_code", ""))
        if form.get("client_secret") != self._client_secret:
            raise GrantError("invalid_client", 7000215, "Wrong client secret.", 401)
        if grant == "authorization_code":
            return self.grants.by_code(
                form.get("code", ""),
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        if grant == "refresh_token":
            return self.grants.by_refresh(form.get("refresh_token", ""))
        raise GrantError("invalid_request", 900144, "The grant_type is missing.")

    def _answer(self, tokens: Tokens) -> dict[str, Any]:
        granted = [scope for scope in tokens.scope.split() if scope not in RESERVED]
        answer = {
            "token_type": "Bearer",
            "scope": " ".join(granted),
            "expires_in": self.grants.lifetime - 1,
            "ext_expires_in": self.grants.lifetime - 1,
            "access_token": tokens.access,
            "id_token": self._id_token(tokens.nonce),
            "client_info": _client_info(),
        }
        return answer | ({"refresh_token": tokens.refresh} if tokens.refresh else {})

    def _id_token(self, nonce: str) -> str:
        claims = {
            **USER,
            "aud": self._client_id,
            "iss": f"https://login.microsoftonline.com/{PERSONAL_TENANT}/v2.0",
            "tid": PERSONAL_TENANT,
            "oid": USER_ID,
            "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
            "exp": int(self.clock.now()) + 3600,
            **({"nonce": nonce} if nonce else {}),
        }
        return f"{_encoded({'typ': 'JWT', 'alg': 'none'})}.{_encoded(claims)}."


def _back(query: dict[str, str], **answer: str) -> Response:
    if "state" in query:
        answer["state"] = query["state"]
    address = query["redirect_uri"]
    mark = "&" if "?" in address else "?"
    return redirect(f"{address}{mark}{urlencode(answer)}")


def _without_port(uri: str) -> str:
    """For http://localhost Microsoft does not look at the port."""
    address = urlsplit(uri)
    if address.scheme == "http" and address.hostname == "localhost":
        return address._replace(netloc="localhost").geturl()
    return uri


def _refusal(error: GrantError) -> Response:
    now, trace, correlation = _timestamp(), str(uuid.uuid4()), str(uuid.uuid4())
    text = (
        f"AADSTS{error.number}: {error.text} Trace ID: {trace} "
        f"Correlation ID: {correlation} Timestamp: {now}"
    )
    body = {
        "error": error.error,
        "error_description": text,
        "error_codes": [error.number],
        "timestamp": now,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={error.number}",
    }
    return _json(body, error.status)


def _timestamp() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())


def _client_info() -> str:
    return _encoded({"uid": USER_ID, "utid": PERSONAL_TENANT})


def _encoded(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _json(content: dict[str, Any], status: int = 200) -> Response:
    answer = Response(json.dumps(content), status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store, no-cache"
    return answer
