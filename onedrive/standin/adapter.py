"""Carries Microsoft's addresses to the stand-in.

Chosen by `ONEDRIVE_HTTP_ADAPTER=onedrive.standin.adapter.StandInAdapter`; the stand-in
is then looked for, at each request, at ONEDRIVE_STANDIN_URL in the environment, by
default http://127.0.0.1:8001.
"""

import os
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

MICROSOFT = ("login.microsoftonline.com", "graph.microsoft.com")
LOOPBACK = ("127.0.0.1", "localhost")


class StandInAdapter(HTTPAdapter):
    """Microsoft's two hosts are the stand-in, loopback is itself, and that is all.

    The Host header stays Microsoft's, so that the stand-in answers with its links.
    """

    # What may be called besides Microsoft's hosts: downloads and uploads.
    hosts = LOOPBACK

    def send(
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        kwargs["proxies"] = {}
        address = urlsplit(request.url or "")
        if address.hostname in LOOPBACK:
            return super().send(request, **kwargs)
        if address.hostname not in MICROSOFT:
            text = f"The stand-in leads nowhere else: {address.hostname}"
            raise requests.ConnectionError(text, request=request)
        carried = request.copy()
        carried.headers["Host"] = address.netloc
        carried.url = _at_standin(address)
        response = super().send(carried, **kwargs)
        response.url, response.request = request.url, request
        return response


def _at_standin(address: SplitResult) -> str:
    url = os.environ.get("ONEDRIVE_STANDIN_URL") or "http://127.0.0.1:8001"
    standin = urlsplit(url)
    return urlunsplit((standin.scheme, standin.netloc, address.path, address.query, ""))
