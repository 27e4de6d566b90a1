import json
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from artetore.former.comparing import compare
from artetore.former.database import EXAMPLE, FormerFailed, former_database
from artetore.former.moving import move
from artetore.former.people import people
from artetore.former.report import Report
from artetore.former.tables import FormerTables
from gallery.exceptions import StorageFailed
from gallery.management.endings import bar_until, endings


class Command(BaseCommand):
    help = (
        "Move in from the former service: its pictures with their numbers, its users "
        "with their passwords, its OneDrive consents. Its tables are only read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--database",
            metavar="URL",
            default="",
            help=f"{EXAMPLE} (default: what db_username and its like name)",
        )
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--dry-run", action="store_true", help="read all of it and keep nothing"
        )
        only.add_argument(
            "--verify-only",
            action="store_true",
            help="compare what was moved in with what is there",
        )
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(
        self,
        *,
        database: str,
        dry_run: bool,
        verify_only: bool,
        json: bool,
        **options: Any,
    ) -> None:
        self.ended = Event()
        report = Report(dry_run)
        try:
            with former_database(database) as former, endings(self.ended.set):
                self.run(FormerTables(former), report, verify_only)
        except (FormerFailed, StorageFailed) as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                f"There is no room for temporary files: {error.strerror}."
            ) from None
        self.tell(report, json)

    def run(self, tables: FormerTables, report: Report, verify_only: bool) -> None:
        if not tables.claim():
            raise CommandError("Another import_artetore is at work.")
        progress = bar_until(self.ended)
        report.rows = tables.count()
        if not report.dry_run:
            report.people = list(people(tables=tables, look_only=verify_only))
        if not verify_only:
            for tried in move(tables=tables, dry_run=report.dry_run, progress=progress):
                report.take_tried(tried)
        if not report.dry_run:
            for compared in compare(tables=tables, progress=progress):
                report.take_compared(compared)

    def tell(self, report: Report, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self.stdout.write("\n".join(report.lines()))
        if report.failures:
            raise CommandError(report.failures)
