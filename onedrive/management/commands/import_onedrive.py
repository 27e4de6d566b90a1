from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.template.defaultfilters import pluralize

from gallery.models import Group
from onedrive import ledger
from onedrive.drive import Folder, drive_of
from onedrive.imports import FolderOrder, orders_for_new
from onedrive.management.runs import RunCommand, connected_user
from onedrive.models import Import

PATIENCE = 600.0


class Command(RunCommand):
    help = (
        "Take folders of OneDrive into the gallery: what they hold and it does not "
        "have yet. An interrupted import goes on when it is asked for again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "folders", metavar="FOLDER", nargs="+", help="its name or its id"
        )
        parser.add_argument(
            "--group",
            metavar="N",
            type=int,
            help="put all of it into this group; else each folder goes into its own",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be imported"
        )

    def run(
        self,
        *,
        folders: list[str],
        group: int | None,
        dry_run: bool,
        user: str | None,
        **options: Any,
    ) -> None:
        owner = connected_user(user)
        if group is not None and not Group.objects.numbered(group).exists():
            raise CommandError(f"There is no group {group}.")
        chosen = _chosen(owner, folders)
        orders = orders_for_new(chosen)
        self.tell_passed_over(chosen)
        if group is not None:
            orders = [order.into(group) for order in orders]
        if dry_run:
            return self.tell_orders(orders)
        runs = Import.objects.filter(owner=owner, origin=Import.Origin.COMMAND)
        left = list(runs.unfinished())
        if orders:
            origin = Import.Origin.COMMAND
            left.append(ledger.start(owner=owner, orders=orders, origin=origin))
        return self.finish(self.work(left))

    def tell_passed_over(self, folders: list[Folder]) -> None:
        files = [file for folder in folders for file in folder.files]
        if others := [file for file in files if not file.is_picture]:
            self.say(f"Passed over, as no pictures: {len(others)}.")

    def tell_orders(self, orders: list[FolderOrder]) -> None:
        if self.json:
            folders = [_told(order) for order in orders]
            return self.tell_json({"dry_run": True, "folders": folders})
        for order in orders:
            place = "a new group" if order.group is None else f"group {order.group}"
            files = f"{len(order.files)} file{pluralize(order.files)}"
            self.say(f"{order.folder_name}: {files} into {place}")
        if not orders:
            self.say("Nothing new.")
        return None


def _told(order: FolderOrder) -> dict[str, Any]:
    return {
        "folder": order.folder_name,
        "files": len(order.files),
        "group": order.group,
    }


def _chosen(owner: Any, wanted: list[str]) -> list[Folder]:
    folders = drive_of(owner, patience=PATIENCE).folders()
    found = [
        folder for folder in folders if {folder.item.id, folder.item.name} & {*wanted}
    ]
    names = {name for folder in found for name in (folder.item.id, folder.item.name)}
    for name in wanted:
        if name not in names:
            raise CommandError(f"There is no folder {name} in the gallery's OneDrive.")
    for folder in found:
        if folder.error:
            raise folder.error
    return found
