"""Upload sessions as the store keeps them: where the file will go, what has come.

Microsoft's page "driveItem: createUploadSession".
"""

import uuid
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Lock

from .errors import StoreError, invalid, name_taken, not_found
from .items import Item, Times
from .names import folded
from .store import Store

UNIT = 320 * 1024
TOO_MUCH = 60 * 1024**2  # bytes of one request, this number not allowed any more


@dataclass(frozen=True)
class Session:
    """One row. `received` bytes lie in a file named by the id."""

    id: str
    parent: str
    name: str
    conflict: str
    fs_created: str | None
    fs_modified: str | None
    total: int | None
    received: int
    created: float
    expires: float


@dataclass(frozen=True)
class Range:
    """`Content-Range: bytes first-last/total`."""

    first: int
    last: int
    total: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Sessions:
    """Opens, feeds and ends sessions; the last range puts the file in its place."""

    def __init__(self, store: Store, folder: Path):
        self._store = store
        self._db = store.db
        self._folder = folder
        # Ranges of one session take turns; those of others need not wait.
        self._turns = [Lock() for _ in range(64)]
        folder.mkdir(parents=True, exist_ok=True)

    def open(
        self, parent: Item, name: str, conflict: str, times: Times, size: int
    ) -> Session:
        store, kind, now = self._store, self._store.kind, self._store.clock.now()
        self._sweep()
        with self._db.transaction():
            name = store.checked_place(parent, name)
            self._check_name(parent, name, conflict)
            store.check_room(size)
            session_id = uuid.uuid4().hex
            self._db.run(
                "INSERT INTO sessions (id, parent, name, folded, conflict, fs_created,"
                " fs_modified, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                session_id,
                parent.id,
                name,
                folded(name),
                conflict,
                times.created,
                times.modified,
                now,
                now + kind.session_life,
            )
        self._path(session_id).touch()
        return self.get(session_id)

    def _check_name(self, parent: Item, name: str, conflict: str) -> None:
        taken = self._store.child(parent, name)
        if taken and (conflict == "fail" or (taken.is_folder and conflict != "rename")):
            raise name_taken(name)
        if self._store.kind.sessions_share_a_name:
            return
        rival = self._db.one(
            "SELECT id FROM sessions WHERE parent = ? AND folded = ? AND expires > ?",
            parent.id,
            folded(name),
            self._store.clock.now(),
        )
        if rival:
            text = "An upload session already exists for this file"
            raise StoreError(409, "nameAlreadyExists", text)

    def get(self, session_id: str) -> Session:
        row = self._db.one("SELECT * FROM sessions WHERE id = ?", session_id)
        if row is None or row["expires"] <= self._store.clock.now():
            raise not_found("The upload session was not found")
        return Session(**{field.name: row[field.name] for field in fields(Session)})

    def cancel(self, session_id: str) -> None:
        self.get(session_id)
        self._forget(session_id)

    def receive(
        self, session_id: str, part: Range, data: bytes
    ) -> tuple[Session, Item | None, bool]:
        """The session as it is now; after the last range the item, and if it is new."""
        with self._turns[hash(session_id) % len(self._turns)]:
            session = self.get(session_id)
            check_range(session, part)
            with self._path(session_id).open("r+b") as file:
                file.seek(part.first)
                file.write(data)
                file.truncate()
            if part.last + 1 < part.total:
                return self._advance(session, part), None, False
            item, is_new = self._finish(session)
            self._forget(session_id)
        return session, item, is_new

    def _advance(self, session: Session, part: Range) -> Session:
        kind = self._store.kind
        expires = max(session.expires, self._store.clock.now() + kind.session_renewal)
        self._db.run(
            "UPDATE sessions SET received = ?, total = ?, expires = ? WHERE id = ?",
            part.last + 1,
            part.total,
            min(expires, session.created + kind.session_limit),
            session.id,
        )
        return self.get(session.id)

    def _finish(self, session: Session) -> tuple[Item, bool]:
        """A refusal leaves the session and all bytes before the last range."""
        return self._store.put_file(
            session.parent,
            session.name,
            self._path(session.id),
            conflict=session.conflict,
            times=Times(session.fs_created or "", session.fs_modified or ""),
        )

    def _forget(self, session_id: str) -> None:
        self._db.run("DELETE FROM sessions WHERE id = ?", session_id)
        self._path(session_id).unlink(missing_ok=True)

    def _sweep(self) -> None:
        now = self._store.clock.now()
        for row in self._db.all("SELECT id FROM sessions WHERE expires <= ?", now):
            self._forget(row["id"])

    def _path(self, session_id: str) -> Path:
        return self._folder / session_id


def check_range(session: Session, part: Range) -> None:
    """Refuse what does not follow on what has come."""
    if session.total not in (None, part.total):
        raise invalid("The total differs from the first.", "fragmentLengthMismatch")
    if part.length >= TOO_MUCH:
        raise StoreError(413, "requestTooLarge", "The range is too large.")
    if part.first < session.received:
        raise StoreError(416, "invalidRange", "Fragment overlap.", "fragmentOverlap")
    if part.first > session.received:
        text = "Fragments must be sent in order."
        raise StoreError(416, "invalidRange", text, "fragmentOutOfOrder")
    if part.last + 1 < part.total and part.length % UNIT:
        raise invalid("Ranges must be multiples of 320 KiB.")
