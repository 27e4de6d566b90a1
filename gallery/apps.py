import time
from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.core.signals import request_finished
from django.db.models.signals import post_migrate


class GalleryConfig(AppConfig):
    name = "gallery"

    def ready(self) -> None:
        from gallery import checks  # noqa: F401
        from gallery.transactions import give_up_if_lost

        request_finished.connect(give_up_if_lost)
        post_migrate.connect(make_counters, sender=self)


def make_counters(using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """They exist before anybody counts: rows that are there can be locked."""
    try:
        counters = apps.get_model("gallery", "Counter").objects.using(using)
    except LookupError:  # migrated back to nothing
        return
    counters.get_or_create(name="group")
    # From the clock: a database made anew must not go through the revisions of the
    # one before, whose answers visitors may have kept.
    start = int(time.time())
    counters.get_or_create(name="revision", defaults={"value": start})
