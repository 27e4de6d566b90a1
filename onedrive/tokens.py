"""MSAL's token cache in a connection's row: encrypted, and refreshed by one at a time.

Encryption is Fernet (AES-128-CBC with HMAC). The first of ONEDRIVE_TOKEN_KEYS
encrypts, all of them decrypt, so that a key can be replaced by putting a new one in
front and running `rotate`.

Who refreshes holds a lease, a column of the row, and no transaction: a lock that
spans Microsoft's answer would hold up every writer of an SQLite database.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msal
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from onedrive.exceptions import NotConnected
from onedrive.models import Connection

logger = logging.getLogger(__name__)

ACCESS_TOKEN = msal.TokenCache.CredentialType.ACCESS_TOKEN
# A token that has less time left than this is as good as expired.
MARGIN_SECONDS = 300
# Longer than a refresh can take; how long others wait for one that was killed.
LEASE = timedelta(seconds=30)


def encrypt(cache: msal.SerializableTokenCache) -> str:
    return _fernet().encrypt(cache.serialize().encode()).decode()


def decrypt(connection: Connection) -> msal.SerializableTokenCache:
    """Raises NotConnected when none of the keys fits (any more)."""
    cache = msal.SerializableTokenCache()
    try:
        cache.deserialize(_fernet().decrypt(connection.cache.encode()).decode())
    except InvalidToken:
        raise NotConnected(
            "The stored sign-in can't be decrypted: ONEDRIVE_TOKEN_KEYS has changed."
        ) from None
    return cache


def valid_token(cache: msal.SerializableTokenCache) -> str:
    """The access token in the cache, or "" when it has no time left.

    Not looked for by its scopes, which Microsoft may write in other ways than we do.
    """
    enough = time.time() + MARGIN_SECONDS
    entry = next(iter(cache.search(ACCESS_TOKEN)), None)
    return entry["secret"] if entry and int(entry["expires_on"]) > enough else ""


def drop_access_tokens(cache: msal.SerializableTokenCache) -> None:
    """So that MSAL refreshes, and that the new one is the only one."""
    for entry in list(cache.search(ACCESS_TOKEN)):
        cache.remove_at(entry)


@dataclass(frozen=True)
class Lease:
    """The right to refresh one connection's tokens, until its time is over."""

    connection: Connection
    until: datetime

    def write(self, **columns: Any) -> bool:
        """Change the row and end the lease; False, and nothing written, if it is
        no longer ours: it took too long, or the user has signed in anew."""
        return bool(self._rows().update(**columns, refreshing_until=None))

    def _rows(self) -> Any:
        rows = Connection.objects.filter(pk=self.connection.pk)
        return rows.filter(refreshing_until=self.until)


@contextmanager
def leased(connection: Connection) -> Iterator[Lease | None]:
    """A lease, or None when another has it or has changed the tokens since we read."""
    now = timezone.now()
    lease = Lease(connection, now + LEASE)
    free = Q(refreshing_until__isnull=True) | Q(refreshing_until__lte=now)
    unchanged = Connection.objects.filter(pk=connection.pk, cache=connection.cache)
    if not unchanged.filter(free).update(refreshing_until=lease.until):
        yield None
        return
    try:
        yield lease
    finally:
        lease.write()


def rotate() -> tuple[int, int]:
    """Encrypt every cache with the first key; how many were, of how many.

    One that is refreshed at this moment is left: it is encrypted with that key then.
    """
    rows = list(Connection.objects.exclude(cache=""))
    return sum(_rotate(row) for row in rows), len(rows)


def _rotate(row: Connection) -> int:
    try:
        cache = _fernet().rotate(row.cache.encode()).decode()
    except InvalidToken:
        logger.warning("%s: no key of ONEDRIVE_TOKEN_KEYS fits.", row)
        return 0
    unchanged = Connection.objects.filter(pk=row.pk, cache=row.cache)
    return unchanged.update(cache=cache)


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.ONEDRIVE_TOKEN_KEYS])
