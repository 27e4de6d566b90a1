from argparse import ArgumentParser
from typing import Any

from django.db.models import QuerySet

from onedrive.choices import items_retry
from onedrive.management.runs import RunCommand, require_user
from onedrive.models import Import, ImportItem


class Command(RunCommand):
    help = (
        "Try again what imports could not take: what failed, and what waits for a "
        "later try."
    )
    whose = "only of this user's OneDrive"
    advice = " Try again later, or give up on the staff site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be tried again"
        )

    def run(self, *, dry_run: bool, user: str | None, **options: Any) -> None:
        items = ImportItem.objects.undecided() | ImportItem.objects.postponed()
        if user is not None:
            require_user(user)
            items = items.filter(run__owner__username=user)
        if dry_run:
            return self.tell_items(items)
        runs = list(Import.objects.filter(items__in=items).distinct())
        items_retry(items=items)
        return self.finish(self.work(runs))

    def tell_items(self, items: QuerySet[ImportItem]) -> None:
        items = items.select_related("folder").order_by("pk")
        if self.json:
            return self.tell_json({"dry_run": True, "files": [*map(_told, items)]})
        for item in items:
            self.say(f"{item.folder.name}/{item.file_name}: {item.reason}")
        self.say(f"To be tried again: {len(items)}.")
        return None


def _told(item: ImportItem) -> dict[str, str]:
    return {
        "file": item.file_name,
        "folder": item.folder.name,
        "reason": item.reason,
    }
