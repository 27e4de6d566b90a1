"""The one place that opens sockets to Microsoft.

What carries the requests is the adapter that ONEDRIVE_HTTP_ADAPTER names: by default
that of `requests`, so that they go where their addresses say.
"""

import os
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from django.conf import settings
from django.utils.module_loading import import_string
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from onedrive.exceptions import BadAnswer

CONNECT_SECONDS = 5
READ_SECONDS = 30
POOL = 16
# Microsoft asks for this form: "Avoid getting throttled or blocked".
USER_AGENT = "NONISV|Artetore|ImageHub/1.0"

# Graph, and where it sends clients for uploads, downloads and thumbnails.
HOSTS = (
    "graph.microsoft.com",
    ".sharepoint.com",
    ".svc.ms",
    ".1drv.com",
    ".onedrive.com",
    ".live.com",
    ".livefilestore.com",
    ".microsoftpersonalcontent.com",
)


class Session(requests.Session):
    """Never waits for ever, keeps no cookies, follows no redirect.

    Proxies and certificates of the environment count, passwords in `.netrc` do not:
    they would take the place of our token.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = USER_AGENT
        self.auth = _leave_alone

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", (CONNECT_SECONDS, READ_SECONDS))
        return super().request(method, url, **kwargs)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, ever: where an answer points to is checked before anybody goes."""


def http_session() -> Session:
    """This process's session; its pool serves as many threads as it has places."""
    return _session(os.getpid(), settings.ONEDRIVE_HTTP_ADAPTER)


def check_address(url: str) -> None:
    """BadAnswer unless a link that OneDrive gave us leads to one of its own hosts.

    An adapter may add hosts, reached by http too, as the stand-in's does. The address
    is read by the parser that the request will use, so that they can't differ.
    """
    try:
        address = parse_url(url)
    except LocationParseError:
        raise BadAnswer("OneDrive gave an address that is none.") from None
    host = address.host or ""
    known = any(f".{host}".endswith(f".{name.lstrip('.')}") for name in HOSTS)
    secure = address.scheme == "https" and address.port in (None, 443)
    if address.auth or not (host in _added_hosts() or (known and secure)):
        raise BadAnswer("OneDrive's link leads to another place.")


def page_sources() -> list[str]:
    """The same hosts, as the policy of a page names those that its scripts may call."""
    known = [f"https://*{name}" for name in HOSTS if name.startswith(".")]
    return known + [f"http://{host}:*" for host in _added_hosts()]


def _added_hosts() -> tuple[str, ...]:
    return getattr(import_string(settings.ONEDRIVE_HTTP_ADAPTER), "hosts", ())


@lru_cache(maxsize=1)
def _session(process: int, adapter_name: str) -> Session:
    """A process that was forked must not share its parent's sockets."""
    session = Session()
    adapter = import_string(adapter_name)(pool_connections=POOL, pool_maxsize=POOL)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _leave_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """As `auth`, it keeps requests from looking into `.netrc`."""
    return request
