"""Microsoft's sign-in: discovery, the consent page, devices, and what Graph asks.

Microsoft's pages "OpenID Connect on the Microsoft identity platform", "OAuth 2.0
authorization code flow" and "OAuth 2.0 device authorization grant".
"""

import secrets
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from werkzeug.routing import Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import pages
from .account import PERSONAL, Account
from .clock import Clock
from .grants import Grant, Grants
from .refusals import Refused, as_json, refused
from .token_endpoint import TokenEndpoint, bare

CODE_LIFE = 600
DEVICE_LIFE = 900
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none looks like another


class Identity:
    """Who may do what. The switches for tests are those of `grants.Switches`."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        client_id: str,
        client_secret: str,
        redirect_uris: Sequence[str],
        account: Account | None = None,
    ):
        folder.mkdir(parents=True, exist_ok=True)
        self._account = account or Account()
        self._grants = Grants(folder / "grants.json", clock)
        self._tokens = TokenEndpoint(
            self._grants, clock, self._account, client_id, client_secret
        )
        self._redirect_uris = {_without_port(uri) for uri in redirect_uris}

    def routes(self) -> list[Rule]:
        oauth = "/<tenant>/oauth2/v2.0"
        return [
            Rule(
                "/<tenant>/v2.0/.well-known/openid-configuration",
                endpoint=self.discovery,
            ),
            Rule("/common/discovery/instance", endpoint=self.instance),
            Rule(f"{oauth}/authorize", endpoint=self.authorize),
            Rule(f"{oauth}/token", endpoint=self._tokens.answer, methods=["POST"]),
            Rule(f"{oauth}/devicecode", endpoint=self.device_code, methods=["POST"]),
            Rule("/devicelogin", endpoint=self.device_login),
            Rule("/", endpoint=lambda request: pages.welcome()),
        ]

    # --- What Graph asks ------------------------------------------------------------

    def check(self, authorization: str | None) -> str:
        """Graph's message for a token that is not good, or ""."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return "Access token is empty."
        grant = self._grants.find("access", token)
        if grant is None:
            return "CompactToken parsing failed with error code: 80049217"
        if self._grants.is_over(grant):
            return "Lifetime validation failed, the token is expired."
        return ""

    def scopes(self, authorization: str | None) -> set[str]:
        token = (authorization or "").partition(" ")[2]
        grant = self._grants.find("access", token)
        return set(grant.scope) if grant else set()

    # --- What tests do, here and by `/_standin/identity` ----------------------------

    @property
    def requests(self) -> Counter[str]:
        """What the token endpoint was asked for: by grant type, refusals included."""
        return self._tokens.requests

    def switch(self, **values: object) -> None:
        """Turn on, or back, any fields of `grants.Switches`."""
        self._grants.switch(**values)

    def expire_access_tokens(self) -> None:
        self._grants.expire_all("access")

    def revoke_all(self) -> None:
        """As if the user had withdrawn the consent."""
        self._grants.drop_all("refresh")
        self.expire_access_tokens()

    def control_routes(self) -> list[Rule]:
        """GET the switches and counts, PATCH switches, POST one of two actions."""
        path = "/_standin/identity"
        return [
            Rule(path, endpoint=self._control, methods=["GET", "PATCH"]),
            Rule(f"{path}/expire", endpoint=self._expire, methods=["POST"]),
            Rule(f"{path}/revoke", endpoint=self._revoke, methods=["POST"]),
        ]

    def _control(self, request: Request) -> Response:
        if request.method == "PATCH":
            try:
                self.switch(**request.get_json(force=True))
            except TypeError as error:
                return as_json({"error": str(error)}, 400)
        return as_json(
            {"switches": asdict(self._grants.switches), "requests": self.requests}
        )

    def _expire(self, request: Request) -> Response:
        self.expire_access_tokens()
        return Response(status=204)

    def _revoke(self, request: Request) -> Response:
        self.revoke_all()
        return Response(status=204)

    # --- Discovery ------------------------------------------------------------------

    def discovery(self, request: Request, tenant: str) -> Response:
        """The browser goes where it can: to the stand-in itself, over plain http."""
        asked = f"https://{request.host}/{tenant}/oauth2/v2.0"
        return as_json(
            {
                "issuer": f"https://{request.host}/{self._account.tenant}/v2.0",
                "authorization_endpoint": f"{_own(request)}/{tenant}"
                "/oauth2/v2.0/authorize",
                "token_endpoint": f"{asked}/token",
                "device_authorization_endpoint": f"{asked}/devicecode",
                "response_modes_supported": ["query", "fragment"],
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["plain", "S256"],
            }
        )

    def instance(self, request: Request) -> Response:
        host = request.host
        document = f"https://{host}/common/v2.0/.well-known/openid-configuration"
        names = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        return as_json({"tenant_discovery_endpoint": document, "metadata": [names]})

    # --- Consent in a browser -------------------------------------------------------

    def authorize(self, request: Request, tenant: str) -> Response:
        asked = request.args.to_dict()
        if problem := self._problem(asked, tenant):
            return pages.refused(problem)
        if error := self._error(asked):
            return _back(asked, error=error, error_description=f"AADSTS900144: {error}")
        if request.method != "POST":
            return pages.consent(self._account, asked["scope"].split())
        if request.form.get("consent") != "accept":
            return _back(
                asked,
                error="access_denied",
                error_description="AADSTS65004: The user has declined to consent.",
                error_subcode="cancel",
            )
        code = self._grants.give("code", _consented(asked), CODE_LIFE)
        answer = {"code": code, "session_state": str(uuid.uuid4())}
        if asked.get("client_info") == "1":
            answer["client_info"] = self._account.client_info()
        return _back(asked, **answer)

    def _problem(self, asked: dict[str, str], tenant: str) -> str:
        """What is told on a page and never sent to the address that was given."""
        try:
            self._tokens.check_client(asked.get("client_id", ""))
        except Refused as refusal:
            return f"AADSTS{refusal.number}: {refusal.text}"
        if _without_port(asked.get("redirect_uri", "")) not in self._redirect_uris:
            return "AADSTS50011: This redirect address is not registered."
        if tenant == "organizations" and self._account.tenant == PERSONAL:
            return "AADSTS50020: A personal account can't be used here."
        return ""

    def _error(self, asked: dict[str, str]) -> str:
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        methods = ("", "plain", "S256")
        known = asked.get("code_challenge_method", "") in methods
        mode = asked.get("response_mode", "query") in ("query", "fragment")
        if not (asked.get("scope", "").split() and known and mode):
            return "invalid_request"
        if asked.get("prompt") == "none":
            return self._grants.switches.refuse or "login_required"
        return ""

    # --- Consent on another device --------------------------------------------------

    def device_code(self, request: Request, tenant: str) -> Response:
        try:
            self._tokens.check_client(request.form.get("client_id", ""))
        except Refused as refusal:
            return refused(request, refusal)
        user_code = "".join(secrets.choice(LETTERS) for _ in range(9))
        scope = _scope(request.form.get("scope", ""))
        grant = Grant(scope=scope, user_code=user_code)
        address = f"{_own(request)}/devicelogin"
        return as_json(
            {
                "device_code": self._grants.give("device", grant, DEVICE_LIFE),
                "user_code": user_code,
                "verification_uri": address,
                "expires_in": DEVICE_LIFE,
                "interval": self._grants.switches.device_interval,
                "message": f"To sign in, open {address} and enter {user_code}.",
            }
        )

    def device_login(self, request: Request) -> Response:
        if request.method != "POST":
            return pages.device(request.args.get("user_code", ""))
        user_code = request.form.get("user_code", "").strip().upper()
        accepted = request.form.get("consent") == "accept"
        if self._grants.decide(user_code, "accept" if accepted else "cancel"):
            return pages.told("You may close this page.")
        return pages.refused("This code is not known, or not any more.")


def _own(request: Request) -> str:
    environ = request.environ
    return f"http://{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"


def _scope(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bare(name) for name in text.split()))


def _consented(asked: dict[str, str]) -> Grant:
    return Grant(
        scope=_scope(asked["scope"]),
        nonce=asked.get("nonce", ""),
        redirect_uri=asked["redirect_uri"],
        challenge=asked.get("code_challenge", ""),
        method=asked.get("code_challenge_method", ""),
    )


def _back(asked: dict[str, str], **answer: str) -> Response:
    if "state" in asked:
        answer["state"] = asked["state"]
    address = asked["redirect_uri"]
    mark = "&" if "?" in address else "?"
    if asked.get("response_mode") == "fragment":
        mark = "#"
    return redirect(f"{address}{mark}{urlencode(answer)}")


def _without_port(uri: str) -> str:
    """For http://localhost Microsoft does not look at the port."""
    address = urlsplit(uri)
    if address.scheme == "http" and address.hostname == "localhost":
        return address._replace(netloc="localhost").geturl()
    return uri
