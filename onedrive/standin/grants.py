"""What was handed out: codes, tokens and device codes, kept in one file.

The file holds hashes of them, as a real service would keep them.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import RLock

from .clock import Clock

DAY = 86400
# How each looks, and the random bytes in it: about as long as a personal account's.
SHAPES = {
    "code": ("M.C507_BAY.2.U.", 36),
    "access": ("EwB4A8l6BAAU", 600),
    "refresh": ("M.C531_BAY.0.U.-", 240),
    "device": ("D", 60),
}


@dataclass(frozen=True)
class Grant:
    """What was consented to; `expires` in Unix seconds of the stand-in's clock.

    `public`: given without the client secret, and so used without it.
    """

    scope: tuple[str, ...]
    expires: float = 0.0
    public: bool = False
    nonce: str = ""
    redirect_uri: str = ""
    challenge: str = ""
    method: str = ""
    used: bool = False
    user_code: str = ""
    decision: str = ""  # accept, cancel, or none yet
    polled: float = 0.0


@dataclass
class Switches:
    """What a test may turn on."""

    access_life: int = 3600  # seconds
    strict_rotation: bool = False  # a refresh token is good for one refresh
    qualified_scopes: bool = False  # answers name scopes as addresses
    device_interval: int = 5  # seconds between two questions
    refuse: str = ""  # the OAuth error that answers every token request
    fail: int = 0  # the status, 429 or 5xx, that answers every token request
    retry_after: int | None = None  # what `fail` asks for


class Grants:
    """All of it survives a restart in the same folder. `lock` makes steps one."""

    def __init__(self, path: Path, clock: Clock):
        self.lock = RLock()
        self.switches = Switches()
        self._path, self._clock = path, clock
        self._kept: dict[str, dict[str, Grant]] = {kind: {} for kind in SHAPES}
        if path.exists():
            self._load(json.loads(path.read_text()))

    def switch(self, **values: object) -> None:
        with self.lock:
            self.switches = replace(self.switches, **values)
            self._save()

    def give(self, kind: str, grant: Grant, life: float) -> str:
        """A new secret that stands for this grant."""
        prefix, size = SHAPES[kind]
        secret = prefix + secrets.token_urlsafe(size)
        self.put(kind, secret, replace(grant, expires=self._clock.now() + life))
        return secret

    def put(self, kind: str, secret: str, grant: Grant) -> None:
        with self.lock:
            self._kept[kind][_hash(secret)] = grant
            self._save()

    def find(self, kind: str, secret: str) -> Grant | None:
        return self._kept[kind].get(_hash(secret))

    def is_over(self, grant: Grant) -> bool:
        return grant.expires <= self._clock.now()

    def drop(self, kind: str, secret: str) -> None:
        with self.lock:
            self._kept[kind].pop(_hash(secret), None)
            self._save()

    def drop_all(self, kind: str) -> None:
        with self.lock:
            self._kept[kind].clear()
            self._save()

    def expire_all(self, kind: str) -> None:
        with self.lock:
            kept = self._kept[kind]
            kept |= {key: replace(grant, expires=0.0) for key, grant in kept.items()}
            self._save()

    def decide(self, user_code: str, decision: str) -> bool:
        """Whether a device waits under this code; it is told the decision."""
        with self.lock:
            for key, grant in self._kept["device"].items():
                waits = not grant.decision and not self.is_over(grant)
                if grant.user_code == user_code and waits:
                    self._kept["device"][key] = replace(grant, decision=decision)
                    self._save()
                    return True
        return False

    def _load(self, data: dict) -> None:
        self.switches = Switches(**data["switches"])
        for kind, grants in data["grants"].items():
            for key, grant in grants.items():
                scope = tuple(grant.pop("scope"))
                self._kept[kind][key] = Grant(scope=scope, **grant)

    def _save(self) -> None:
        """Without what is over for long, whole or not at all."""
        long_ago = self._clock.now() - DAY
        grants = {
            kind: {key: asdict(g) for key, g in kept.items() if g.expires > long_ago}
            for kind, kept in self._kept.items()
        }
        new = self._path.with_suffix(".new")
        new.write_text(
            json.dumps({"switches": asdict(self.switches)} | {"grants": grants})
        )
        new.replace(self._path)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
