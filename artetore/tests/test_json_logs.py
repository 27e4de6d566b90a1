import io
import json
import logging
from datetime import datetime
from logging.config import DictConfigurator
from urllib.parse import urlencode

import pytest

from artetore.log_lines import logging as log_settings
from artetore.logs import ScrubFilter
from artetore.request_ids import OfRequest
from artetore.tests.test_settings import SECRETS, run

PASSWORD = "Tr0ub4dor&3"


@pytest.fixture
def lines():
    """Reads what was logged, each line as the settings would have it in JSON."""
    config = DictConfigurator(log_settings(level="INFO", as_json=True)).config
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(
        DictConfigurator(config).configure_formatter(config["formatters"]["line"])
    )
    for each in (OfRequest(), ScrubFilter()):
        handler.addFilter(each)
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_the_setting_makes_lines_json():
    script = "import django, logging; django.setup(); logging.error('token=a')"
    environment = {"DJANGO_SETTINGS_MODULE": "artetore.settings", "LOG_JSON": "true"}
    done = run("-c", script, **SECRETS, **environment)
    [line] = done.stderr.splitlines()
    assert json.loads(line)["message"] == "token=***"


def test_a_line_is_an_object(lines):
    logging.getLogger("gallery").info("A %s", "picture", extra={"group": 3, "of": [1]})
    [line] = lines()
    assert datetime.fromisoformat(line.pop("time")).tzinfo
    assert line == {
        **{"request_id": "-", "level": "INFO", "logger": "gallery"},
        **{"message": "A picture", "group": 3, "of": [1]},
    }


def test_a_traceback_stays_in_its_line(lines):
    try:
        raise RuntimeError("client_secret=hush")
    except RuntimeError:
        logging.getLogger("gallery").exception("It\nfailed", stack_info=True)
    [line] = lines()
    assert line["message"] == "It\nfailed"
    assert line["exc_info"].endswith("RuntimeError: client_secret=***")
    assert "Traceback" in line["exc_info"]
    assert "test_json_logs" in line["stack_info"]


def test_what_a_record_carries_besides_is_scrubbed_too(lines):
    logging.getLogger("gallery").warning(
        "token=hush",
        extra={
            "link": "https://a.example/f.png?tempauth=hush",
            "sent": {"Authorization": "Bearer hush-hush", "form": {"password": "hush"}},
            "access_token": ["hush"],
            "seen": [("Cookie: hush",), b"auth_code=hush", RuntimeError("secret=hush")],
        },
    )
    [line] = lines()
    assert "hush" not in json.dumps(line)
    assert line["link"] == "https://a.example/f.png?tempauth=***"
    assert line["access_token"] == "***"


@pytest.mark.urls("artetore.tests.urls")
def test_requests_that_fail_tell_no_secret(lines, client):
    client.raise_request_exception = False
    answers = [
        client.get(f"/image/plain/{kind}?{urlencode({'password': PASSWORD})}")
        for kind in ("fault", "denied", "suspicious")
    ]
    told = lines()
    assert PASSWORD not in json.dumps(told)
    named = {(line["request_id"], line["status_code"]) for line in told}
    assert named >= {(a["X-Request-ID"], a.status_code) for a in answers}
