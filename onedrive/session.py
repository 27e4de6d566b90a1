"""The one place that opens sockets to Microsoft.

What carries the requests is the adapter that ONEDRIVE_HTTP_ADAPTER names: by default
that of `requests`, so that they go where their addresses say.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.module_loading import import_string

from onedrive.exceptions import BadAnswer

CONNECT_SECONDS = 5
READ_SECONDS = 30
POOL = 16
# Microsoft asks for this form: "Avoid getting throttled or blocked".
USER_AGENT = "NONISV|Artetore|ImageHub/1.0"

# Graph, and where it sends clients for uploads, downloads and thumbnails.
HOSTS = (
    "graph.microsoft.com",
    "login.microsoftonline.com",
    ".sharepoint.com",
    ".svc.ms",
    ".1drv.com",
    ".onedrive.com",
    ".onedrive.live.com",
    ".livefilestore.com",
    ".microsoftpersonalcontent.com",
    ".storage.live.com",
    ".files.1drv.com",
)


class Session(requests.Session):
    """Never waits for ever, keeps no cookies, takes no password from `.netrc`."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(_NoCookies())
        self.headers["User-Agent"] = USER_AGENT
        self.auth = _leave_alone

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        return super().request(method, url, **kwargs)


@cache
def http_session() -> Session:
    """This process's session; its pool serves as many threads as it has places."""
    session = Session()
    adapter = _adapter_class()(pool_connections=POOL, pool_maxsize=POOL)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def check_address(url: str) -> None:
    """BadAnswer unless a link that OneDrive gave us leads to one of its own hosts.

    An adapter may add hosts, reached by http too, as the stand-in's does.
    """
    try:
        address = urlsplit(url)
        host, userinfo = address.hostname or "", address.username
    except ValueError:
        raise BadAnswer("OneDrive gave an address that is none.") from None
    if host in getattr(_adapter_class(), "hosts", ()) and not userinfo:
        return
    known = any(f".{host}".endswith(f".{name.lstrip('.')}") for name in HOSTS)
    if address.scheme != "https" or userinfo or not known:
        raise BadAnswer("OneDrive's link leads to another place.")


def _adapter_class() -> type[requests.adapters.HTTPAdapter]:
    return import_string(settings.ONEDRIVE_HTTP_ADAPTER)


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """As `auth`, it keeps requests from looking into `.netrc`."""
    return request


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):
    def set_ok(self, cookie: Any, request: Any) -> bool:
        return False
