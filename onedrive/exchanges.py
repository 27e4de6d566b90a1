"""One request and its answer; nothing below our own errors leaves this module."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

import requests
import urllib3

from onedrive.answers import Answer
from onedrive.exceptions import BadAnswer, Unreachable
from onedrive.session import check_address

CHUNK = 256 * 1024
MAX_SECONDS = 60.0  # for a whole answer, however slowly its bytes drip in
MAX_BYTES = 64 * 1024 * 1024  # of an answer that is read into memory


@contextmanager
def only_our_errors() -> Iterator[None]:
    try:
        yield
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        HTTPException,
        OSError,
        ValueError,
    ) as error:
        # Its text may hold a signed link: only its kind is told.
        raise Unreachable(code=type(error).__name__) from None


@contextmanager
def opened(
    session: requests.Session, method: str, url: str, **kwargs: Any
) -> Iterator[requests.Response]:
    """The answer with its body unread; redirects are never followed by themselves.

    Whatever the address comes from, it is checked here. Raises Unreachable.
    """
    check_address(url)
    with only_our_errors():
        response = session.request(
            method, url, stream=True, allow_redirects=False, **kwargs
        )
    try:
        yield response
    finally:
        response.close()


def exchange(session: requests.Session, method: str, url: str, **kwargs: Any) -> Answer:
    """The whole answer, within bounds of time and size. Raises Unreachable."""
    with opened(session, method, url, **kwargs) as response:
        body = bytearray()
        for chunk in chunks(response, seconds=MAX_SECONDS):
            body += chunk
            if len(body) > MAX_BYTES:
                raise BadAnswer("OneDrive's answer is too long.")
        return Answer(response.status_code, response.headers, bytes(body))


def chunks(response: requests.Response, *, seconds: float) -> Iterator[bytes]:
    """The body as it comes in. Raises Unreachable after a cut or when time is over."""
    deadline = time.monotonic() + seconds
    while True:
        with only_our_errors():
            chunk = response.raw.read1(CHUNK, decode_content=True)
        if not chunk:
            return
        if time.monotonic() > deadline:
            raise Unreachable("OneDrive answers too slowly.")
        yield chunk
