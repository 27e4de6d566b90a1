"""The three tables of the former service, read a little at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper

from artetore.former.database import FormerFailed

TABLES = {"imagedb", "userdb", "onedrive"}
PAGE = 500
# Characters of a picture that are read at a time, well below any max_allowed_packet.
PIECE = 2**21
# Every picture had it, and nobody gave it.
SAMPLE_TITLE = "This Is Sample Title"
# A server needs a moment to notice that a connection has ended.
NOTICED_SECONDS = 3
LOWEST = -(2**31) - 1


@dataclass(frozen=True)
class FormerPicture:
    """A row of `imagedb` but for its pictures; texts that are NULL are empty."""

    index: int
    group: int | None
    number: int | None
    name: str
    folder: str
    title: str

    def __str__(self) -> str:
        place = f"group {self.group}, picture {self.number}"
        return f"Row {self.index} ({place}, {self.name or 'without a name'})"


@dataclass(frozen=True)
class FormerUser:
    id: str
    name: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class FormerConsent:
    user_id: str
    refresh_token: str = field(repr=False)


class FormerTables:
    """Raises FormerFailed when they cannot be read, or are not there."""

    def __init__(self, connection: BaseDatabaseWrapper):
        self._connection = connection
        found = {name.lower() for (name,) in self._rows("SHOW TABLES")}
        if missing := ", ".join(sorted(TABLES - found)):
            raise FormerFailed(f"This is not the former database: no table {missing}.")

    def claim(self) -> bool:
        """Whether nobody else has; until this connection ends."""
        sql = "SELECT GET_LOCK(CONCAT(LEFT(DATABASE(), 40), '.import_artetore'), %s)"
        return self._value(sql, NOTICED_SECONDS) == 1

    def count(self) -> int:
        return self._value("SELECT COUNT(*) FROM imagedb")

    def pictures(self) -> Iterator[FormerPicture]:
        """In the order of their indexes."""
        sql = (
            "SELECT `index`, image_group, image_id, image_name, image_folder,"
            " NULLIF(title, %s) FROM imagedb"
            " WHERE `index` > %s ORDER BY `index` LIMIT %s"
        )
        last = LOWEST
        while rows := self._rows(sql, SAMPLE_TITLE, last, PAGE):
            for index, group, number, *texts in rows:
                yield FormerPicture(index, group, number, *(t or "" for t in texts))
            last = rows[-1][0]

    def original(self, index: int) -> Iterator[str]:
        """The text of `full_image`, in pieces of which none is empty."""
        sql = "SELECT SUBSTRING(full_image, %s, %s) FROM imagedb WHERE `index` = %s"
        self._do("START TRANSACTION")
        start = 1
        while piece := self._value(sql, start, PIECE, index):
            yield piece
            start += PIECE
        self._do("COMMIT")

    def highest_numbers(self) -> dict[int, int]:
        """`{group: the highest number of a picture}`; NULLs count for nothing."""
        sql = (
            "SELECT image_group, MAX(COALESCE(image_id, 0)) FROM imagedb"
            " WHERE image_group IS NOT NULL GROUP BY image_group"
        )
        return dict(self._rows(sql))

    def users(self) -> list[FormerUser]:
        sql = "SELECT userid, username, password FROM userdb ORDER BY userid"
        return [FormerUser(*(t or "" for t in row)) for row in self._rows(sql)]

    def consents(self) -> list[FormerConsent]:
        sql = "SELECT user_id, refresh_token FROM onedrive ORDER BY user_id"
        return [FormerConsent(*(t or "" for t in row)) for row in self._rows(sql)]

    def _value(self, sql: str, *values: Any) -> Any:
        """That of the first row, or None."""
        return next(iter(self._rows(sql, *values)), (None,))[0]

    def _rows(self, sql: str, *values: Any) -> list[tuple]:
        with self._cursor() as cursor:
            cursor.execute(sql, values or None)
            return list(cursor.fetchall())

    def _do(self, sql: str) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql)

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except Error as error:
            raise FormerFailed(
                f"The former database failed: {error}. The same command goes on."
            ) from None
