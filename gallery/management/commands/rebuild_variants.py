import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize
from tqdm import tqdm

from gallery.progress import bar
from gallery.rebuilding import Rebuilt, rebuild


class Command(BaseCommand):
    help = "Make thumbnails and previews that are missing or of an older recipe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only name them")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *, dry_run: bool, json: bool, **options: Any) -> None:
        self.dry_run, self.quiet = dry_run, json
        failed, images = [], 0
        for outcome in rebuild(dry_run=dry_run, progress=bar):
            self.tell(outcome)
            if outcome.reason:
                failed.append(outcome)
            else:
                images += outcome.images
        self.sum_up(images, failed)
        if failed:
            raise CommandError(f"Pictures that could not be made: {len(failed)}.")

    def tell(self, outcome: Rebuilt) -> None:
        if self.quiet or not (outcome.reason or self.dry_run):
            return
        with tqdm.external_write_mode():
            self.stdout.write(f"{outcome}: {outcome.reason or 'to be made'}")

    def sum_up(self, images: int, failed: list[Rebuilt]) -> None:
        if self.quiet:
            named = [_named(outcome) for outcome in failed]
            answer = {"dry_run": self.dry_run, "images": images, "failed": named}
            self.stdout.write(json.dumps(answer))
        else:
            done = "To be made" if self.dry_run else "Made anew"
            count = f"{images} picture{pluralize(images)}"
            self.stdout.write(f"{done}: the variants of {count}.")


def _named(outcome: Rebuilt) -> dict[str, Any]:
    return {key: value for key, value in asdict(outcome).items() if key != "images"}
