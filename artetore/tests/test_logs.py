import io
import json
import logging
import time
from urllib.parse import quote, urlencode

import jwt
import pytest
from django.core import mail
from django.utils.log import AdminEmailHandler

from accounts.models import User
from accounts.tokens import token_for
from artetore.logs import Refusals, ScrubFilter, scrub

PASSWORD = "Tr0ub4dor&3'ü"
CODE = "M.C555_BAY.2.U.fe54e1b5-0be6-9b7f-86f1-7a2b5a37aa01"
CREDENTIALS = {"username": "painter-of-clouds", "password": PASSWORD, "code": CODE}
QUERY = urlencode(CREDENTIALS)
KINDS = ["fault", "not-found", "denied", "suspicious", "throttled"]
ESCAPED = {PASSWORD, quote(PASSWORD), quote(PASSWORD, safe=""), repr(PASSWORD)[1:-1]}

# --- Single lines -----------------------------------------------------------------

ACCESS = "EwBwA8l6BAAUbDba3x2OMJElkF7gJ4z/VbCPEz0AAXz" + "a" * 40
REFRESH = "M.C555_BAY.0.U.-CgKQ!Rm1*x7bD$$" + "b" * 40
WORK_CODE = "1.AXEA0pQxVv" + "c" * 60
JWT = jwt.encode({"id": "x"}, "k" * 32, "HS256")
SECRETS = [ACCESS, REFRESH, CODE, WORK_CODE, JWT]
LINES = [
    '"GET /login/?username=hush&password=hush HTTP/1.1" 200 5',
    '"GET /login?password=hu\'sh&x=hush"',
    "https://a.example/f.png?tempauth=hush&sig=hush#hush=hush saved",
    '"GET /personal/x/download.aspx?UniqueId=1&tempauth=hush HTTP/1.1" 200 None',
    "<WSGIRequest: GET '/login/?username=a&password=hush'>",
    "Authorization: Bearer hush-hush",
    "{'Authorization': 'Bearer hush-hush', 'X': 1}",
    '{"Cookie": "sessionid=hush"}',
    "sent Basic aHVzaDpodXNo",
    "client_secret=hush&grant_type=refresh_token&refresh_token=hush",
    '{"access_token": "hush", "refresh_token": "hush", "expires_in": 3600}',
    "{'client_secret': 'hu\\'sh', 'scope': 'x'}",
    "<QueryDict: {'username': ['x'], 'password': ['hush']}>",
    "LoginInput(data={'username': 'x', 'password': 'hush'})",
    "ONEDRIVE_TOKEN_KEYS=hush SECRET_KEY='hush'",
    "auth_code= {'password': 'hush'}",
    "code=hush&state=hush",
    "auth_code: hush",
    *(f"got {secret} from there" for secret in SECRETS),
    *(f"<{secret}>" for secret in SECRETS),
]


@pytest.mark.parametrize("line", LINES)
def test_a_secret_is_scrubbed_from_a_line(line):
    scrubbed = scrub(line)
    assert "hush" not in scrubbed
    assert "aHVzaD" not in scrubbed
    assert not any(secret in scrubbed for secret in SECRETS)
    assert "***" in scrubbed


@pytest.mark.parametrize(
    "line",
    [
        "Unauthorized: /admin/onedrive/connect",
        "GET /me/drive/items/A1!s2/children 404 4f0c2a5e-1c3b-4a1e",
        "Is it there? Yes.",
        "found_tokens_failed: Microsoft did not accept this sign-in. (invalid_grant )",
        '{"error": {"code": "itemNotFound", "message": "gone"}}',
        "exit code: 3, status_code=404",
    ],
)
def test_what_is_no_secret_stays(line):
    assert scrub(line) == line


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "?", "=", "&a", "?a=", "passwor", "token=", "token='", "token = [ "),
        *("eyJ", "Ew", "M.A", "0.A", "cookie:", "bearer ", "password: ", "'code':'"),
    ],
)
def test_the_time_for_a_line_grows_with_its_length_alone(piece):
    started = time.monotonic()
    scrub(piece * 50_000 + " " * 50_000)
    # A few hundredths of a second; minutes, when a pattern tries all ways.
    assert time.monotonic() - started < 5


# --- Records ----------------------------------------------------------------------


@pytest.fixture
def lines():
    """All that is logged, at every level, through the filter of the settings."""
    handler = logging.StreamHandler(io.StringIO())
    for each in (Refusals(), ScrubFilter()):
        handler.addFilter(each)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_messages_arguments_and_tracebacks_are_scrubbed(lines):
    logger = logging.getLogger("msal.oauth2cli")
    logger.warning("refresh_token=%s and %s", "hush", {"password": "hush"})
    logger.info("%(token)s of %(name)s", {"token": ACCESS, "name": "x"})
    try:
        raise RuntimeError("client_secret=hush")
    except RuntimeError:
        logger.exception("failed", stack_info=True)

    written = lines.getvalue()
    assert "hush" not in written
    assert ACCESS not in written
    assert "refresh_token=*** and " in written
    assert "RuntimeError: client_secret=***" in written


def test_arguments_that_do_not_fit_are_not_told(lines, capsys):
    logging.getLogger("urllib3").warning("%d of %s", "hush")
    assert "%d of %s (its arguments do not fit)" in lines.getvalue()
    assert "hush" not in lines.getvalue() + "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "name",
    [
        *("django", "django.request", "django.server", "django.db.backends"),
        *("msal", "msal.application", "urllib3", "urllib3.connectionpool", "axes"),
        *("_granian", "granian.access", "gallery", "onedrive", "accounts"),
    ],
)
def test_nobody_has_a_handler_that_does_not_scrub(name):
    logger = logging.getLogger(name)
    while logger.parent:
        assert all(isinstance(h, logging.NullHandler) for h in logger.handlers)
        assert logger.propagate
        logger = logger.parent
    [console] = [handler for handler in logger.handlers if handler.name == "console"]
    assert {Refusals, ScrubFilter} <= {type(each) for each in console.filters}


# --- A storm of requests ----------------------------------------------------------


def requests_that_fail(staff):
    """Every way in which credentials come in, at every place that can go wrong."""
    body, kind = json.dumps(CREDENTIALS), "application/json"
    form = "application/x-www-form-urlencoded"
    token = {"Authorization": f"Bearer {token_for(staff)}"}
    forged = {"Authorization": f"Bearer {jwt.encode({}, 'k' * 32)}"}
    telling = {
        "Referer": f"http://localhost:3000/?{QUERY}",
        "Cookie": f"sessionid={PASSWORD.encode().hex()}; other={CODE}",
        "X-Forwarded-Uri": f"/login/?{QUERY}",
    }
    yield "GET", f"/login/?{QUERY}", "", kind, telling
    yield "GET", f"/login/?{urlencode({'password': PASSWORD})}", "", kind, {}
    yield "GET", f"/login/x?{QUERY}", "", kind, {}
    yield "PUT", f"/login/?{QUERY}", body, kind, {}
    yield "GET", f"/login/?{QUERY}", "", kind, {"Host": "elsewhere.example"}
    for path in ("/login/", "/staff/login/", "/image/bare", "/nothing"):
        yield "POST", f"{path}?{QUERY}", body, kind, telling
        yield "POST", path, QUERY, form, {}
        yield "POST", path, body[:-1], kind, {}
        yield "POST", path, body + " " * 5000, kind, {}
    for headers in (token, forged):
        yield "GET", f"/image/guarded?{QUERY}", "", kind, headers
        yield "POST", "/image/guarded", body, kind, headers
    for failure in KINDS:
        for place in ("image/failing", "image/plain", "staff/failing"):
            path = f"/{place}/{failure}"
            yield "GET", f"{path}?{QUERY}", "", kind, {**token, **telling}
            yield "POST", f"{path}?{QUERY}", body, kind, {**token, **telling}
            yield "POST", f"{path}?{QUERY}", QUERY, form, {**token, **telling}


def assert_nothing_is_told(text):
    hidden = [*ESCAPED, CODE, quote(CODE), PASSWORD.encode().hex()]
    for secret in hidden:
        assert secret not in text, text[max(0, text.index(secret) - 200) :][:400]
    assert "eyJ" not in text


@pytest.fixture
def mailed(settings):
    """Errors go to the administrators by mail, with all that Django can add."""
    settings.ADMINS = [("Admin", "admin@example.org")]
    handler = AdminEmailHandler(include_html=True)
    handler.setLevel(logging.ERROR)
    handler.addFilter(ScrubFilter())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield mail.outbox
    logger.removeHandler(handler)


@pytest.mark.urls("artetore.tests.urls")
@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_no_request_leaves_a_secret_in_log_mail_or_error_page(
    client, settings, lines, mailed, debug
):
    settings.DEBUG = debug
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 4000
    staff = User.objects.create_user("painter-of-clouds", is_staff=True)
    client.raise_request_exception = False

    statuses = set()
    for method, path, body, content_type, headers in requests_that_fail(staff):
        answer = client.generic(method, path, body, content_type, headers=headers)
        statuses.add(answer.status_code)
        # Django's own 404 for developers repeats the address to whoever typed it.
        if answer.status_code >= 400 and (answer.status_code, debug) != (404, True):
            assert_nothing_is_told(answer.content.decode())

    assert {200, 400, 401, 404, 405, 413, 422, 429, 500} <= statuses
    assert "Internal Server Error: /image/failing/fault" in lines.getvalue()
    assert_nothing_is_told(lines.getvalue())
    assert len(mailed) > 5
    for message in mailed:
        html = message.alternatives[0].content
        assert_nothing_is_told(f"{message.subject}\n{message.body}\n{html}")


@pytest.mark.urls("artetore.tests.urls")
@pytest.mark.parametrize("kind", ["denied", "suspicious"])
@pytest.mark.parametrize("place", ["image/plain", "staff/failing"])
def test_a_refusal_is_a_warning_in_one_line(client, lines, place, kind):
    client.get(f"/{place}/{kind}")
    client.get(f"/{place}/{kind}?password=a%0Ab")
    told = lines.getvalue().splitlines()
    assert len([line for line in told if line.startswith("WARNING django.")]) == 2
    assert not any("Traceback" in line or line.startswith("b") for line in told)


@pytest.mark.urls("artetore.tests.urls")
def test_a_fault_has_its_traceback(client, lines):
    client.raise_request_exception = False
    client.get("/image/plain/fault")
    assert "Traceback" in lines.getvalue()


@pytest.mark.urls("artetore.tests.urls")
def test_a_report_names_what_it_does_not_show(client, settings, mailed):
    client.raise_request_exception = False
    client.post(
        f"/image/failing/fault?{QUERY}", CREDENTIALS, "application/json", SERVER_X="y"
    )

    [message] = mailed
    assert "password = '***'" in message.body
    assert "SERVER_X = 'y'" in message.body
    assert "QUERY_STRING = '********************'" in message.body
    assert "SECRET_KEY = '********************'" in message.body
    assert settings.SECRET_KEY not in message.body
    assert settings.ONEDRIVE_CLIENT_SECRET not in message.body
    assert settings.ONEDRIVE_TOKEN_KEYS[0] not in message.body
    assert "RuntimeError" in message.body
