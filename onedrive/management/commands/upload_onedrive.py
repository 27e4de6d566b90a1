from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from onedrive.drive import Drive, drive_of
from onedrive.exceptions import OneDriveError
from onedrive.models import Connection

PATIENCE = 600.0


class Command(BaseCommand):
    help = "Upload files into a folder of the gallery's OneDrive; go on after cuts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", help="its name or its id")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument(
            "--user", metavar="USER", help="needed when several are connected"
        )

    def handle(
        self, *, folder: str, files: list[Path], user: str | None, **options: Any
    ) -> None:
        try:
            drive = drive_of(_owner(user), patience=PATIENCE)
            folder_id = _folder_id(drive, folder)
        except OneDriveError as error:
            raise CommandError(str(error)) from None
        failed = [path for path in files if not self.upload(drive, folder_id, path)]
        if failed:
            raise CommandError(
                f"{len(failed)} of {len(files)} files were not uploaded."
            )

    def upload(self, drive: Drive, folder_id: str, path: Path) -> bool:
        try:
            size = path.stat().st_size
            with tqdm(total=size, desc=path.name, unit="B", unit_scale=True) as bar:
                item = drive.upload(
                    folder_id, path, lambda sent: bar.update(sent - bar.n)
                )
        except (OneDriveError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            self.stderr.write(f"{path}: {reason}")
            return False
        self.stdout.write(f"{path}: stored as {item.name}")
        return True


def _owner(name: str | None) -> Any:
    owners = get_user_model().objects.filter(onedrive__isnull=False)
    if name is not None:
        owners = owners.filter(username=name)
    if len(owners) != 1:
        connected = ", ".join(
            Connection.objects.values_list("user__username", flat=True)
        )
        raise CommandError(
            f"Choose one with --user. Connected: {connected or 'nobody'}."
        )
    return owners[0]


def _folder_id(drive: Drive, wanted: str) -> str:
    for folder in drive.folders():
        if wanted in (folder.item.id, folder.item.name):
            return folder.item.id
    raise CommandError(f"There is no folder {wanted} in the gallery's OneDrive.")
