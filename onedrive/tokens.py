"""MSAL's token cache in a connection's row: encrypted, and changed under its lock.

Encryption is Fernet (AES-128-CBC with HMAC). The first of ONEDRIVE_TOKEN_KEYS
encrypts, all of them decrypt, so that a key can be replaced by putting a new one in
front and running `rotate`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msal
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from onedrive.exceptions import NotConnected
from onedrive.models import Connection

# A token that has less time left than this is as good as expired.
MARGIN_SECONDS = 300


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
    """The access token in the cache, or "" when none has time left."""
    kind = msal.TokenCache.CredentialType.ACCESS_TOKEN
    enough = time.time() + MARGIN_SECONDS
    entries = [e for e in cache.search(kind) if int(e["expires_on"]) > enough]
    latest = max(entries, key=lambda e: int(e["expires_on"]), default={"secret": ""})
    return latest["secret"]


@contextmanager
def locked(connection: Connection) -> Iterator[Connection]:
    """The row as it is now, nobody else's until the block ends."""
    with transaction.atomic():
        rows = Connection.objects.select_for_update()
        row = rows.filter(pk=connection.pk).first()
        if row is None:
            raise NotConnected
        yield row


def rotate() -> int:
    """Encrypt every cache with the first key; how many were."""
    connections = Connection.objects.all()
    for connection in connections:
        with locked(connection) as row:
            row.cache = _fernet().rotate(row.cache.encode()).decode()
            row.save(update_fields=["cache"])
    return len(connections)


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.ONEDRIVE_TOKEN_KEYS])
