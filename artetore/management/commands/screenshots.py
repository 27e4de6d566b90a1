from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from artetore.demo.processes import ServerFailed, server

FOLDER = Path("docs")
PORT = 8000
DEMO = ("manage.py", "demo", "--port", str(PORT))
# A demonstration that is new draws its pictures first.
FILLED_SECONDS = 300


class Command(BaseCommand):
    help = "Take pictures of every page of the demonstration (by `make screenshots`)."

    def handle(self, **options: Any) -> None:
        # What takes them is installed for tests alone.
        from artetore.demo.chromium import chromium
        from artetore.demo.screenshots import shots, take

        site = f"http://127.0.0.1:{PORT}"
        try:
            with (
                server(*DEMO, health=f"{site}/ip", patience=FILLED_SECONDS),
                chromium() as browser,
            ):
                pages = shots()
                take(browser, site, FOLDER, pages=pages, progress=tqdm)
        except ServerFailed as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{len(pages) + 1} pages, listed in {FOLDER / 'pages.md'}")
