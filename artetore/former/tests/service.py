"""The former service's database, as its owner would find it, on a real MariaDB."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import bcrypt
import MySQLdb

SAMPLE = "This Is Sample Title"
TABLES = """
CREATE TABLE imagedb (
    `index` int NOT NULL AUTO_INCREMENT,
    image_group int DEFAULT NULL,
    image_folder varchar(1000) DEFAULT NULL,
    image_id int DEFAULT NULL,
    image_name varchar(1000) DEFAULT NULL,
    title varchar(1000) DEFAULT NULL,
    low_res_image mediumtext,
    high_res_image mediumtext,
    full_image longtext,
    PRIMARY KEY (`index`)
);
CREATE TABLE userdb (
    userid varchar(200) NOT NULL,
    username varchar(45) DEFAULT NULL,
    password mediumtext,
    PRIMARY KEY (userid)
);
CREATE TABLE onedrive (
    user_id varchar(200) NOT NULL,
    current_token mediumtext,
    refresh_token mediumtext,
    PRIMARY KEY (user_id)
)
"""
# Text of one statement, below the max_allowed_packet of the tests' server.
PART = 10**7


def data_url(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def bytes_of(text: str) -> bytes:
    return base64.b64decode(text.partition(",")[2])


class FormerService:
    """`url` is what `--database` takes; `rows` reads what stands there."""

    def __init__(self, name: str, server: str = ""):
        place = urlsplit(
            server or os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306")
        )
        self.url = f"{place.geturl().rstrip('/')}/{name}"
        self._connection = MySQLdb.connect(
            host=place.hostname,
            port=place.port or 3306,
            user=place.username,
            password=place.password or "",
            charset="utf8mb4",
            autocommit=True,
        )
        self._name = name
        self.execute(f"DROP DATABASE IF EXISTS {name}")
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        self.execute(f"USE {name}")
        for table in TABLES.split(";"):
            self.execute(table)

    def drop(self) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {self._name}")
        self._connection.close()

    def execute(self, sql: str, *values: Any) -> list[tuple]:
        cursor = self._connection.cursor()
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())

    def add(self, content: bytes | str | None, **columns: Any) -> int:
        """A picture, as bytes or as the very text; answers its index."""
        text = data_url(content) if isinstance(content, bytes) else content
        row = {
            "image_group": 1,
            "image_id": 1,
            "image_name": "a.png",
            "image_folder": "Alps",
            "title": SAMPLE,
            "low_res_image": "data:image/png;base64,bG93",
            "high_res_image": "data:image/png;base64,aGlnaA==",
            "full_image": None if text is None else text[:PART],
            **columns,
        }
        names = ", ".join(row)
        marks = ", ".join(["%s"] * len(row))
        self.execute(f"INSERT INTO imagedb ({names}) VALUES ({marks})", *row.values())
        [(index,)] = self.execute("SELECT LAST_INSERT_ID()")
        for start in range(PART, len(text or ""), PART):
            self.execute(
                "UPDATE imagedb SET full_image = CONCAT(full_image, %s)"
                " WHERE `index` = %s",
                text[start : start + PART],
                index,
            )
        return index

    def add_user(self, key: str, name: str, password: str) -> None:
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
        self.execute("INSERT INTO userdb VALUES (%s, %s, %s)", key, name, hashed)

    def add_consent(self, user: str, refresh_token: str | None) -> None:
        sql = "INSERT INTO onedrive VALUES (%s, %s, %s)"
        self.execute(sql, user, "current", refresh_token)

    def rows(self, columns: str = "*") -> list[tuple]:
        return self.execute(f"SELECT {columns} FROM imagedb ORDER BY `index`")


@contextmanager
def former_service(name: str, server: str = "") -> Iterator[FormerService]:
    service = FormerService(name, server)
    try:
        yield service
    finally:
        service.drop()
