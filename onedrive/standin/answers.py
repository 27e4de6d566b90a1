"""The shape of Graph's answers: JSON, its context, its errors, its headers.

Microsoft's page "Microsoft Graph error responses and resource types".
"""

import json
import uuid
from datetime import UTC, datetime

from werkzeug.wrappers import Request, Response

from .errors import StoreError

JSON = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)
CHALLENGE = (
    'Bearer realm="", '
    'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    'client_id="00000003-0000-0000-c000-000000000000"'
)
SECURE_HOSTS = ("microsoft.com", "microsoftonline.com")


def base_url(request: Request) -> str:
    """How the caller knows us: Microsoft's hosts are only ever spoken to by https."""
    host = request.host.split(":")[0]
    secure = any(host == name or host.endswith(f".{name}") for name in SECURE_HOSTS)
    return f"{'https' if secure else 'http'}://{request.host}"


def raw_path(request: Request) -> str:
    """The path as it was sent, still percent-encoded."""
    return str(request.environ["RAW_URI"]).partition("?")[0]


def request_ids(request: Request) -> tuple[str, str]:
    """Ours, and the caller's own or ours again."""
    ours = request.environ.setdefault("standin.request_id", str(uuid.uuid4()))
    return ours, request.headers.get("client-request-id", ours)


def json_answer(body: dict, status: int = 200, **headers: str) -> Response:
    answer = Response(json.dumps(body, ensure_ascii=False), status, content_type=JSON)
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def with_context(request: Request, what: str, body: dict) -> dict:
    return {"@odata.context": f"{base_url(request)}/v1.0/$metadata#{what}"} | body


def error_answer(request: Request, error: StoreError) -> Response:
    ours, theirs = request_ids(request)
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": ours,
        "client-request-id": theirs,
    }
    if error.inner:
        inner = {"code": error.inner} | inner
    answer = json_answer(
        {
            "error": {
                "code": error.code,
                "message": error.message,
                "innerError": inner,
            }
        },
        error.status,
    )
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = CHALLENGE
    if error.status == 410:
        answer.headers["Location"] = f"{base_url(request)}/v1.0/me/drive/root/delta"
    return answer


def sign_answer(request: Request, answer: Response) -> None:
    """The headers that are on every answer."""
    ours, theirs = request_ids(request)
    answer.headers["request-id"] = ours
    answer.headers["client-request-id"] = theirs
    answer.headers["x-ms-ags-diagnostic"] = '{"ServerInfo":{"DataCenter":"Stand-in"}}'
    answer.headers["Strict-Transport-Security"] = "max-age=31536000"
