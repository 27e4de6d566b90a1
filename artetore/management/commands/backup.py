from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat, pluralize

from artetore.backups.making import Backup, backup
from artetore.management.faults import told
from gallery.progress import bar


class Command(BaseCommand):
    help = (
        "Save all rows and pictures in one file, while everything goes on. It holds "
        "the sign-ins to OneDrive, encrypted: keep ONEDRIVE_TOKEN_KEYS, elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="replaced when the backup is whole")

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            done = backup(path=file, progress=bar)
        except OSError as error:
            raise CommandError(f"No backup was made: {told(error)}") from None
        self.tell(done)
        if done.missing or done.damaged:
            raise CommandError(
                "The backup has all there was. For the pictures named above, "
                "`check_gallery --hashes` says what to do."
            )

    def tell(self, done: Backup) -> None:
        for name in done.missing:
            self.stderr.write(f"{name} is missing.")
        for name in done.damaged:
            self.stderr.write(f"{name} is not what it came as.")
        pictures = f"{done.pictures:,} picture{pluralize(done.pictures)}"
        rows = f"{done.rows:,} row{pluralize(done.rows)}"
        size = filesizeformat(done.size)
        self.stdout.write(f"Saved {pictures} and {rows}, {size}.")
