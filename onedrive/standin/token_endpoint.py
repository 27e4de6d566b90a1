"""`POST /{tenant}/oauth2/v2.0/token`: a grant in, tokens out.

Microsoft's pages "OAuth 2.0 authorization code flow", "OAuth 2.0 device authorization
grant" and "Refresh tokens in the Microsoft identity platform".
"""

import base64
import hashlib
import hmac
from collections import Counter
from dataclasses import replace

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request, Response

from .account import Account
from .clock import Clock
from .grants import DAY, Grant, Grants
from .refusals import Refused, as_json, refused

REFRESH_LIFE = 90 * DAY
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
RESERVED = {"offline_access", "openid", "profile", "email"}
NUMBERS = {"invalid_grant": 70000, "interaction_required": 50076}
Form = MultiDict[str, str]


def bare(scope: str) -> str:
    """`Files.ReadWrite`, also of its full address."""
    return scope.rpartition("/")[2]


class TokenEndpoint:
    """`requests` counts by grant what was asked for, refusals included."""

    def __init__(
        self,
        grants: Grants,
        clock: Clock,
        account: Account,
        client_id: str,
        client_secret: str,
    ):
        self.requests: Counter[str] = Counter()
        self._grants, self._clock, self._account = grants, clock, account
        self._client_id, self._client_secret = client_id, client_secret

    def answer(self, request: Request, tenant: str) -> Response:
        form = request.form
        kind = form.get("grant_type", "")
        try:
            with self._grants.lock:
                self.requests["device_code" if kind == DEVICE else kind] += 1
                self._fail_or_refuse()
                grant = self._redeemed(form, kind)
                return as_json(self._tokens(form, grant))
        except Refused as refusal:
            answer = refused(request, refusal)
            wait = self._grants.switches.retry_after
            if self._grants.switches.fail and wait is not None:
                answer.headers["Retry-After"] = str(wait)
            return answer

    def check_client(self, client_id: str) -> None:
        if client_id != self._client_id:
            text = f"Application with identifier '{client_id}' was not found."
            raise Refused("unauthorized_client", 700016, text)

    def _fail_or_refuse(self) -> None:
        switches = self._grants.switches
        if switches.fail:
            text = "The service is temporarily unavailable."
            raise Refused("temporarily_unavailable", 90055, text, status=switches.fail)
        if error := switches.refuse:
            text = "The sign-in has to be repeated."
            raise Refused(error, NUMBERS.get(error, 50000), text)

    def _redeemed(self, form: Form, kind: str) -> Grant:
        if not kind:
            raise _missing("grant_type")
        redeem = {
            "authorization_code": self._redeem_code,
            "refresh_token": self._redeem_refresh,
            DEVICE: self._redeem_device,
        }.get(kind)
        if redeem is None:
            text = "The app requested an unsupported grant type."
            raise Refused("unsupported_grant_type", 70003, text)
        self.check_client(form.get("client_id", ""))
        self._check_secret(form)
        return redeem(form)

    def _check_secret(self, form: Form) -> None:
        secret = form.get("client_secret")
        same = secret is None or hmac.compare_digest(
            secret.encode(), self._client_secret.encode()
        )
        if not same:
            text = "Invalid client secret provided."
            raise Refused("invalid_client", 7000215, text, status=401)

    def _check_public(self, form: Form, grant: Grant) -> None:
        """A secret must come for what was given with one, and for nothing else."""
        if grant.public == ("client_secret" not in form):
            return
        if grant.public:
            text = "Client is public so 'client_secret' should not be presented."
            raise Refused("invalid_client", 700025, text, status=401)
        text = "The request body must contain 'client_secret'."
        raise Refused("invalid_client", 7000218, text, status=401)

    def _redeem_code(self, form: Form) -> Grant:
        code = form.get("code", "")
        if not code:
            raise _missing("code")
        grant = self._grants.find("code", code)
        if grant is None:
            raise _bad("code")
        self._check_public(form, grant)
        if grant.used:
            text = "OAuth2 Authorization code was already redeemed."
            raise Refused("invalid_grant", 54005, text)
        if self._grants.is_over(grant):
            text = "The provided authorization code has expired."
            raise Refused("invalid_grant", 70008, text)
        if form.get("redirect_uri", "") != grant.redirect_uri:
            raise _bad("redirect_uri")
        _check_verifier(form.get("code_verifier", ""), grant)
        self._grants.put("code", code, replace(grant, used=True))
        return grant

    def _redeem_refresh(self, form: Form) -> Grant:
        token = form.get("refresh_token", "")
        if not token:
            raise _missing("refresh_token")
        grant = self._grants.find("refresh", token)
        if grant is None:
            raise _bad("refresh_token")
        self._check_public(form, grant)
        if self._grants.is_over(grant):
            text = "The refresh token has expired due to inactivity."
            raise Refused("invalid_grant", 700082, text, suberror="token_expired")
        if self._grants.switches.strict_rotation:
            self._grants.drop("refresh", token)
        return replace(grant, nonce="")

    def _redeem_device(self, form: Form) -> Grant:
        code = form.get("device_code", "")
        grant = self._grants.find("device", code)
        if grant is None:
            text = "The device code is not valid."
            raise Refused("bad_verification_code", 70000, text)
        if self._grants.is_over(grant):
            text = "The device code has expired."
            raise Refused("expired_token", 70020, text)
        if grant.decision == "accept":
            self._grants.drop("device", code)
            return replace(grant, public="client_secret" not in form)
        if grant.decision:
            text = "The user refused the sign-in."
            raise Refused("authorization_declined", 70021, text)
        now = self._clock.now()
        self._grants.put("device", code, replace(grant, polled=now))
        if now - grant.polled < self._grants.switches.device_interval - 1:
            raise Refused("slow_down", 70019, "Asked too often.")
        text = "The user has not finished signing in."
        raise Refused("authorization_pending", 70016, text)

    def _tokens(self, form: Form, grant: Grant) -> dict:
        names = _asked(form.get("scope", ""), grant)
        life = self._grants.switches.access_life
        consent = Grant(scope=grant.scope, public=grant.public)
        token = self._grants.give("access", replace(consent, scope=tuple(names)), life)
        body = {
            "token_type": "Bearer",
            "scope": " ".join(self._shown(name) for name in names),
            "expires_in": life,
            "ext_expires_in": life,
            "access_token": token,
        }
        if "offline_access" in grant.scope:
            body["refresh_token"] = self._grants.give("refresh", consent, REFRESH_LIFE)
        if "openid" in grant.scope:
            body["id_token"] = self._account.id_token(
                client_id=self._client_id, nonce=grant.nonce, now=self._clock.now()
            )
        if form.get("client_info") == "1":
            body["client_info"] = self._account.client_info()
        return body

    def _shown(self, name: str) -> str:
        if self._grants.switches.qualified_scopes and name not in RESERVED:
            return f"https://graph.microsoft.com/{name}"
        return name


def _asked(scope: str, grant: Grant) -> list[str]:
    """The scopes of an access token: those asked for, which must be consented to."""
    granted = {name.lower(): name for name in grant.scope}
    asked = [bare(name).lower() for name in scope.split()] or list(granted)
    if not set(asked) <= set(granted):
        text = "The user or administrator has not consented to use the application."
        raise Refused("invalid_grant", 65001, text, suberror="consent_required")
    return [granted[name] for name in asked if name != "offline_access"]


def _check_verifier(verifier: str, grant: Grant) -> None:
    if not grant.challenge:
        return
    made = verifier
    if grant.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if made != grant.challenge:
        text = "The Code_Verifier does not match the code_challenge."
        raise Refused("invalid_grant", 501481, text)


def _bad(name: str) -> Refused:
    text = f"The provided value for the input parameter '{name}' is not valid."
    return Refused("invalid_grant", 70000, text, suberror="bad_token")


def _missing(name: str) -> Refused:
    text = f"The request body must contain the following parameter: '{name}'."
    return Refused("invalid_request", 900144, text)
