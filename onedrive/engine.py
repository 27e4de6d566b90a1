"""What wakes workers when there is something new in the ledger.

`manage.py run_worker` looks by itself. With CELERY_BROKER_URL a message goes out; one
that gets lost loses nothing, as Celery's schedule looks into the ledger as well.
"""

import logging

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

TASK = "onedrive.work"
# Seconds that a caller may have to wait for the broker; seconds after which a message
# is not worth reading, as the schedule sent a newer one.
PATIENCE, EXPIRY = 1.0, 30.0
TRANSPORT = {
    "max_retries": 0,
    # RabbitMQ
    "read_timeout": PATIENCE,
    "write_timeout": PATIENCE,
    # Redis
    "socket_connect_timeout": PATIENCE,
    "socket_timeout": PATIENCE,
}


def wake() -> None:
    """Never fails nor waits long: what is in the ledger counts already."""
    if not settings.CELERY_BROKER_URL:
        return
    try:
        _send()
    except Exception as error:  # each broker's driver has a family of its own
        # Its words may hold the broker's address, and so the password.
        logger.warning(
            "The broker did not take a message (%s). Workers will look by themselves.",
            type(error).__name__,
        )


def _send() -> None:
    """By a connection of its own: one that is kept may be dead when it is needed."""
    app = import_string(settings.CELERY_APP)
    with app.connection_for_write(
        connect_timeout=PATIENCE, transport_options=TRANSPORT
    ) as connection:
        app.send_task(TASK, connection=connection, retry=False, expires=EXPIRY)
