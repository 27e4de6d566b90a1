"""Where settings come from: the environment, then a file. Each value may be a file.

What cannot be read, or means nothing, ends the start in one line that names it.
"""

import os
import re
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from environ.fileaware_mapping import FileAwareMapping

# A name and what it is set to, a comment, or nothing.
LINE = re.compile(r"\s*(?:(?:export\s+)?(\w+)\s*(=)\s*(.*?)|#.*)?\s*", re.ASCII)
FALSE = {"", "false", "off", "n", "no"}


class Literal(FileAwareMapping):
    """Values as they stand. django-environ looks up what begins with a dollar."""

    def __getitem__(self, key: str) -> str:
        try:
            value = super().__getitem__(key)
        except OSError as error:
            raise SystemExit(f"{key}_FILE cannot be read: {error}") from None
        # Editors end files with a line break, which is part of no secret.
        return value.rstrip("\r\n").replace("$", r"\$")


class Environment(environ.FileAwareEnv):
    ENVIRON = Literal()

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        try:
            return super().get_value(var, *args, **options)
        except ValueError as error:
            raise SystemExit(f"{var} cannot be read: {error}") from None

    @classmethod
    def parse_value(cls, value: str, cast: Any) -> Any:
        """django-environ takes for false whatever it does not know."""
        if cast is bool and not value.strip().isdecimal():
            word = value.strip().lower()
            if word not in FALSE and word not in cls.BOOLEAN_TRUE_STRINGS:
                raise ValueError(f"{value!r} is neither true nor false")
        return super().parse_value(value, cast)

    def like(self, name: str, pattern: str, *, default: str) -> str:
        """A value that has to look like its default."""
        value = self.str(name, default=default)
        if not re.fullmatch(pattern, value):
            raise SystemExit(f"{name} is {value!r}, which is nothing like {default}.")
        return value

    def whole(self, name: str, least: int, most: int, *, default: int) -> int:
        """A number that means nothing beyond these two."""
        text = self.str(name, default=str(default))
        with suppress(ValueError):
            if least <= int(text) <= most:
                return int(text)
        raise SystemExit(f"{name} is {text!r}: no whole number from {least} to {most}.")

    def address(self, name: str, *schemes: str, like: str) -> str:
        """One of a kind, or none. It may hold a password, so it is not told."""
        value = self.str(name, default="")
        if value and not (value.startswith(schemes) and has_sound_port(value)):
            raise SystemExit(f"{name} is not like {like}.")
        return value


def has_sound_port(address: str) -> bool:
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def environment(default: Path) -> Environment:
    """What is set, and what a file sets besides, each `NAME` or `NAME_FILE`.

    ENV_FILE names the file, and then it has to be there; `default` need not be.
    """
    env = Environment()
    env.escape_proxy = True
    if named := os.environ.get("ENV_FILE"):
        env.read_env(_content("ENV_FILE", Path(named)))
    elif default.exists():
        env.read_env(_content(default.name, default))
    return env


def _content(name: str, file: Path) -> StringIO:
    """Read here: django-environ goes on without a file that it cannot read, and prints
    lines that it does not understand, secrets or not."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise SystemExit(f"{name} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not LINE.fullmatch(line):
            raise SystemExit(f"{name} cannot be read: line {number} is not NAME=value.")
    return StringIO("\n".join(LINE.fullmatch(line).expand(r"\1\2\3") for line in lines))
