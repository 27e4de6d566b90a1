"""How far a run is, for people at a terminal and for logs."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from django.template.defaultfilters import pluralize

from gallery.progress import meter
from onedrive.models import Import

# Seconds between two looks into the ledger, and between two lines of a log.
LOOK, LINE = 0.2, 10.0


class Progress:
    """A bar on a terminal; elsewhere a line now and then, and one at the end."""

    def __init__(self, runs: list[Import], stream: TextIO):
        self._runs = [run.pk for run in runs]
        self._stream = stream
        self._bar = meter(
            total=self._counts()[1],
            desc="Importing",
            unit=" pictures",
            file=stream,
            disable=not stream.isatty(),
        )
        self._looked = self._told = time.monotonic()
        if self._bar.disable and (total := self._bar.total):
            self._stream.write(f"Importing {total} picture{pluralize(total)}\n")

    def look(self) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        settled, total = self._counts()
        self._bar.total = total
        self._bar.update(settled - self._bar.n)
        if self._bar.disable and now - self._told >= LINE:
            self._told = now
            self._stream.write(f"{settled} of {total} picture{pluralize(total)}\n")

    def close(self) -> None:
        self._looked = 0.0
        self.look()
        self._bar.close()

    def _counts(self) -> tuple[int, int]:
        runs = Import.objects.filter(pk__in=self._runs).with_progress()
        return (
            sum(run.total - run.open for run in runs),
            sum(run.total for run in runs),
        )


@contextmanager
def shown(runs: list[Import], stream: TextIO = sys.stderr) -> Iterator[Progress]:
    progress = Progress(runs, stream)
    try:
        yield progress
    finally:
        progress.close()
