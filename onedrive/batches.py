"""What goes into a `$batch` call, and what comes out of it.

Follows Microsoft's page "Combine multiple HTTP requests using JSON batching". The
answers come in any order, and each has a status of its own.
"""

import json
from collections.abc import Sequence
from typing import Any

from requests.structures import CaseInsensitiveDict

from onedrive.answers import Answer
from onedrive.exceptions import BadAnswer, OneDriveError

SIZE = 20  # requests in one call, Graph's limit

Result = dict[str, Any] | OneDriveError


def parts(paths: Sequence[str]) -> list[Sequence[str]]:
    return [paths[at : at + SIZE] for at in range(0, len(paths), SIZE)]


def body(paths: Sequence[str]) -> dict[str, Any]:
    requests = [
        {"id": str(number), "method": "GET", "url": path}
        for number, path in enumerate(paths)
    ]
    return {"requests": requests}


def results(paths: Sequence[str], answer: Answer) -> list[Result]:
    """In the order of the paths; what was left unanswered is a BadAnswer."""
    responses = answer.json().get("responses")
    if not isinstance(responses, list):
        raise BadAnswer(request_id=answer.request_id)
    by_id = {
        str(response.get("id")): response
        for response in responses
        if isinstance(response, dict)
    }
    return [_result(by_id.get(str(number), {})) for number in range(len(paths))]


def _result(response: dict[str, Any]) -> Result:
    status, body = response.get("status"), response.get("body")
    if status in range(200, 300) and isinstance(body, dict):
        return body
    if status not in range(400, 600):
        return BadAnswer()
    headers = response.get("headers")
    texts = headers.items() if isinstance(headers, dict) else ()
    inner = Answer(
        status,
        CaseInsensitiveDict({name: str(value) for name, value in texts}),
        json.dumps(body).encode(),
    )
    return inner.error() or BadAnswer()
