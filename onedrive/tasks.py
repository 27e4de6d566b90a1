"""What Celery runs. Messages say only that there may be something to do."""

import logging

from celery import shared_task
from django.db import Error
from django.utils import timezone

from onedrive import engine
from onedrive.models import ImportItem
from onedrive.worker import Worker

logger = logging.getLogger(__name__)

# So long one message can keep a worker from the next.
SECONDS = 30.0


@shared_task(name=engine.TASK)
def work() -> None:
    try:
        Worker().run(seconds=SECONDS)
        if _is_left():
            engine.wake()
    except Error as error:
        logger.warning("The database does not answer: %s", error)


def _is_left() -> bool:
    """Whether anything is due that nobody works on."""
    items, now = ImportItem.objects, timezone.now()
    return items.ready(now).exists() or items.left_behind(now).exists()
