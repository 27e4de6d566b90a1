"""Small pictures of a drive's files, as OneDrive makes them.

Follows Microsoft's page "List thumbnails for a DriveItem". The links to them are
signed: pages get an address of ours instead, which only a list of ours can give, and
which is another when the file's content is.
"""

import hashlib
from typing import Any

from django.core import signing
from django.core.cache import cache

from onedrive.drive import drive_of, item_path
from onedrive.exceptions import OneDriveError
from onedrive.exchanges import exchange
from onedrive.items import DriveItem

SIZE = "medium"  # fits into 176 x 176 pixels
TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MOST_BYTES = 500_000
KEPT_SECONDS = 24 * 3600
# Somebody looks at a page of them, and each is only a picture.
PATIENCE = 3.0

Thumbnail = tuple[str, bytes]


def ticket(user: Any, item: DriveItem) -> str:
    """What the thumbnail of a file is asked for with: it was shown to this user."""
    version = item.ctag or item.etag
    return _signer().sign_object([str(user.pk), item.id, version])


def thumbnail(*, user: Any, ticket: str) -> Thumbnail | None:
    """Content type and bytes; None when there is none (yet), or none to be had now.

    Raises BadSignature for a ticket that is none of this user's.
    """
    owner, item_id, _ = _signer().unsign_object(ticket)
    if owner != str(user.pk):
        raise signing.BadSignature
    key = f"thumbnail:{hashlib.sha256(ticket.encode()).hexdigest()}"
    found = cache.get(key) or _fetched(user, item_id)
    if found:
        cache.set(key, found, KEPT_SECONDS)
    return found


def _fetched(user: Any, item_id: str) -> Thumbnail | None:
    try:
        client = drive_of(user, patience=PATIENCE, reach=PATIENCE).client
        path = f"{item_path(item_id)}/thumbnails/0/{SIZE}/content"
        answer = exchange(client.session, "GET", client.location(path))
    except OneDriveError:
        return None
    kind = answer.headers.get("Content-Type", "").partition(";")[0].lower()
    if answer.status != 200 or kind not in TYPES or len(answer.body) > MOST_BYTES:
        return None
    return kind, answer.body


def _signer() -> signing.Signer:
    return signing.Signer(salt="onedrive.thumbnails")
