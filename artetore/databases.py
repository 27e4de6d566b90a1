"""Which database, from DATABASE_URL, the former names, or SQLite by default."""

from pathlib import Path
from typing import Any

from artetore.environment import Environment

SCHEMES = ("mysql://", "mysql2://", "sqlite://")
EXAMPLE = "mysql://user:password@host:3306/name"
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "init_command": (
        "SET sql_mode='STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,"
        "NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
    ),
    "isolation_level": "read committed",
    "connect_timeout": 10,
}
SQLITE_OPTIONS = {
    # A transaction takes the write lock when it begins. With SQLite's own default,
    # two that read first and write later would both read the old state.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    ),
}


def database(env: Environment, base: Path) -> dict[str, Any]:
    """The settings of the one database, options included."""
    if env.address("DATABASE_URL", *SCHEMES, like=f"{EXAMPLE}, nor sqlite:///FILE"):
        config = env.db_url("DATABASE_URL")
    elif former := former_database(env):
        config = former
    else:
        config = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(base / "db.sqlite3"),
        }
    mysql = config["ENGINE"].endswith("mysql")
    options = MYSQL_OPTIONS if mysql else SQLITE_OPTIONS
    return {
        **config,
        "OPTIONS": {**options, **config.get("OPTIONS", {})},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def former_database(env: Environment) -> dict[str, Any] | None:
    """MySQL by the names that the former service read, if they are there."""
    if not env.str("db_username", default=""):
        return None
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": env.str("db_name", default="imagedb"),
        "USER": env.str("db_username"),
        "PASSWORD": env.str("db_password", default=""),
        "HOST": env.str("host", default="127.0.0.1"),
        "PORT": env.whole("port", 1, 65_535, default=3306),
    }
