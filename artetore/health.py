"""Whether this process lives, `/healthz`, and whether it can do its work, `/readyz`.

Who asks is on this machine or in front of it, names an address instead of the site and
comes without TLS. So both are answered before anything else looks at a request.
"""

import logging
from collections.abc import Callable
from functools import cache

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from artetore.middleware import View

logger = logging.getLogger(__name__)

OK, FAILED = "ok", "failed"


def probes(get_response: View) -> View:
    """The middleware that answers `/healthz` and `/readyz`."""
    answers = {"/healthz": alive, "/readyz": ready}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path.rstrip("/"), get_response)(request)

    return middleware


def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as anything answers at all; the database is nothing to it."""
    return _answer({"status": OK})


def ready(request: HttpRequest) -> HttpResponse:
    """`{"status": ..., "checks": {name: "ok" | "failed"}}`; 503 when one failed.

    Why is in the log, as everybody may ask. That OneDrive is down is no reason.
    """
    checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
    status = FAILED if FAILED in checks.values() else OK
    return _answer({"status": status, "checks": checks})


class NotMigrated(Exception):
    """The database is behind the code."""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache  # of what is applied, nothing is taken back while a process runs
def _migrations() -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise NotMigrated(f"{len(plan)} to be applied: manage.py migrate")


def _storage() -> None:
    default_storage.delete(default_storage.save("readyz", ContentFile(b"writable")))


CHECKS = {"database": _database, "migrations": _migrations, "storage": _storage}


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # each database and each storage has its own family
        logger.error("Not ready (%s): %s", name, error)
        return FAILED
    return OK


def _answer(content: dict[str, object]) -> HttpResponse:
    return JsonResponse(
        content,
        status=200 if content["status"] == OK else 503,
        headers={"Cache-Control": "no-store"},
    )
