"""The least that can be asked of the server: bytes that are there already, or that who
has them needs nothing new."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BODY"]).read_bytes()
TAG = ("ETag", '"bare"')
HEADERS = [
    TAG,
    # Like the site's own, kept by nginx, which asks each time if it still holds.
    ("X-Accel-Expires", "@1"),
    ("Content-Type", "application/json"),
    ("Content-Length", str(len(BODY))),
]


def application(environ: dict[str, Any], start_response: Callable) -> list[bytes]:
    if environ.get("HTTP_IF_NONE_MATCH") == TAG[1]:
        start_response("304 Not Modified", [TAG])
        return []
    start_response("200 OK", HEADERS)
    return [BODY]
