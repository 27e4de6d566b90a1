"""Keeps credentials and tokens out of log lines, error pages and error mails."""

import logging
import re
from datetime import datetime
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from pythonjsonlogger.core import RESERVED_ATTRS, LogData
from pythonjsonlogger.json import JsonFormatter

HIDDEN = "***"

_TELLING_NAME = (
    r"(?:passw(?:or)?d|passphrase|secret|token|auth_?code|device_code|user_code"
    r"|verifier|assertion|credential|tempauth|signature|session_?id|api_?key)"
    r"(?:s|_?keys?)?"
)
_TELLING = re.compile(f"{_TELLING_NAME}|authorization|cookie", re.IGNORECASE)
_QUOTED = r"""(?:b?"(?:[^"\\]|\\.)*"|b?'(?:[^'\\]|\\.)*')"""

# Each with what takes the place of what it finds.
_PATTERNS = [
    # Every value of a query string: "?name=value&...", up to the next space.
    (re.compile(r"[?&][^\s?&=]*=\S*"), lambda found: _without_values(found[0])),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S{8,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(
            rf"(?i)(authorization|cookie)(['\"]?\s*[:=,]\s*)({_QUOTED}|[^\r\n]+)"
        ),
        rf"\1\2{HIDDEN}",
    ),
    # JWTs; Microsoft's access tokens, refresh tokens and authorization codes.
    (re.compile(r"\beyJ[\w-]{8,}[\w.+/=-]*"), HIDDEN),
    (re.compile(r"\bEw[A-Za-z][\w%+/=-]{20,}"), HIDDEN),
    (re.compile(r"\bM\.[A-Z]\w*[.!*$%\w-]{12,}"), HIDDEN),
    (re.compile(r"\b[01]\.A[\w.-]{20,}"), HIDDEN),
    # Fields of forms, JSON and reprs by their names. An empty one before a dictionary
    # must not take the dictionary's first name for its value.
    (
        re.compile(
            rf"(?i)({_TELLING_NAME}['\"]?\s*[:=]\s*(?:[\[(]\s*)?)"
            rf"({_QUOTED}|(?!{{['\"])\S+)"
        ),
        rf"\1{HIDDEN}",
    ),
    # A password that stands bare may hold spaces.
    (re.compile(r"(?i)(passw(?:or)?d\s*[:=]\s*)(?!['\"\[(])[^\r\n]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(code|sig|state|nonce)=\S+"), rf"\1={HIDDEN}"),
    (re.compile(r"""(["']code["']\s*:\s*)["'][^"']{20,}["']"""), rf"\1{HIDDEN}"),
]


def _without_values(query: str) -> str:
    return re.sub(r"=[^&\s]*", f"={HIDDEN}", query)


def scrub(text: str) -> str:
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class ScrubFilter(logging.Filter):
    """Passes every record, its message and its traceback scrubbed."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = scrub(_message(record)), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = scrub(record.exc_text)
        if record.stack_info:
            record.stack_info = scrub(record.stack_info)
        return True


class Refusals(logging.Filter):
    """What Django refuses is a warning in one line: no code of ours is at fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            # What it was asked stands in it, line breaks and all.
            record.msg = str(record.msg).encode("unicode_escape").decode()
        if record.name.startswith("django.") and record.levelno <= logging.WARNING:
            record.exc_info = None
        return True


class JSONLines(JsonFormatter):
    """One JSON object a line, with what records carry besides, all of it scrubbed."""

    def __init__(self, **options: Any):
        # The request itself: its line says what matters of it.
        super().__init__(reserved_attrs=[*RESERVED_ATTRS, "request"], **options)

    def process_log_record(self, log_data: LogData) -> LogData:
        return _scrubbed(log_data)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            scrub(str(name)): HIDDEN if _TELLING.search(str(name)) else _scrubbed(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_scrubbed(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub(value.isoformat() if isinstance(value, datetime) else str(value))


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # Logging would print the arguments to say that they do not fit.
        return f"{record.msg} (its arguments do not fit)"


class ReportFilter(SafeExceptionReporterFilter):
    """Of what came in and of what code held, reports show names, never values."""

    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|SESSION|DATABASE|CACHE|BROKER"
        "|QUERY|URL|URI|REFERER|USER|CLIENT_ID",
        re.IGNORECASE,
    )

    def is_active(self, request: HttpRequest) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return hidden(request.POST) if request else {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, str]:
        return hidden(getattr(request, "COOKIES", {}))

    def get_traceback_frame_variables(
        self, request: HttpRequest, tb_frame: FrameType
    ) -> list[tuple[str, type]]:
        return [(name, type(value)) for name, value in tb_frame.f_locals.items()]


class Reporter(ExceptionReporter):
    """Django's report, which would show the query string past every filter."""

    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        if self.request is not None:
            data["request_GET_items"] = hidden(self.request.GET).items()
        for name in ("request_insecure_uri", "exception_value", "exception_notes"):
            if name in data:
                data[name] = scrub(data[name])
        for frame in data["frames"]:
            frame["exc_cause"] = frame["exc_cause"] and scrub(str(frame["exc_cause"]))
        data["unicode_hint"] = ""
        return data


def hidden(values: QueryDict | dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(values, HIDDEN)
