"""How the sign-in refuses, and answers in general: JSON that nobody keeps.

Microsoft's page "Authentication and authorization error codes".
"""

import json
import uuid
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response


class Refused(Exception):
    """An OAuth error; `number` is the one after AADSTS."""

    def __init__(
        self,
        error: str,
        number: int,
        text: str,
        *,
        status: int = 400,
        suberror: str = "",
    ):
        super().__init__(text)
        self.error, self.number, self.text = error, number, text
        self.status, self.suberror = status, suberror


def as_json(body: dict, status: int = 200) -> Response:
    answer = Response(json.dumps(body), status, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refused(request: Request, refusal: Refused) -> Response:
    stamp = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
    trace = str(uuid.uuid4())
    correlation = request.headers.get("client-request-id") or str(uuid.uuid4())
    body = {
        "error": refusal.error,
        "error_description": f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace}"
        f" Correlation ID: {correlation} Timestamp: {stamp}",
        "error_codes": [refusal.number],
        "timestamp": stamp,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={refusal.number}",
    }
    if refusal.suberror:
        body["suberror"] = refusal.suberror
    return as_json(body, refusal.status)
