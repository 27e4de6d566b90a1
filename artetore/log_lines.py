"""How log lines come out: Django's LOGGING."""

from typing import Any

LINE = {"format": "{asctime} {request_id} {levelname} {name} {message}", "style": "{"}
# One object a line, for whatever collects logs.
JSON = {
    "()": "artetore.logs.JSONLines",
    "fmt": ["request_id", "levelname", "name", "message"],
    "rename_fields": {"levelname": "level", "name": "logger"},
    "timestamp": "time",
}


# Their debug lines hold signed links, authorization codes and answers.
CHATTY = ("msal", "urllib3", "botocore", "boto3", "s3transfer")


def logging(*, level: str, as_json: bool) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "artetore.request_ids.OfRequest"},
            "refusals": {"()": "artetore.logs.Refusals"},
            "scrub": {"()": "artetore.logs.ScrubFilter"},
        },
        "formatters": {"line": JSON if as_json else LINE},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request", "refusals", "scrub"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["console"], "level": level.upper()},
        # What these would print themselves goes through the one handler that scrubs.
        "loggers": {
            name: {"handlers": [], "propagate": True}
            for name in ("django", "django.server", "_granian", "granian.access")
        }
        | {name: {"level": "INFO"} for name in CHATTY}
        # Of wrong passwords accounts.lockout tells; every scanner helps nobody.
        | {"axes": {"level": "ERROR"}}
        | {"django.security.DisallowedHost": {"level": "CRITICAL"}},
    }
