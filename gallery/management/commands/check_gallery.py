import json
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from gallery.exceptions import StorageFailed
from gallery.inspection import Finding, inspect
from gallery.management.ages import add_hours
from gallery.progress import bar


class Command(BaseCommand):
    help = "Say whether pictures and files agree. Exit status 1 when they do not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_hours(parser, "how old files without a picture must be; 0 reports all")
        parser.add_argument(
            "--hashes", action="store_true", help="read all originals through"
        )
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *, hours: int, hashes: bool, json: bool, **options: Any) -> None:
        findings = inspect(hours=hours, hashes=hashes, progress=bar)
        try:
            found = self.answer(findings) if json else self.tell(findings)
        except StorageFailed as error:
            raise CommandError(str(error)) from None
        if found:
            raise CommandError(f"Findings: {found}.")

    def tell(self, findings: Iterator[Finding]) -> int:
        found = 0
        for finding in findings:
            found += 1
            with tqdm.external_write_mode():
                self.stdout.write(str(finding))
        if not found:
            self.stdout.write("Pictures and files agree.")
        return found

    def answer(self, findings: Iterator[Finding]) -> int:
        found = [asdict(finding) for finding in findings]
        self.stdout.write(json.dumps({"findings": found}))
        return len(found)
