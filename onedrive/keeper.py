"""Which of several connections looks after the gallery, when nobody says which."""

from typing import Any

from gallery.transactions import transacted
from onedrive.models import Connection, Mirror


def keeper() -> Connection | None:
    """The one that a sync was applied from; before that the first that works.

    It stays so when it needs a new consent, so that no other drive takes its place
    unasked; once it is disconnected, the next one does.
    """
    rows = Connection.objects.select_related("user", "mirror")
    return min(rows, key=_rank, default=None)


def keeper_else(own: Connection | None) -> Connection | None:
    """The one that looks after the gallery, if it is somebody else's."""
    found = keeper()
    return None if found is None or found == own or found.is_disconnected else found


def mirror_for(user: Any) -> Mirror | None:
    """That of one's own drive, or else of the one that looks after the gallery."""
    rows = Connection.objects.exclude(mirror=None).select_related("mirror")
    own = {row.user_id: row for row in rows if not row.is_disconnected}.get(user.pk)
    found = own or min(rows, key=_rank, default=None)
    return found.mirror if found else None


@transacted
def mirror_of(*, connection: Connection, drive_id: str) -> Mirror:
    """That of a drive, whoever read it, which is this connection's from now on."""
    mirror, _ = Mirror.objects.get_or_create(drive_id=drive_id)
    # Not when there was another consent meanwhile, maybe for another drive.
    rows = Connection.objects.filter(connected_at=connection.connected_at)
    rows.filter(pk=connection.pk).update(mirror=mirror, drive_id=drive_id)
    return mirror


def _rank(row: Connection) -> tuple[bool, bool, bool, int]:
    return (
        row.is_disconnected,
        row.mirror is None or row.mirror.applied is None,
        row.state != Connection.State.CONNECTED,
        row.pk,
    )
