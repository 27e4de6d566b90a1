"""What an answer of Graph, or of its upload and download hosts, says.

Follows Microsoft's pages "Microsoft Graph error responses and resource types" and
"Microsoft Graph throttling guidance". The HTTP status decides, the codes refine:
their spelling varies, and messages are never looked at.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from onedrive.exceptions import (
    AccessDenied,
    BadAnswer,
    Changed,
    DriveFull,
    GraphError,
    InvalidName,
    ItemNotFound,
    NameTaken,
    OneDriveError,
    ResyncRequired,
    ServiceFailed,
    Throttled,
    TokenRefused,
)

_BY_STATUS: dict[int, type[GraphError]] = {
    401: TokenRefused,
    403: AccessDenied,
    404: ItemNotFound,
    408: ServiceFailed,
    409: NameTaken,
    410: ResyncRequired,
    412: Changed,
    423: AccessDenied,
    501: GraphError,
    507: DriveFull,
}
_BY_STATUS_AND_CODE: dict[tuple[int, str], type[GraphError]] = {
    (400, "invalidpath"): InvalidName,
    (400, "namecontainsinvalidcharacters"): InvalidName,
    (400, "pathistoolong"): InvalidName,
    (400, "pathtoodeep"): InvalidName,
    (403, "quotalimitreached"): DriveFull,
    (403, "insufficientstorage"): DriveFull,
    (409, "conflict"): Changed,
    (409, "resourcemodified"): Changed,
}
_MESSAGES = {
    "malwaredetected": "OneDrive found malware in this file and does not give it out.",
    "virussuspicious": "OneDrive found malware in this file and does not give it out.",
    "resourcelocked": "Somebody has this open in OneDrive at the moment.",
}
_MAX_DEPTH = 10


@dataclass(frozen=True, repr=False)
class Answer:
    """Status, headers (their names in any case) and body of one answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers.get("request-id", "")

    def json(self) -> dict[str, Any]:
        """The object in the body, {} when there is none; else BadAnswer."""
        content = self._content() if self.body else {}
        if content is None or self.status >= 300:
            raise BadAnswer(request_id=self.request_id)
        return content

    def location(self) -> str:
        """Where a redirect leads."""
        if self.status != 302 or not self.headers.get("Location"):
            raise BadAnswer(request_id=self.request_id)
        return self.headers["Location"]

    def error(self) -> OneDriveError | None:
        """The error that this answer is, or None for one that is none."""
        if self.status < 400:
            return None
        return _error(self, list(_levels((self._content() or {}).get("error"))))

    def _content(self) -> dict[str, Any] | None:
        try:
            content = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) else None


def _error(answer: Answer, levels: list[dict[str, Any]]) -> GraphError:
    codes = [code for level in levels if (code := _text(level, "code"))]
    ids = [found for level in levels if (found := _text(level, "request-id"))]
    details = {
        "code": codes[-1] if codes else "",
        "request_id": answer.request_id or "".join(ids[-1:]),
        "status": answer.status,
    }
    wait = retry_after(answer.headers)
    message = _message(answer.status, codes)
    if answer.status in (429, 509) or (answer.status == 503 and wait is not None):
        return Throttled(message, retry_after=wait, **details)
    return _class_of(answer.status, codes)(message, **details)


def _message(status: int, codes: list[str]) -> str:
    """More exact than what the class of the error says, or nothing."""
    known = [_MESSAGES[code.lower()] for code in codes if code.lower() in _MESSAGES]
    return known[-1] if known else _MESSAGES["resourcelocked"] * (status == 423)


def _class_of(status: int, codes: list[str]) -> type[GraphError]:
    for code in reversed(codes):
        if found := _BY_STATUS_AND_CODE.get((status, code.lower())):
            return found
    return _BY_STATUS.get(status) or (ServiceFailed if status >= 500 else GraphError)


def _levels(error: Any) -> Iterator[dict[str, Any]]:
    """From the general to the specific; Graph spells the inner error in two ways."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(error, dict):
            return
        yield error
        error = error.get("innerError") or error.get("innererror")


def _text(level: dict[str, Any], key: str) -> str:
    value = level.get(key)
    return value if isinstance(value, str) else ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait; a date is read against the answer's own, not our clock."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until, now = _date(value), _date(headers.get("Date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
