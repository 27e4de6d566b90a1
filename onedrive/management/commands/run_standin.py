"""Runs a OneDrive of our own, for the demonstration and for trying things out."""

import signal
from pathlib import Path
from threading import Event

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from onedrive.standin.kinds import KINDS
from onedrive.standin.server import StandIn
from onedrive.way_back import return_address


class Command(BaseCommand):
    help = "Run a OneDrive on 127.0.0.1 until Ctrl-C; what it keeps lies in a folder."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--folder",
            type=Path,
            default=settings.BASE_DIR / ".demo" / "drive",
            help="where the drive is kept (default: %(default)s)",
        )
        parser.add_argument(
            "--seed",
            type=Path,
            metavar="DIR",
            help="copy this folder into the drive when it is empty",
        )
        parser.add_argument(
            "--port",
            type=int,
            default=8001,
            help="sign-in and Graph; downloads and uploads take the next two"
            " (default: %(default)s)",
        )
        parser.add_argument("--kind", choices=sorted(KINDS), default="personal")
        parser.add_argument(
            "--redirect-uri",
            action="append",
            default=[],
            help="where sign-in may lead back to besides ONEDRIVE_REDIRECT_URI and the"
            " staff site; may be given several times",
        )
        parser.add_argument("--page-size", type=int, default=200)

    def handle(self, **options) -> None:
        stopped = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        seed = options["seed"]
        if seed and not seed.is_dir():
            raise CommandError(f"{seed} is not a folder.")
        standin = self._open(options)
        if seed:
            self.stdout.write(f"Files copied into the drive: {standin.seed(seed)}")
        with standin:
            self.stdout.write(f"Sign-in and Graph: {standin.url}")
            self.stdout.write(f"Downloads:         {standin.content_url}")
            self.stdout.write(f"Uploads:           {standin.upload_url}")
            self.stdout.flush()
            stopped.wait()

    def _open(self, options: dict) -> StandIn:
        port = options["port"]
        try:
            return StandIn(
                options["folder"],
                ports=(port, port + 1, port + 2),
                kind=options["kind"],
                client_id=settings.ONEDRIVE_CLIENT_ID or "demo",
                client_secret=settings.ONEDRIVE_CLIENT_SECRET or "demo",
                root_folder_id=settings.ONEDRIVE_ROOT_FOLDER_ID or None,
                redirect_uris=(
                    settings.ONEDRIVE_REDIRECT_URI,
                    return_address(),
                    *options["redirect_uri"],
                ),
                page_size=options["page_size"],
            )
        except (OSError, OverflowError) as error:
            ports = f"{port}, {port + 1} and {port + 2}"
            raise CommandError(f"Cannot listen on {ports}: {error}") from None
        except ValueError as error:
            raise CommandError(str(error)) from None
