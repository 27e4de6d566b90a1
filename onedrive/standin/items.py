"""An item of the drive as the store knows it."""

import json
import sqlite3
import uuid
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Item:
    """One row: a file or a folder, live or in the recycle bin."""

    id: str
    parent: str | None
    name: str
    is_folder: bool
    size: int
    children: int
    blob: str | None
    quick_xor: str
    sha1: str
    sha256: str
    facets: dict
    facets_due: float | None
    version: int
    content_version: int
    created: float
    modified: float
    fs_created: str
    fs_modified: str
    change: int
    deleted_at: float | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Item":
        values = {name: row[name] for name in cls.__dataclass_fields__}
        values["is_folder"] = bool(row["is_folder"])
        values["facets"] = json.loads(row["facets"])
        return cls(**values)

    @property
    def etag(self) -> str:
        """Another one after every change."""
        return f'"{{{self._guid}}},{self.version}"'

    @property
    def ctag(self) -> str:
        """Another one after a change of content; of a folder, of anything in it."""
        return f'"c:{{{self._guid}}},{self.content_version}"'

    @property
    def visible_facets(self) -> dict:
        """Empty until the service has looked into the file."""
        return {} if self.facets_due else self.facets

    @cached_property
    def _guid(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, self.id)).upper()


@dataclass(frozen=True)
class Times:
    """`fileSystemInfo`: the times that the client keeps; empty: not given."""

    created: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Quota:
    """Bytes. Deleted files count as used until they leave the recycle bin."""

    total: int
    used: int
    deleted: int

    @property
    def remaining(self) -> int:
        return max(self.total - self.used, 0)

    @property
    def state(self) -> str:
        if self.used >= self.total:
            return "exceeded"
        left = self.remaining / self.total
        return "critical" if left < 0.01 else "nearing" if left < 0.1 else "normal"
