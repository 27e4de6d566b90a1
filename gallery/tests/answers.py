"""What the public routes answer, and the pictures in it."""

import base64
import io
import json
from typing import Any

from django.http.response import HttpResponseBase
from PIL import Image as Picture

KINDS = ("thumbnail", "preview", "original")


def body(answer: HttpResponseBase) -> Any:
    content = b"".join(answer) if answer.streaming else answer.content
    assert answer["Content-Type"] == "application/json"
    return json.loads(content)


def opened(data_url: str) -> Picture.Image:
    head, _, content = data_url.partition(";base64,")
    picture = Picture.open(io.BytesIO(base64.b64decode(content, validate=True)))
    assert head == f"data:{picture.get_format_mimetype()}"
    return picture
