from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, connections

from onedrive.exceptions import OneDriveError
from onedrive.management.runs import RunCommand, connected_user
from onedrive.models import Import
from onedrive.plans import Plan
from onedrive.sync import SyncUnderWay, plan_sync, sync

DAY = 24 * 3600


class Command(RunCommand):
    help = (
        "Make the groups of the gallery equal to the folders of OneDrive: take what is "
        "new or changed, follow what was renamed or moved, remove what is gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="print the plan and change nothing"
        )
        parser.add_argument(
            "--allow-removals",
            action="store_true",
            help="even if more pictures would go than SYNC_MAX_REMOVED allows",
        )
        parser.add_argument(
            "--watch",
            metavar="SECONDS",
            type=_seconds,
            help="again and again, this far apart",
        )

    def run(
        self,
        *,
        user: str | None,
        dry_run: bool,
        allow_removals: bool,
        watch: int | None,
        **options: Any,
    ) -> None:
        owner = connected_user(user)
        if dry_run:
            return self.tell_plan(plan_sync(owner=owner, on_page=self.on_page))
        if watch is None:
            return self.sync_once(owner, allow_removals)
        while not self.ended.is_set():
            self.try_once(user, allow_removals)
            self.stdout.flush()  # a log is read while this goes on
            self.ended.wait(watch)
        return None

    def try_once(self, user: str | None, allow_removals: bool) -> None:
        """What fails now may work the next time."""
        try:
            owner = connected_user(user)
            self.sync_once(owner, allow_removals, only_news=True)
        except (OneDriveError, SyncUnderWay, CommandError) as error:
            self.stderr.write(str(error))
        except DatabaseError:
            self.stderr.write("The database does not answer.")
            connections.close_all()  # or it would not be asked again

    def sync_once(
        self, owner: Any, allow_removals: bool, *, only_news: bool = False
    ) -> None:
        result = sync(owner=owner, allow_removals=allow_removals, on_page=self.on_page)
        plan = result.plan
        runs = list(
            Import.objects.filter(owner=owner, origin=Import.Origin.SYNC).unfinished()
        )
        if only_news and not plan and not runs:
            return
        self.tell_plan(plan, quiet=self.json)
        report = self.work(runs)
        problem = _withheld(plan) if result.withheld else ""
        withheld = len(plan.removed) if result.withheld else 0
        told = {"plan": plan.as_json(), "withheld": withheld, **report}
        self.finish(told, problem=problem)

    def tell_plan(self, plan: Plan, *, quiet: bool = False) -> None:
        if quiet:
            return
        if self.json:
            self.tell_json({"plan": plan.as_json()})
            return
        for line in plan.lines():
            self.stdout.write(line)
        counts = ", ".join(f"{count} {kind}" for kind, count in plan.counts().items())
        self.stdout.write(f"{counts}." if plan else "Nothing to do.")
        if plan.passed_over:
            self.stdout.write(f"Passed over, as no pictures: {plan.passed_over}.")


def _seconds(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= DAY:
        return int(text)
    raise ArgumentTypeError(f"give whole seconds from 1 to {DAY:,}")


def _withheld(plan: Plan) -> str:
    going = sum(len(change.images) for change in plan.removed)
    return (
        f"{going} of {plan.pictures} pictures would be removed, which is more than "
        f"SYNC_MAX_REMOVED allows: nothing was. If it is right, --allow-removals."
    )
