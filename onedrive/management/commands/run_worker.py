import signal
from typing import Any

from django.core.management.base import BaseCommand

from onedrive.worker import Worker

ENDINGS = (signal.SIGINT, signal.SIGTERM)


class Command(BaseCommand):
    help = (
        "Import what is ordered, and what is to be tried again, until Ctrl-C. What is "
        "in hand is finished first; a second Ctrl-C ends at once. Several may run."
    )

    def handle(self, **options: Any) -> None:
        worker = Worker()

        def end(number: int, frame: Any) -> None:
            for each in ENDINGS:
                signal.signal(each, signal.SIG_DFL)
            worker.stop()

        for each in ENDINGS:
            signal.signal(each, end)
        self.say("The worker looks for imports. Ctrl-C ends it.")
        worker.run_forever()
        self.say("The worker ended.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
