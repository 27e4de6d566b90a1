from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

NAME = "Artetore ImageHub"
ABOUT = (
    "The backend of a picture gallery. Its originals live in a OneDrive folder, "
    "and visitors see them through the Artetore frontend."
)
# Hosts that are the machine of whoever asks.
OWN = ("localhost", "127.0.0.1", "::1")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is and where it leads, in JSON for those who ask for JSON."""
    content = {
        "name": NAME,
        "about": ABOUT,
        "gallery": _frontend(),
        "staff": reverse("admin:index"),
        "docs": reverse("docs"),
        "schema": reverse("schema"),
    }
    # By sight: Django's own reading of `Accept` fails on some that browsers never send.
    accept = request.headers.get("Accept", "")
    if "json" in accept and "html" not in accept:
        answer: HttpResponse = JsonResponse(content)
    else:
        answer = render(request, "artetore/home.html", content)
    patch_vary_headers(answer, ("Accept",))
    return answer


def _frontend() -> str | None:
    """Where the browsers that may call us come from; not on one's own machine,
    where mostly nothing answers."""
    origins = settings.CORS_ALLOWED_ORIGINS
    return next((each for each in origins if urlsplit(each).hostname not in OWN), None)


def no_icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for one on every page; there is none, and that is no error."""
    return HttpResponse(status=204, headers={"Cache-Control": "max-age=86400"})


def no_page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
