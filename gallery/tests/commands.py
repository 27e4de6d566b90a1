"""What the commands print, and the files they find."""

import os
import time
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.core.files import File
from django.core.management import CommandError, call_command

from gallery.storage import AtomicFileSystemStorage

HOUR = 3600


@dataclass(frozen=True)
class Answer:
    """`error` is what it would end with exit status `status` for."""

    lines: list[str]
    error: str = ""
    status: int = 0


def run(command: str, *arguments: str) -> Answer:
    stdout = StringIO()
    try:
        call_command(command, *arguments, stdout=stdout)
    except CommandError as error:
        lines = stdout.getvalue().splitlines()
        return Answer(lines, str(error), error.returncode)
    return Answer(stdout.getvalue().splitlines())


class Stubborn(AtomicFileSystemStorage):
    """Neither removes nor opens what is called stuck."""

    def delete(self, name: str) -> None:
        self._refuse(name)
        super().delete(name)

    def _open(self, name: str, mode: str = "rb") -> File:
        self._refuse(name)
        return super()._open(name, mode)

    def _refuse(self, name: str) -> None:
        if "stuck" in name:
            raise PermissionError(13, "Permission denied")


def put(path: Path, *, hours: float = 0, content: bytes = b"1234") -> Path:
    """A file of that age."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return aged(path, hours)


def aged(path: Path, hours: float) -> Path:
    then = time.time() - hours * HOUR
    os.utime(path, (then, then))
    return path
