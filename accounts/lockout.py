"""Too many tries to sign in: who has made them, and what they are answered."""

import logging
import math
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

logger = logging.getLogger(__name__)

# MariaDB's number for the one of two transactions that had to give way.
DEADLOCK = 1213
TRIES = 5


class FailureCount(AxesDatabaseHandler):
    """AXES_HANDLER: counts wrong tries by name and address in the database."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """The first failures of a name, when they come at once, want one new row.

        One waits for the other there, or both for each other. The row exists when
        the loser tries again.
        """
        if request is not None:  # No name: people type passwords there.
            address = request.META["REMOTE_ADDR"]
            logger.warning("Wrong name or password from %s: %s", address, request.path)
        for left in reversed(range(TRIES)):
            try:
                super().user_login_failed(sender, credentials, request, **kwargs)
            except OperationalError as error:
                if error.args[0] != DEADLOCK or not left:
                    raise
            else:
                return


class LoginThrottle(SimpleRateThrottle):
    """Tries from one address, whatever the names."""

    scope = "login"

    def get_cache_key(self, request: Request | HttpRequest, view: Any) -> str:
        ident = self.get_ident(request)
        return self.cache_format % {"scope": self.scope, "ident": ident}


def locked_out(request: HttpRequest, *details: Any) -> HttpResponse:
    """AXES_LOCKOUT_CALLABLE: this name was tried too often from this address."""
    return too_many_tries(request, settings.AXES_COOLOFF_TIME.total_seconds())


def too_many_tries(request: HttpRequest, seconds: float) -> HttpResponse:
    """429 as a page in the staff site, elsewhere in the API's shape."""
    if request.path.startswith(reverse("admin:index")):
        context = {"minutes": math.ceil(seconds / 60)}
        answer = render(request, "accounts/too_many_tries.html", context, status=429)
    else:
        answer = JsonResponse({"detail": "Too Many Requests"}, status=429)
    answer.headers["Retry-After"] = str(math.ceil(seconds))
    answer.headers["Cache-Control"] = "no-store"
    return answer
