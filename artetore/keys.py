"""`python -m artetore.keys FILE` adds the random secrets that FILE lacks.

Nothing is printed but their names, and only the owner may read the file.
"""

import os
import secrets
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet

MAKERS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "ONEDRIVE_TOKEN_KEYS": lambda: Fernet.generate_key().decode(),
}


def add_missing_keys(path: Path) -> list[str]:
    """Write what is missing at the end of the file; return the names added."""
    lines = path.read_text().splitlines() if path.exists() else []
    missing = [name for name in MAKERS if not _value(lines, name)]
    # Of two lines with one name the first counts, so an empty one has to go.
    kept = [line for line in lines if _name(line) not in missing]
    if missing:
        _replace(path, [*kept, *(f"{name}={MAKERS[name]()}" for name in missing)])
    path.chmod(0o600)
    return missing


def _name(line: str) -> str:
    return line.removeprefix("export ").partition("=")[0].strip()


def _value(lines: list[str], name: str) -> str:
    values = [
        line.partition("=")[2].strip(" '\"") for line in lines if _name(line) == name
    ]
    return values[0] if values else ""


def _replace(path: Path, lines: list[str]) -> None:
    """Whole or not at all: the file may hold the only copy of a password. It stays
    whose it is: root updates a site that runs as somebody else."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{line}\n" for line in lines)
    if path.exists():
        with suppress(PermissionError):
            shutil.chown(draft, path.stat().st_uid, path.stat().st_gid)
    draft.replace(path)


if __name__ == "__main__":
    for name in add_missing_keys(Path(sys.argv[1])):
        print(f"{name} added to {sys.argv[1]}")
