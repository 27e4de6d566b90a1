"""A connection to the former service's database, on which nothing can be written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from artetore.environment import has_sound_port

OPTIONS = {
    "charset": "utf8mb4",
    "init_command": "SET SESSION TRANSACTION READ ONLY",
    # What is read of one row in several pieces is of one moment.
    "isolation_level": "repeatable read",
    "connect_timeout": 10,
}
EXAMPLE = "mysql://user:password@host:3306/imagedb"


class FormerFailed(Exception):
    """The former database cannot be read; `str(error)` is a sentence for people."""


@contextmanager
def former_database(url: str = "") -> Iterator[BaseDatabaseWrapper]:
    """The one at this address, or that of the former names in the environment.

    Raises FormerFailed, also when it does not answer.
    """
    connection = _connected(_config(url))
    try:
        yield connection
    finally:
        connection.close()


def _connected(config: dict[str, Any]) -> BaseDatabaseWrapper:
    try:
        connection = ConnectionHandler({"default": config})["default"]
        connection.ensure_connection()
    except (Error, ImproperlyConfigured) as error:
        if isinstance(error.__cause__, ImportError):
            raise FormerFailed(
                "MySQL's driver is not installed: `make install` does that."
            ) from None
        raise FormerFailed(f"The former database does not answer: {error}") from None
    return connection


def _config(url: str) -> dict[str, Any]:
    if not url and settings.FORMER_DATABASE is None:
        raise FormerFailed(
            f"Where is the former database? Set db_username, or --database {EXAMPLE}"
        )
    # Looked at before it is read: what is no address would be shown with its password.
    if url and not (url.startswith("mysql://") and has_sound_port(url)):
        raise FormerFailed(f"The former database is one of MySQL: {EXAMPLE}")
    config = environ.Env.db_url_config(url) if url else settings.FORMER_DATABASE
    return {**config, "OPTIONS": {**config.get("OPTIONS", {}), **OPTIONS}}
