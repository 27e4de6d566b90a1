"""The staff site's address as Microsoft knows it, where a sign-in ends."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

PAGE = "admin:onedrive_drive"


def return_address() -> str:
    """Where Microsoft sends the browser back to; it is to be registered there."""
    return settings.SITE_URL + reverse("admin:onedrive_connected")


def elsewhere(request: HttpRequest) -> str:
    """Where to connect, for a browser that is not at SITE_URL: Microsoft leads back
    there alone, and there nobody would know of a sign-in that began here.

    A proxy may have changed the host, but not what a form says of its origin.
    """
    site = urlsplit(settings.SITE_URL.lower())
    port = ":443" if site.scheme == "https" else ":80"
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    here = (origin or request.get_host().lower()).removesuffix(port)
    unsure = settings.CSRF_TRUSTED_ORIGINS and not origin
    if unsure or here == site.netloc.removesuffix(port):
        return ""
    return settings.SITE_URL + reverse(PAGE)
