"""What is measured stands on a place: a database and a folder of its own.

What needs Django runs in a process of that place, so that several databases can be
measured in turn, and no measurement meets the memory of another.
"""

import contextlib
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import MySQLdb

P = ParamSpec("P")
R = TypeVar("R")

DATABASES = ("SQLite", "MariaDB")
SERVER = os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306").rstrip("/")
SECRETS = {
    "SECRET_KEY": "benchmarks-" + "x" * 60,
    "ONEDRIVE_CLIENT_ID": "client",
    "ONEDRIVE_CLIENT_SECRET": "client-secret",
    "ONEDRIVE_ROOT_FOLDER_ID": "BENCHMARKS!ROOT",
    "ONEDRIVE_TOKEN_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDE=",
}


@dataclass(frozen=True)
class Place:
    database: str
    folder: Path
    address: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **SECRETS,
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "artetore.settings",
            "DATABASE_URL": self.address,
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "LOG_LEVEL": "ERROR",
            **self.settings,
        }

    @cached_property
    def _process(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), _enter, (self.environment,)
        )

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function answers in the place's process."""
        return self._process.submit(function, *args, **kwargs).result()

    def leave(self) -> None:
        self._process.shutdown()


def _enter(environment: dict[str, str]) -> None:
    import django

    os.environ.update(environment)
    django.setup()


@contextlib.contextmanager
def place(database: str, **settings: str) -> Iterator[Place]:
    """With all tables and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="artetore-bench-") as name:
        for folder in ("media", "static"):
            (Path(name) / folder).mkdir()
        with _address(database, Path(name)) as address:
            here = Place(database, Path(name), address, settings)
            try:
                here.call(_migrate)
                yield here
            finally:
                here.leave()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@contextlib.contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    if database == "SQLite":
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    name = folder.name.replace("-", "_")
    asked(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    try:
        yield f"{SERVER}/{name}"
    finally:
        asked(f"DROP DATABASE `{name}`")


def asked(statement: str) -> str:
    """Of the MariaDB server: the first value it answers, or "" where there is none."""
    url = urlsplit(SERVER)
    with contextlib.closing(
        MySQLdb.connect(
            host=url.hostname,
            port=url.port or 3306,
            user=url.username,
            password=url.password or "",
        )
    ) as server:
        cursor = server.cursor()
        cursor.execute(statement)
        return (cursor.fetchone() or [""])[0]
