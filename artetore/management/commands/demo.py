import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command

from artetore.demo.collection import draw_collection
from artetore.demo.processes import ServerFailed, require_free, running, server, watch
from gallery.progress import meter
from onedrive import auth
from onedrive.drive import drive_of
from onedrive.exceptions import NotConnected, OneDriveError
from onedrive.models import Import, ImportItem
from onedrive.progress import LINE, shown
from onedrive.sync import SyncUnderWay, sync
from onedrive.worker import Worker

FOLDER = Path(".demo")
FILLED = FOLDER / "filled"
STANDIN_PORT = 8001
SUMMARY = """
The gallery is filled and served. Ctrl-C ends everything.

  The site                 {site}/
  What visitors ask for    {site}/image/page?page=1
  Staff                    {site}/staff/      demo / demo
  The API, documented      {site}/api/docs/
  The stand-in OneDrive    {standin}/

Commands, in another terminal: ENV_FILE=.demo/.env .venv/bin/python manage.py …
"""


class Command(BaseCommand):
    help = "Show the whole gallery against a stand-in OneDrive (by `make demo`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options: Any) -> None:
        if not settings.DATABASES["default"]["NAME"].startswith(f"{FOLDER}/"):
            raise CommandError("These are not the demonstration's settings: make demo.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as nohup would have it
            signal.signal(signal.SIGHUP, _terminal_closed)
        try:
            self.run(port)
        except (ServerFailed, OneDriveError, SyncUnderWay) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            with suppress(OSError):  # The terminal may be gone.
                self.stdout.write("\nEnded.")

    def run(self, port: int) -> None:
        require_free([port, *range(STANDIN_PORT, STANDIN_PORT + 3)])
        draw_collection(FOLDER / "pictures", progress=_drawing)
        self.say("Making ready: the database, the styles, the stand-in OneDrive")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        site = os.environ["SITE_URL"] = f"http://localhost:{port}"
        standin = f"http://127.0.0.1:{STANDIN_PORT}"
        with ExitStack() as stack:
            drive = stack.enter_context(
                server(*STANDIN, health=f"{standin}/_standin/health")
            )
            self.fill()
            worker = stack.enter_context(running("manage.py", "run_worker"))
            web = stack.enter_context(
                server(*_web(port), health=f"http://127.0.0.1:{port}/ip")
            )
            self.say(SUMMARY.format(site=site, standin=standin))
            watch([drive, worker, web])

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def fill(self) -> None:
        """Once: what staff delete afterwards stays deleted."""
        user = _demo_user()
        _connect(user)
        if FILLED.exists():
            return
        sync(owner=user)
        runs = list(Import.objects.filter(owner=user))
        with shown(runs) as progress:
            Worker(runs=[run.pk for run in runs], on_turn=progress.look).run()
        left = ImportItem.objects.exclude(state=ImportItem.State.DONE)
        for item in left:
            self.stderr.write(f"{item.file_name}: {item.reason}")
        if not left:
            FILLED.touch()


STANDIN = [
    *("manage.py", "run_standin", "--port", str(STANDIN_PORT)),
    *("--folder", str(FOLDER / "drive"), "--seed", str(FOLDER / "pictures")),
]


def _terminal_closed(*_: Any) -> None:
    """It tells so more than once, and what we started has to end all the same."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    raise KeyboardInterrupt


def _web(port: int) -> list[str]:
    return [
        *("-m", "granian", "--interface", "wsgi", "--workers", "2"),
        *("--blocking-threads", "8", "--port", str(port), "--log-level", "error"),
        *("--workers-kill-timeout", "3"),
        "artetore.wsgi:application",
    ]


def _drawing(steps: Collection) -> Iterator:
    """A bar on a terminal; elsewhere a line now and then."""
    if sys.stderr.isatty():
        yield from meter(steps, desc="Drawing", unit=" pictures")
        return
    told = 0.0
    for done, step in enumerate(steps):
        if time.monotonic() - told >= LINE:
            told = time.monotonic()
            sys.stderr.write(f"Drawing: {done} of {len(steps)} pictures\n")
        yield step


def _demo_user():
    user, created = get_user_model().objects.get_or_create(
        username="demo", defaults={"is_staff": True, "is_superuser": True}
    )
    if created:
        user.set_password("demo")
        user.save()
    return user


def _connect(user) -> None:
    """With consent given on the stand-in's page, if need be."""
    try:
        drive_of(user).check()
    except NotConnected:
        answer = requests.post(
            auth.sign_in_url(),
            data={"consent": "accept"},
            allow_redirects=False,
            timeout=10,
        )
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        auth.connect(user=user, code=query["code"][0])
