"""What tests of workers share: a gate before downloads, and what workers leave."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Semaphore
from typing import Any

from django.db import connections
from werkzeug.wrappers import Request, Response

from gallery.models import Image
from gallery.tests.rows import named_files, rows_without_files
from onedrive.models import ImportItem
from onedrive.standin.faults import Fault
from onedrive.worker import IN_HAND, Worker

NAMES = [f"{number:02}.png" for number in range(IN_HAND + 4)]


@dataclass(frozen=True)
class Gate(Fault):
    """Downloads come up to it, and no further until it is opened."""

    role: str = "content"
    arrivals: Semaphore = field(default_factory=lambda: Semaphore(0))
    way: Event = field(default_factory=Event)

    def edited(self, request: Request, answer: Response) -> Response:
        self.arrivals.release()
        assert self.way.wait(30)
        return answer

    def expect(self, count: int) -> None:
        for _ in range(count):
            assert self.arrivals.acquire(timeout=30)


@contextmanager
def working(**options: Any) -> Iterator[Worker]:
    """Somebody works meanwhile, and has ended afterwards."""
    somebody = Worker(**options)

    def run() -> None:
        try:
            somebody.run()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run)
        yield somebody
        ended.result(60)


def names() -> list[str]:
    return [image.name for image in Image.objects.in_order()]


def count(**fields: Any) -> int:
    return ImportItem.objects.filter(**fields).count()


def is_whole(files: list[str]) -> bool:
    return rows_without_files() == [] and files == named_files()
