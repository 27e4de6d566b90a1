import json

import pytest
from requests.structures import CaseInsensitiveDict

from onedrive import exceptions
from onedrive.answers import Answer, retry_after


def answer(status, body=b"", **headers):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, CaseInsensitiveDict(names), body)


def graph_error(code, *inner, key="innerError"):
    error = {"code": code, "message": "Ask token=abc", "request-id": ""}
    if inner:
        error[key] = graph_error(*inner)["error"]
    return {"error": error}


def test_an_object_is_read():
    assert answer(200, {"id": "1"}).json() == {"id": "1"}


def test_an_empty_answer_is_an_empty_object():
    assert answer(204).json() == {}


@pytest.mark.parametrize(
    "body", [b"<html>", b"[1]", b"null", b"\xff\xfe", b"[" * 99999]
)
def test_what_is_no_object_is_a_bad_answer(body):
    with pytest.raises(exceptions.BadAnswer):
        answer(200, body).json()


def test_a_redirect_has_a_location_and_no_object():
    redirect = answer(302, Location="https://files.example/1")

    assert redirect.error() is None
    assert redirect.location() == "https://files.example/1"
    with pytest.raises(exceptions.BadAnswer):
        redirect.json()


def test_what_should_redirect_and_does_not_is_a_bad_answer():
    with pytest.raises(exceptions.BadAnswer):
        answer(200, {"id": "1"}).location()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, graph_error("invalidRequest"), exceptions.GraphError),
        (400, graph_error("invalidRequest", "invalidPath"), exceptions.InvalidName),
        (400, graph_error("pathIsTooLong"), exceptions.InvalidName),
        (401, graph_error("InvalidAuthenticationToken"), exceptions.TokenRefused),
        (403, graph_error("accessDenied"), exceptions.AccessDenied),
        (403, graph_error("quotaLimitReached"), exceptions.DriveFull),
        (404, graph_error("ResourceNotFound"), exceptions.ItemNotFound),
        (404, b"<html>gone</html>", exceptions.ItemNotFound),
        (408, b"", exceptions.ServiceFailed),
        (409, graph_error("nameAlreadyExists"), exceptions.NameTaken),
        (409, graph_error("conflict", "ResourceModified"), exceptions.Changed),
        (410, graph_error("resyncRequired"), exceptions.ResyncRequired),
        (412, graph_error("resourceModified"), exceptions.Changed),
        (423, graph_error("accessDenied"), exceptions.AccessDenied),
        (429, b"", exceptions.Throttled),
        (500, graph_error("generalException"), exceptions.ServiceFailed),
        (501, graph_error("notSupported"), exceptions.GraphError),
        (502, b"<html>Bad Gateway</html>", exceptions.ServiceFailed),
        (503, b"", exceptions.ServiceFailed),
        (504, b"", exceptions.ServiceFailed),
        (507, graph_error("insufficientStorage"), exceptions.DriveFull),
        (509, b"", exceptions.Throttled),
    ],
)
def test_each_refusal_becomes_one_of_our_errors(status, body, expected):
    error = answer(status, body).error()

    assert type(error) is expected
    assert error.status == status
    assert "token=abc" not in str(error)


def test_busy_with_a_time_to_wait_is_throttling():
    error = answer(503, Retry_After="7").error()

    assert isinstance(error, exceptions.Throttled)
    assert error.retry_after == 7


@pytest.mark.parametrize("key", ["innerError", "innererror"])
def test_the_most_specific_code_counts(key):
    body = graph_error("activityLimitReached", "throttledRequest", "quota")
    body["error"][key] = body["error"].pop("innerError")

    assert answer(429, body).error().code == "quota"


def test_the_request_id_is_kept():
    assert answer(500, request_id="7c1d").error().request_id == "7c1d"


def test_the_request_id_is_found_in_the_body_too():
    body = {"error": {"code": "x", "innerError": {"request-id": "7c1d"}}}

    assert answer(500, body).error().request_id == "7c1d"


@pytest.mark.parametrize(
    "body",
    [
        {"error": "text"},
        {"error": {"code": 7, "innerError": []}},
        {"error": None},
        b"{",
        [1],
    ],
)
def test_a_strange_body_does_not_hide_the_status(body):
    assert answer(404, body).error().code == ""


def test_malware_is_told_to_people():
    error = answer(403, graph_error("accessDenied", "malwareDetected")).error()

    assert "malware" in str(error)
    assert not error.retryable


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("31", 31.0),
        (" 5 ", 5.0),
        ("Sun, 01 Mar 2026 10:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 09:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("9" * 5000, 999_999_999.0),
    ],
)
def test_the_time_to_wait_is_read(value, seconds):
    headers = {"Retry-After": value, "Date": "Sun, 01 Mar 2026 10:00:00 GMT"}

    assert retry_after(headers) == seconds
