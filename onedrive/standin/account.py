"""Who signs in: the one account that the stand-in knows."""

import base64
import json
from dataclasses import dataclass

PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal accounts


@dataclass(frozen=True)
class Account:
    name: str = "Ines Example"
    email: str = "ines@example.org"
    oid: str = "00000000-0000-0000-a1b2-c3d4e5f60718"
    tenant: str = PERSONAL

    def id_token(self, *, client_id: str, nonce: str, now: float) -> str:
        """A JWT with a signature that signs nothing. `nonce` is echoed as it came."""
        claims = {
            "ver": "2.0",
            "iss": f"https://login.microsoftonline.com/{self.tenant}/v2.0",
            "sub": f"standin-{self.oid}",
            "aud": client_id,
            "iat": int(now),
            "nbf": int(now),
            "exp": int(now) + 86400,
            "name": self.name,
            "preferred_username": self.email,
            "oid": self.oid,
            "tid": self.tenant,
        }
        if nonce:
            claims["nonce"] = nonce
        header = {"typ": "JWT", "alg": "none"}
        return f"{_encoded(header)}.{_encoded(claims)}.c2ln"

    def client_info(self) -> str:
        return _encoded({"uid": self.oid, "utid": self.tenant})


def _encoded(value: dict) -> str:
    text = json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")
