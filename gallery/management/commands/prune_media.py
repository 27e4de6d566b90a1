import json
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat, pluralize

from gallery.exceptions import StorageFailed
from gallery.management.ages import add_hours
from gallery.progress import bar
from gallery.pruning import LooseFile, Pruning, loose_files, prune


class Command(BaseCommand):
    help = "Remove files that belong to no picture, and drafts that were interrupted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list them")
        add_hours(parser, "how old they must be; younger ones may be an import's")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *, dry_run: bool, hours: int, json: bool, **options: Any) -> None:
        try:
            pruning = _pruning(dry_run, hours)
        except StorageFailed as error:
            raise CommandError(str(error)) from None
        self.report(pruning, dry_run, json)
        if pruning.failed:
            raise CommandError(
                f"Files that could not be removed: {len(pruning.failed)}."
            )

    def report(self, pruning: Pruning, dry_run: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"dry_run": dry_run, **_answer(pruning)}))
            return
        for file in pruning.removed if dry_run else pruning.failed:
            self.stdout.write(str(file))
        done = "To be removed" if dry_run else "Removed"
        count, size = len(pruning.removed), filesizeformat(_size(pruning.removed))
        self.stdout.write(f"{done}: {count} file{pluralize(count)}, {size}.")


def _pruning(dry_run: bool, hours: int) -> Pruning:
    if dry_run:
        return Pruning(removed=list(loose_files(hours=hours, progress=bar)))
    return prune(hours=hours, progress=bar)


def _answer(pruning: Pruning) -> dict[str, Any]:
    return {
        "files": [file.name for file in pruning.removed],
        "bytes": _size(pruning.removed),
        "failed": [file.name for file in pruning.failed],
    }


def _size(files: Sequence[LooseFile]) -> int:
    return sum(file.size for file in files)
