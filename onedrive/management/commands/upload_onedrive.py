from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from gallery.progress import meter
from onedrive.drive import Drive, drive_of
from onedrive.exceptions import OneDriveError
from onedrive.management.runs import WHOSE, connected_user

PATIENCE = 600.0


class Command(BaseCommand):
    help = "Upload files into a folder of the gallery's OneDrive; go on after cuts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", help="its name or its id")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument("--user", metavar="USER", help=WHOSE)

    def handle(
        self, *, folder: str, files: list[Path], user: str | None, **options: Any
    ) -> None:
        try:
            drive = drive_of(connected_user(user), patience=PATIENCE)
            folder_id = _folder_id(drive, folder)
        except OneDriveError as error:
            raise CommandError(str(error)) from None
        failed = [path for path in files if not self.upload(drive, folder_id, path)]
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(files)} file{pluralize(files)} "
                f"{pluralize(failed, 'was,were')} not uploaded."
            )

    def upload(self, drive: Drive, folder_id: str, path: Path) -> bool:
        try:
            size = path.stat().st_size
            unit = {"unit": "B", "unit_scale": True}
            with meter(total=size, desc=path.name, disable=None, **unit) as bar:
                item = drive.upload(
                    folder_id, path, lambda sent: bar.update(sent - bar.n)
                )
        except (OneDriveError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            self.stderr.write(f"{path}: {reason}")
            return False
        self.stdout.write(f"{path}: stored as {item.name}")
        return True


def _folder_id(drive: Drive, wanted: str) -> str:
    for folder in drive.folders():
        if wanted in (folder.item.id, folder.item.name):
            return folder.item.id
    raise CommandError(f"There is no folder {wanted} in the gallery's OneDrive.")
