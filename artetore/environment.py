"""Where settings come from: the environment, then a file. Each value may be a file.

What cannot be read, or means nothing, ends the start in one line that names it.
"""

import re
from typing import Any

import environ
from environ.fileaware_mapping import FileAwareMapping

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


def environment(file: str) -> Environment:
    """What is set, and what `file` sets besides, each `NAME` or `NAME_FILE`."""
    env = Environment()
    env.escape_proxy = True
    env.read_env(file)
    return env
