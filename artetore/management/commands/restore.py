from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from artetore.backups import tables
from artetore.backups.archive import BackupRefused, Contents, OnBytes
from artetore.backups.restoring import examined, restore
from artetore.management.faults import told
from gallery.progress import meter
from onedrive.exceptions import NotConnected
from onedrive.models import Connection
from onedrive.tokens import decrypt


class Command(BaseCommand):
    help = (
        "Put a backup in the place of what is there, once all of it is found whole. "
        "Stop the site and its workers before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="although this gallery is not empty"
        )
        parser.add_argument(
            *("--no-input", "--noinput"),
            action="store_true",
            help="replace without asking",
        )
        parser.add_argument(
            *("--dry-run", "--verify"),
            action="store_true",
            help="only read the file through and say whether it would do",
        )

    def handle(self, *, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            contents = self.examine(file)
            if dry_run:
                return
            self.may_replace(**options)
            with self.progress(contents.size, "Restoring") as on_bytes:
                restore(path=file, contents=contents, on_bytes=on_bytes)
        except BackupRefused as error:
            raise CommandError(f"Nothing was restored. {error}") from None
        except OSError as error:
            raise CommandError(f"It is not restored: {told(error)}") from None
        self.tell_what_to_do()

    def examine(self, file: Path) -> Contents:
        with self.progress(file.stat().st_size, "Reading") as on_bytes:
            contents = examined(path=file, on_bytes=on_bytes)
        created = contents.header["created"][:16].replace("T", " ")
        files = f"{len(contents.pictures):,} file{pluralize(contents.pictures)}"
        self.stdout.write(f"The backup of {created} UTC is whole: {files}.")
        return contents

    def may_replace(self, *, replace: bool, no_input: bool, **options: Any) -> None:
        there = tables.filled()
        if not there:
            return
        self.stdout.write(f"This gallery is not empty: {', '.join(there)}.")
        if not replace:
            raise CommandError("Nothing was restored. To replace it all, --replace.")
        if not no_input and _answered() != "yes":
            raise CommandError("Nothing was restored.")

    @contextmanager
    def progress(self, size: int, told: str) -> Iterator[OnBytes]:
        unit = {"unit": "B", "unit_scale": True}
        with meter(desc=told, total=size, disable=None, **unit) as progress:
            yield progress.update

    def tell_what_to_do(self) -> None:
        self.stdout.write("Restored. Now `check_gallery`, then start the site.")
        locked = sum(not _opens(row) for row in Connection.objects.exclude(cache=""))
        if locked:
            self.stdout.write(
                f"{locked} sign-in{pluralize(locked)} to OneDrive cannot be decrypted: "
                "set ONEDRIVE_TOKEN_KEYS to those of the site that was backed up, or "
                "connect again."
            )


def _answered() -> str:
    try:
        return input("Type 'yes' to replace it all: ")
    except EOFError:
        raise CommandError(
            "Nothing was restored. Nobody is here to ask: to replace it all unasked, "
            "--replace --no-input."
        ) from None


def _opens(connection: Connection) -> bool:
    try:
        decrypt(connection)
    except NotConnected:
        return False
    return True
