"""Codes and tokens that were given out, and what they are worth; knows no HTTP.

Microsoft's pages "OAuth 2.0 authorization code flow", "Refresh tokens in the Microsoft
identity platform" and "OAuth 2.0 device authorization grant".
"""

import base64
import hashlib
import json
import secrets
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from .clock import Clock

CODE_SECONDS = 600
DEVICE_SECONDS = 900
REFRESH_SECONDS = 90 * 24 * 3600


class GrantError(Exception):
    """A refusal of the token endpoint: OAuth's `error` and Microsoft's number."""

    def __init__(self, error: str, number: int, text: str, status: int = 400):
        super().__init__(text)
        self.error = error
        self.number = number
        self.text = text
        self.status = status


@dataclass(frozen=True)
class Tokens:
    access: str
    refresh: str
    scope: str
    nonce: str


class Grants:
    """Kept in a file of `folder`, so that a restarted stand-in knows its tokens.

    `lifetime`: seconds of an access token. `strict`: a refresh token dies when it is
    exchanged; Microsoft's do not. `refusal`: an error for every exchange to come.
    `counts`: exchanges that succeeded, by grant type.
    """

    def __init__(self, folder: Path, clock: Clock):
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "identity.json"
        self._clock = clock
        self._lock = RLock()
        self._kinds: dict[str, dict[str, Any]] = {
            "code": {},
            "refresh": {},
            "access": {},
            "device": {},
        }
        if self._path.exists():
            self._kinds.update(json.loads(self._path.read_text()))
        self.lifetime = 3600
        self.strict = False
        self.refusal: GrantError | None = None
        self.counts: Counter[str] = Counter()

    # --- Giving out -----------------------------------------------------------------

    def give_code(self, query: dict[str, str]) -> str:
        kept = ("redirect_uri", "scope", "nonce", "code_challenge", "client_id")
        record = {name: query.get(name, "") for name in kept}
        return self._give("code", f"M.C531_BAY.2.U.{_random()}", record, CODE_SECONDS)

    def give_device(self, scope: str) -> tuple[str, str]:
        """The device's code, and the one that a person types."""
        user_code = secrets.token_hex(4).upper()
        record = {"scope": scope, "user_code": user_code, "answer": ""}
        return self._give("device", _random(), record, DEVICE_SECONDS), user_code

    def answer_device(self, user_code: str, answer: str) -> bool:
        with self._lock:
            for record in self._kinds["device"].values():
                if record["user_code"] == user_code and not record["answer"]:
                    record["answer"] = answer
                    self._save()
                    return True
        return False

    # --- Exchanging -----------------------------------------------------------------

    def by_code(self, code: str, redirect_uri: str, verifier: str) -> Tokens:
        with self._lock:
            record = self._kinds["code"].get(code)
            if record is None:
                raise GrantError("invalid_grant", 70000, "The code is not valid.")
            if record.get("used"):
                raise GrantError("invalid_grant", 54005, "The code was redeemed.")
            self._require_time(record)
            if record["redirect_uri"] != redirect_uri:
                raise GrantError("invalid_grant", 50011, "Another redirect_uri.")
            if record["code_challenge"] not in ("", _challenge(verifier)):
                raise GrantError("invalid_grant", 501481, "The verifier is wrong.")
            record["used"] = True
            return self._tokens("authorization_code", record)

    def by_refresh(self, token: str) -> Tokens:
        with self._lock:
            if self.refusal:
                raise self.refusal
            record = self._kinds["refresh"].get(token)
            if record is None:
                raise GrantError("invalid_grant", 70000, "The token is not valid.")
            self._require_time(record)
            if self.strict:
                del self._kinds["refresh"][token]
            return self._tokens("refresh_token", {**record, "nonce": ""})

    def by_device(self, code: str) -> Tokens:
        with self._lock:
            record = self._kinds["device"].get(code)
            if record is None:
                raise GrantError("invalid_grant", 70000, "The code is not valid.")
            if record["expires"] <= self._clock.now():
                raise GrantError("expired_token", 70020, "The code has expired.")
            if not record["answer"]:
                raise GrantError("authorization_pending", 70016, "Nobody agreed yet.")
            del self._kinds["device"][code]
            if record["answer"] != "accept":
                raise GrantError("authorization_declined", 70043, "Declined.")
            return self._tokens("device_code", {**record, "nonce": ""})

    # --- Judging, and what tests do -------------------------------------------------

    def access(self, token: str) -> dict[str, Any] | None:
        return self._kinds["access"].get(token)

    def expire_access_tokens(self) -> None:
        with self._lock:
            for record in self._kinds["access"].values():
                record["expires"] = 0
            self._save()

    def revoke_all(self) -> None:
        with self._lock:
            self._kinds["refresh"].clear()
            self._save()
        self.expire_access_tokens()

    # --------------------------------------------------------------------------------

    def _require_time(self, record: dict[str, Any]) -> None:
        if record["expires"] <= self._clock.now():
            raise GrantError("invalid_grant", 70008, "The grant has expired.")

    def _tokens(self, grant: str, record: dict[str, Any]) -> Tokens:
        # Opaque, as those of personal accounts are.
        scope = {"scope": record["scope"]}
        access = self._give("access", f"EwB{_random(120)}", scope, self.lifetime)
        refresh = ""
        if "offline_access" in record["scope"].split():
            refresh = f"M.C531_BAY.0.U.-{_random(60)}"
            self._give("refresh", refresh, scope, REFRESH_SECONDS)
        self.counts[grant] += 1
        return Tokens(access, refresh, record["scope"], record["nonce"])

    def _give(self, kind: str, key: str, record: dict[str, Any], seconds: float) -> str:
        with self._lock:
            expires = self._clock.now() + seconds
            self._kinds[kind][key] = {**record, "expires": expires}
            self._save()
        return key

    def _save(self) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(self._kinds))
        draft.replace(self._path)


def _random(length: int = 32) -> str:
    return secrets.token_urlsafe(length)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
