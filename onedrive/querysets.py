"""The questions that workers, commands and the staff site ask of the ledger."""

from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Count, Q

# Values of ImportItem.State, which is declared where the querysets are needed.
OPEN = ("waiting", "running", "stored")


class ImportQuerySet(models.QuerySet):
    def with_progress(self) -> Self:
        """`total`, `done`, `failed` and `open` count the items."""
        return self.annotate(
            total=Count("items"),
            done=Count("items", filter=Q(items__state="done")),
            failed=Count("items", filter=Q(items__state="failed")),
            open=Count("items", filter=Q(items__state__in=OPEN)),
        )

    def unfinished(self) -> Self:
        open_items = self._related("items").filter(
            run=models.OuterRef("pk"), state__in=OPEN
        )
        return self.filter(models.Exists(open_items))

    def with_folders(self) -> Self:
        """`first_folder` is the name of one, `more_folders` counts the others."""
        folders = self._related("folders").filter(run=models.OuterRef("pk"))
        counted = folders.values("run").annotate(more=Count("pk") - 1).values("more")
        return self.annotate(
            first_folder=models.Subquery(folders.order_by("pk").values("name")[:1]),
            more_folders=models.Subquery(counted),
        )

    def _related(self, name: str) -> models.QuerySet:
        return self.model._meta.get_field(name).related_model._default_manager.all()


class ImportItemQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def undecided(self) -> Self:
        """Failed, and not ordered again since."""
        later = self.model._default_manager.filter(
            key=models.OuterRef("key"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(later), state="failed")

    def resting(self) -> Self:
        """Not worth another try until the file changes: it was given up, is no good
        picture, or was tried often enough."""
        tried = Q(stage__in=("download", "store"), run__retries=True)
        failed = Q(state="failed") & (Q(stage="picture") | tried)
        return self.filter(failed | Q(state="given_up"))

    def postponed(self) -> Self:
        return self.filter(state="waiting").exclude(reason="")

    def untried(self) -> Self:
        """Not yet known how they end: their folder waits for them."""
        return self.filter(Q(state="running") | Q(state="waiting", attempts=0))

    def left_behind(self, now: datetime) -> Self:
        """In the hands of a worker that has not been heard of."""
        return self.filter(state="running", due__lte=now)

    def ready(self, now: datetime) -> Self:
        return self.filter(state="waiting", due__lte=now)

    def for_claim(self) -> Self:
        """In the order in which they are due, locked; past what others lock, where
        the database can do that."""
        skip = connection.features.has_select_for_update_skip_locked
        return self.select_for_update(skip_locked=skip).order_by("due", "pk")
