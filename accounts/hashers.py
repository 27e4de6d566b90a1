import bcrypt
from django.contrib.auth.hashers import BCryptPasswordHasher

# bcrypt reads no more. Its library cut longer ones in silence and now refuses them.
LONGEST_BYTES = 72


class LegacyBcrypt(BCryptPasswordHasher):
    """The former service's bcrypt hashes, stored as `bcrypt$` and the bare hash.

    Another hasher stands first in the settings, so a hash of this kind is replaced
    when its owner signs in.
    """

    def encode(self, password: str, salt: bytes) -> str:
        cut = password.encode()[:LONGEST_BYTES]
        return f"{self.algorithm}${bcrypt.hashpw(cut, salt).decode()}"
