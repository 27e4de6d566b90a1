"""What Prometheus reads at `/metrics`, when METRICS_TOKEN is set.

The processes of one server count together, in files of a folder that is named after
the process that started them; whichever is asked answers for all. Prometheus names an
address instead of the site, so it is answered before anything else looks at a request.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from artetore.errors import plain
from artetore.middleware import View
from gallery.models import Group, Image
from onedrive.models import ImportItem


def _folder() -> Path:
    """That of this server, for our eyes alone. Those of servers that ended go."""
    start = f"artetore-metrics-{os.getuid()}-"
    place = Path(tempfile.gettempdir())
    for other in place.glob(f"{start}*"):
        if _has_ended(other.name.removeprefix(start)):
            shutil.rmtree(other, ignore_errors=True)
    own = place / f"{start}{os.getppid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    if own.lstat().st_uid != os.getuid():
        raise PermissionError(f"{own} is somebody else's.")
    return own


def _has_ended(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (ValueError, OverflowError, PermissionError):  # none, or somebody else's
        return False
    return False


# Looked for when the library is loaded.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_folder())

from prometheus_client import (  # noqa: E402
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

METHODS = ("GET", "HEAD", "POST", "OPTIONS")

SECONDS = Histogram(
    "artetore_request_seconds",
    "How long requests took until their answer began.",
    ["method", "route", "status"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)


def metrics(get_response: View) -> View:
    """The middleware that answers `/metrics`, and times all others."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics":
            return _answer(request)
        begun = time.perf_counter()
        response = get_response(request)
        route = request.resolver_match.route if request.resolver_match else "none"
        seconds = time.perf_counter() - begun
        observe(request.method, route, response.status_code, seconds)
        return response

    return middleware


def observe(method: str, route: str, status: int, seconds: float) -> None:
    known = method if method in METHODS else "other"
    SECONDS.labels(known, route, status).observe(seconds)


def _answer(request: HttpRequest) -> HttpResponse:
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        answer = plain(HTTPStatus.UNAUTHORIZED)
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(Rows())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Rows:
    """What the database says when it is asked; while it is gone, only that."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            found = list(self._counts())
        except Error:
            found = []
        yield GaugeMetricFamily(
            "artetore_database_up", "1 while the database answers.", bool(found)
        )
        yield from found

    def _counts(self) -> Iterator[GaugeMetricFamily]:
        pictures, groups = Image.objects.count(), Group.objects.with_pictures().count()
        yield GaugeMetricFamily("artetore_pictures", "Pictures.", pictures)
        yield GaugeMetricFamily("artetore_groups", "Groups with pictures.", groups)
        files = GaugeMetricFamily(
            "artetore_import_files", "Files of imports.", labels=["state"]
        )
        states = ImportItem.objects.order_by().values_list("state")
        counts = dict(states.annotate(count=Count("pk")))
        for state in ImportItem.State.values:
            files.add_metric([state], counts.get(state, 0))
        yield files
