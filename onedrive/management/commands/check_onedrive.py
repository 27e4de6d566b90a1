from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat, pluralize
from django.utils.timezone import localtime

from onedrive.drive import drive_of
from onedrive.exceptions import OneDriveError
from onedrive.management.runs import require_user
from onedrive.models import Connection

# What cron reads: a person has to do something, or later it may work by itself.
BROKEN, TRY_AGAIN = 1, 75


class Command(BaseCommand):
    help = (
        "Say whether OneDrive works. Exit status 0: it does; 1: somebody has to do "
        "something; 75: it may work again by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "user",
            metavar="USER",
            nargs="?",
            help="by default all but those who disconnected",
        )

    def handle(self, *, user: str | None, **options: Any) -> None:
        connections = Connection.objects.select_related("user")
        if user is None:
            connections = connections.exclude(reason=Connection.DISCONNECTED)
        else:
            require_user(user)
            connections = connections.filter(user__username=user)
        if not connections:
            who = f"{user} has not" if user else "Nobody has"
            raise CommandError(f"{who} connected OneDrive.", returncode=BROKEN)
        errors = [error for each in connections if (error := self.report(each))]
        if errors:
            retryable = all(error.retryable for error in errors)
            raise CommandError(
                "OneDrive does not work.", returncode=TRY_AGAIN if retryable else BROKEN
            )

    def report(self, connection: Connection) -> OneDriveError | None:
        """Print what is known of a connection; its error, if there is one."""
        self.stdout.write(f"{connection.user}: {connection}")
        self.line(
            "connected", f"{localtime(connection.connected_at):%Y-%m-%d %H:%M %Z}"
        )
        if connection.last_used:
            self.line(
                "last good use", f"{localtime(connection.last_used):%Y-%m-%d %H:%M %Z}"
            )
        try:
            quota, folders = drive_of(connection.user).overview()
        except OneDriveError as error:
            self.line("does not work", error)
            return error
        if quota:
            used, total = filesizeformat(quota.used), filesizeformat(quota.total)
            self.line("storage", f"{used} of {total}")
        within = f"{len(folders)} folder{pluralize(folders)}"
        files = sum(len(folder.files) for folder in folders)
        self.line("root folder", f"{within}, {files} file{pluralize(files)}")
        self.line("works", "yes")
        return None

    def line(self, name: str, text: Any) -> None:
        self.stdout.write(f"  {name + ':':<16}{text}")
