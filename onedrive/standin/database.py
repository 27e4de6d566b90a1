"""The one SQLite file that a drive lives in."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    id TEXT PRIMARY KEY COLLATE NOCASE,
    parent TEXT,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    is_folder INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    children INTEGER NOT NULL DEFAULT 0,
    blob TEXT,
    quick_xor TEXT NOT NULL DEFAULT '',
    sha1 TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',
    facets TEXT NOT NULL DEFAULT '{}',
    facets_due REAL,
    version INTEGER NOT NULL DEFAULT 1,
    content_version INTEGER NOT NULL DEFAULT 1,
    created REAL NOT NULL,
    modified REAL NOT NULL,
    fs_created TEXT NOT NULL,
    fs_modified TEXT NOT NULL,
    change INTEGER NOT NULL,
    changed_at REAL NOT NULL,
    deleted_at REAL,
    deleted_with TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS live_names ON items (parent, folded)
    WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS families ON items (parent);
CREATE UNIQUE INDEX IF NOT EXISTS changes ON items (change);
CREATE INDEX IF NOT EXISTS bin ON items (deleted_with) WHERE deleted_with IS NOT NULL;
CREATE INDEX IF NOT EXISTS unripe ON items (facets_due) WHERE facets_due IS NOT NULL;
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY,
    parent TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    conflict TEXT NOT NULL,
    fs_created TEXT,
    fs_modified TEXT,
    total INTEGER,
    received INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    expires REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS session_names ON sessions (parent, folded);
CREATE TABLE IF NOT EXISTS copies (
    id TEXT PRIMARY KEY,
    item TEXT NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
);
"""


class Database:
    """One connection behind one lock: the stand-in serves tests, not crowds."""

    def __init__(self, path: Path):
        self._lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            path, check_same_thread=False, isolation_level=None
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; one inside another joins it."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        with self._lock:
            return self._connection.execute(sql, values).fetchone()

    def run(self, sql: str, *values: object) -> int:
        """The number of rows changed."""
        with self._lock:
            return self._connection.execute(sql, values).rowcount

    def meta(self, key: str) -> str | None:
        row = self.one("SELECT value FROM meta WHERE key = ?", key)
        return row["value"] if row else None

    def set_meta(self, key: str, value: str) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def close(self) -> None:
        with self._lock:
            self._connection.close()
