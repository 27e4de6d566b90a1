"""Which of several connections looks after the gallery, when nobody says which."""

from typing import Any

from onedrive.models import Connection, Mirror


def keeper() -> Connection | None:
    """The one that a sync was applied from; before that the first that works.

    It stays so when it needs a new consent, so that no other drive takes its place
    unasked; once it is disconnected, the next one does.
    """
    rows = Connection.objects.select_related("user", "mirror")
    return min(rows, key=_rank, default=None)


def mirror_for(user: Any) -> Mirror | None:
    """That of one's own drive, or else of the one that looks after the gallery."""
    rows = Connection.objects.exclude(mirror=None).select_related("mirror")
    own = {row.user_id: row for row in rows if not row.is_disconnected}.get(user.pk)
    found = own or min(rows, key=_rank, default=None)
    return found.mirror if found else None


def _rank(row: Connection) -> tuple[bool, bool, bool, int]:
    mirror = getattr(row, "mirror", None)
    return (
        row.is_disconnected,
        mirror is None or mirror.applied is None,
        row.state != Connection.State.CONNECTED,
        row.pk,
    )
