from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from onedrive import auth
from onedrive.exceptions import OneDriveError


class Command(BaseCommand):
    help = "Connect a user to OneDrive by a code that is entered in any browser."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="the user's name")

    def handle(self, *, user: str, **options: Any) -> None:
        users = get_user_model()
        try:
            owner = users.objects.get_by_natural_key(user)
        except users.DoesNotExist:
            raise CommandError(f"There is no user {user}.") from None
        try:
            flow = auth.device_begin()
            self.stdout.write(flow["message"])
            self.stdout.flush()
            connection = auth.device_finish(user=owner, flow=flow)
        except OneDriveError as error:
            code = f" ({error.code})" if error.code else ""
            raise CommandError(f"{error}{code}") from None
        self.stdout.write(f"{user} is connected to {connection.account_name}.")
