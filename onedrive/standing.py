"""How imports stand, for the staff site: few queries, however many files there are."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils import timezone

from onedrive.models import ImportItem
from onedrive.querysets import OPEN

State = ImportItem.State
# Longer than a worker leaves alone what is due: it looks all the time, and Celery's
# schedule wakes one every 30 seconds.
PATIENCE, PATIENCE_OF_CELERY = timedelta(seconds=15), timedelta(seconds=45)
# Still in a worker's hands, or just out of them.
AT_WORK = (State.RUNNING, State.STORED, State.DONE, State.FAILED)


@dataclass
class Standing:
    """Numbers of files; `open` ones are waited for."""

    done: int = 0
    failed: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        return self.done + self.failed + self.open

    @property
    def told(self) -> str:
        return f"{self.done} of {self.total}"

    def counts(self) -> list[tuple[str, int, str]]:
        """Each with the query that lists these files."""
        return [
            ("Files", self.total, ""),
            ("Done", self.done, "&state=done"),
            ("Failed", self.failed, "&state=failed"),
            ("Open", self.open, "&state=open"),
        ]

    def percent(self, count: int) -> int:
        """What is there shows, and what is missing too."""
        if not count:
            return 0
        return min(99, max(1, count * 100 // self.total)) if count < self.total else 100

    def parts(self) -> list[dict[str, str | int]]:
        """Of a bar, as Unfold draws it: empty as long as nothing is done."""
        done = self.percent(self.done)
        failed = self.percent(self.done + self.failed) - done  # together whole
        parts = [
            ("done", done, ""),
            ("failed", max(failed, bool(self.failed)), "bg-red-600 dark:bg-red-500"),
        ]
        return [
            {"title": title, "value": value, "progress_class": color}
            for title, value, color in parts
        ]


def standings(items: QuerySet[ImportItem], *, by: str) -> dict[int, Standing]:
    """Of each run or folder, by its key. One query, answered by an index."""
    found: dict[int, Standing] = {}
    items = items.exclude(state=State.GIVEN_UP)
    states = items.order_by().values_list(by, "state").annotate(count=Count("pk"))
    for key, state, count in states:
        standing = found.setdefault(key, Standing())
        name = "open" if state in OPEN else state
        setattr(standing, name, getattr(standing, name) + count)
    return found


def nobody_works(items: QuerySet[ImportItem]) -> bool:
    """Some are due for a while, and no worker holds a lease, or did a moment ago: it
    may be between one file and the next."""
    now = timezone.now()
    since = now - (PATIENCE_OF_CELERY if settings.CELERY_BROKER_URL else PATIENCE)
    left = items.ready(since) | items.left_behind(since)
    at_work = ImportItem.objects.filter(state__in=AT_WORK, due__gt=now)
    return left.exists() and not at_work.exists()
