"""What commands that import have in common: whose drive, progress, report, Ctrl-C."""

import json
import threading
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from gallery.management.endings import Ended, endings
from onedrive import ledger
from onedrive.exceptions import OneDriveError
from onedrive.keeper import keeper
from onedrive.models import Connection, Import, ImportItem
from onedrive.progress import shown
from onedrive.sync import SyncUnderWay
from onedrive.worker import Worker

State = ImportItem.State


def connected_user(name: str | None) -> Any:
    """The user of this name, or else the one whose OneDrive looks after the gallery."""
    if name is None:
        connection = keeper()
    else:
        require_user(name)
        connection = Connection.objects.filter(user__username=name).first()
    if connection is None:
        names = Connection.objects.values_list("user__username", flat=True)
        if not names:
            raise CommandError("Nobody has connected OneDrive.")
        connected = ", ".join(sorted(names))
        raise CommandError(f"Choose one with --user. Connected: {connected}.")
    return connection.user


def require_user(name: str) -> None:
    if not get_user_model().objects.filter(username=name).exists():
        raise CommandError(f"There is no user {name}.")


WHOSE = "whose OneDrive, if not that which looks after the gallery"


class RunCommand(BaseCommand):
    """Subclasses do their part in `run` and call `work` for what is to be fetched."""

    whose = WHOSE
    # Told when something is left.
    advice = " `retry_imports` tries again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", metavar="USER", help=self.whose)
        parser.add_argument(
            "--json", action="store_true", help="one JSON object instead of lines"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.json = options["json"]
        self.ended = threading.Event()
        self.worker: Worker | None = None
        try:
            with endings(self._end):
                self.run(**options)
        except (OneDriveError, SyncUnderWay) as error:
            raise CommandError(str(error)) from None

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def say(self, line: str) -> None:
        if not self.json:
            self.stdout.write(line)

    def on_page(self, told: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{told} items read", ending="")

    def work(self, runs: Sequence[Import]) -> dict[str, Any]:
        """Work on them, on what waits for a later try too, until nothing is due, and
        answer how they stand."""
        keys = [run.pk for run in runs]
        ledger.retry(items=ImportItem.objects.filter(run__in=keys, state=State.WAITING))
        with shown(runs, self.stderr._out) as progress:
            self.worker = Worker(runs=keys, on_turn=progress.look)
            if self.ended.is_set():
                self.worker.stop()
            self.worker.run()
        return self._standing(keys)

    def finish(self, report: dict[str, Any], *, problem: str = "") -> None:
        """Tell the report; exit status 1 when anything is not done."""
        if self.json:
            self.tell_json(report)
        else:
            self._tell(report)
        left = report["left"]
        if problem:
            raise CommandError(problem)
        if self.ended.is_set():
            raise Ended
        if left:
            files = f"{left} file{pluralize(left)} {pluralize(left, 'is,are')}"
            raise CommandError(f"{files} not in the gallery.{self.advice}")

    def tell_json(self, report: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _standing(self, runs: list[int]) -> dict[str, Any]:
        items = ImportItem.objects.filter(run__in=runs).exclude(state=State.GIVEN_UP)
        told = items.filter(state=State.FAILED) | items.open().exclude(reason="")
        done = items.filter(state=State.DONE).count()
        return {
            "done": done,
            "left": items.count() - done,
            "failed": [
                {
                    "file": item.file_name,
                    "folder": item.folder.name,
                    "stage": item.get_stage_display(),
                    "reason": item.reason,
                    "tried_again": item.due.isoformat() if _waits(item) else None,
                }
                for item in told.select_related("folder").order_by("pk")
            ],
        }

    def _tell(self, report: dict[str, Any]) -> None:
        for entry in report["failed"]:
            again = " (tried again by itself)" if entry["tried_again"] else ""
            place = f"{entry['folder']}/{entry['file']}"
            self.stderr.write(f"{place}: {entry['reason']}{again}")
        done = report["done"]
        self.stdout.write(f"{done} picture{pluralize(done)} imported.")

    def _end(self) -> None:
        self.ended.set()
        self.stderr.write("Ending after what is in hand.")
        if self.worker:
            self.worker.stop()


def _waits(item: ImportItem) -> bool:
    return item.state == State.WAITING
