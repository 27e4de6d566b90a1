import json

import pytest

pytestmark = pytest.mark.urls("artetore.tests.urls")

MISSING = ("field required", "value_error.missing")
INTEGER = ("value is not a valid integer", "type_error.integer")
DICT = ("value is not a valid dict", "type_error.dict")
LIST = ("value is not a valid list", "type_error.list")
NONE = ("none is not an allowed value", "type_error.none.not_allowed")
BROKEN = ("the body is not valid JSON", "value_error.jsondecode")


@pytest.fixture
def caller(client):
    client.raise_request_exception = False
    return client


def entry(path, kind):
    return {"loc": path, "msg": kind[0], "type": kind[1]}


# 401


def test_without_a_token_it_is_401(caller):
    answer = caller.get("/image/guarded")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_bad_token_is_named_bad(caller):
    answer = caller.get("/image/guarded", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Invalid Bearer 2 Token"}


# 404 and 405


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/image/nothing", "/admin/nothing", "/login/x", "/image/failing/x/y"],
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_unknown_path_is_404(caller, method, path):
    answer = getattr(caller, method)(path)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found"}


@pytest.mark.parametrize("kind", ["plain", "failing"])
def test_what_a_view_does_not_find_is_404_and_tells_no_more(caller, kind):
    answer = caller.get(f"/image/{kind}/not-found?password=hush")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Not Found"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "NONSENSE"])
@pytest.mark.parametrize("token", [None, "Bearer bad"])
def test_a_wrong_method_is_405_before_the_token_is_judged(caller, method, token):
    headers = {"Authorization": token} if token else {}
    answer = caller.generic(method, "/image/guarded", headers=headers)
    assert answer.status_code == 405
    assert answer.json() == {"detail": "Method Not Allowed"}
    assert "GET" in answer["Allow"]


def test_a_preflight_needs_no_token(caller):
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = caller.options("/image/guarded", headers=asked)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert set(answer["Access-Control-Allow-Headers"].split(", ")) == {
        *("authorization", "content-type", "content-range")
    }
    assert "Access-Control-Allow-Credentials" not in answer


# 422


def detail_of_query(caller, query):
    answer = caller.get(f"/image/input?{query}")
    assert answer.status_code == 422
    return answer.json()["detail"]


def detail_of_body(caller, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = caller.generic("POST", "/image/input", content)
    assert answer.status_code == 422
    return answer.json()["detail"]


def test_each_parameter_of_a_query_has_one_entry(caller):
    assert detail_of_query(caller, "group=x") == [
        entry(["query", "group"], INTEGER),
        entry(["query", "image_id"], MISSING),
    ]


@pytest.mark.parametrize("body", [b"", b"null", b" null\n"])
def test_no_body_is_one_missing_parameter(caller, body):
    assert detail_of_body(caller, body) == [entry(["body"], MISSING)]


def test_a_length_that_is_no_number_is_no_body(caller):
    answer = caller.generic("POST", "/image/input", b"{}", CONTENT_LENGTH="many")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [entry(["body"], MISSING)]


def folder(**changes):
    return {"files": [{"name": "a"}], "group": 1, **changes}


@pytest.mark.parametrize(
    ("body", "path", "kind"),
    [
        ({}, [], MISSING),
        ({"folders": None}, [], NONE),
        ({"folders": []}, [], DICT),
        ({"folders": "x"}, [], DICT),
        ({"folders": {"a": []}}, ["a"], DICT),
        ({"folders": {"a": None}}, ["a"], NONE),
        ({"folders": {"a": {"group": 1}}}, ["a", "files"], MISSING),
        ({"folders": {"a": folder(group="x")}}, ["a", "group"], INTEGER),
        ({"folders": {"a": folder(group=None)}}, ["a", "group"], NONE),
        ({"folders": {"a": folder(files={})}}, ["a", "files"], LIST),
        ({"folders": {"a": folder(files="x")}}, ["a", "files"], LIST),
        ({"folders": {"a": folder(files=["x"])}}, ["a", "files", 0], DICT),
        (
            {"folders": {"a": folder(files=[{"name": "a"}, {}])}},
            ["a", "files", 1, "name"],
            MISSING,
        ),
        (
            {"folders": {"a": folder(files=[{"name": []}])}},
            ["a", "files", 0, "name"],
            ("str type expected", "type_error.str"),
        ),
        (
            {"folders": {"a": folder(files=[{"name": "a" * 6}])}},
            ["a", "files", 0, "name"],
            (
                "Ensure this field has no more than 5 characters.",
                "value_error.any_str.max_length",
            ),
        ),
        (
            {"folders": {"a": folder(files=[{"name": ""}])}},
            ["a", "files", 0, "name"],
            ("This field may not be blank.", "value_error"),
        ),
    ],
)
def test_a_fault_in_a_body_is_named_by_its_path(caller, body, path, kind):
    assert detail_of_body(caller, body) == [entry(["body", "folders", *path], kind)]


@pytest.mark.parametrize("body", [[], 5, "x", True])
def test_a_body_that_is_no_object(caller, body):
    assert detail_of_body(caller, body) == [entry(["body"], DICT)]


def test_all_faults_of_a_body_are_named(caller):
    body = {"folders": {"a": {"group": "x"}, "b": folder(files=[{}, {}])}}
    assert [fault["loc"][2:] for fault in detail_of_body(caller, body)] == [
        ["a", "files"],
        ["a", "group"],
        ["b", "files", 0, "name"],
        ["b", "files", 1, "name"],
    ]


BROKEN_BODIES = [
    *(b"{", b"x", b"'a'", b"{} {}", b" ", b"[1,]", b"\x00", b'"\t"'),
    *(b"\xff", b'"\xed\xa0\x80"', b"\xef\xbb\xbf{}", "{}".encode("utf-16")),
    *(b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"[-1e999]"),
    *(b'"\\ud800"', b'{"\\udfff": 1}', b'{"a": 1, "a": 1}', b'[{"a": {"b":1,"b":2}}]'),
    *(b"9" * 5000, b"[" * 100_000, b'{"a":' * 50_000, b"[" * 1000 + b"]" * 1000),
]


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "x" * 300])
@pytest.mark.parametrize("body", BROKEN_BODIES, ids=range(len(BROKEN_BODIES)))
def test_a_broken_body_is_named_broken(caller, body, content_type):
    answer = caller.generic("POST", "/image/bare", body, content_type)
    assert answer.status_code == 422
    assert answer.json() == {"detail": [entry(["body"], BROKEN)]}


@pytest.mark.parametrize(
    "document", [{}, [], 0, "", "\ud83d\ude00", "é\x00", {"a": [1.5, None, True]}]
)
@pytest.mark.parametrize(
    "content_type",
    [
        *("application/json", "text/plain", "application/x-www-form-urlencoded", ""),
        *("multipart/form-data", "multipart/form-data; boundary=x", "nonsense"),
        *("application/json; charset=utf-16", "text/plain; charset=hex"),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_a_body_is_json_whatever_it_is_called(caller, document, content_type, escaped):
    body = json.dumps(document, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    if b"\xed" in body:
        body = json.dumps("😀", ensure_ascii=False).encode()
    answer = caller.generic("POST", "/image/bare", body, content_type)
    assert answer.status_code == 200
    assert answer.json() == {"document": json.loads(body)}


# Others


def test_a_body_above_the_limit_is_413(caller, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert caller.generic("POST", "/image/bare", b'"12345678"').status_code == 200
    answer = caller.generic("POST", "/image/bare", b'"123456789"')
    assert answer.status_code == 413
    assert answer.json() == {"detail": "Request Entity Too Large"}


@pytest.mark.parametrize(
    ("kind", "status", "detail"),
    [
        ("denied", 403, "Forbidden"),
        ("throttled", 429, "Too Many Requests"),
        ("suspicious", 400, "Bad Request"),
        ("fault", 500, "Internal Server Error"),
    ],
)
def test_what_views_raise_has_the_same_shape(caller, kind, status, detail):
    answer = caller.get(f"/image/failing/{kind}?password=hush")
    assert answer.status_code == status
    assert answer.json() == {"detail": detail}


def test_who_has_to_wait_is_told_how_long(caller):
    assert caller.get("/image/failing/throttled")["Retry-After"] == "2"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("denied", 403), ("suspicious", 400), ("not-found", 404), ("fault", 500)],
)
def test_outside_the_api_the_shape_is_the_same_but_in_the_staff_site(
    caller, kind, status
):
    answer = caller.get(f"/image/plain/{kind}")
    assert (answer.status_code, list(answer.json())) == (status, ["detail"])

    answer = caller.get(f"/staff/failing/{kind}?password=hush")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert "hush" not in answer.content.decode()
    assert b'<a href="/staff/">To the staff site</a>' in answer.content


def test_a_host_that_is_not_ours_is_400(caller):
    answer = caller.get("/image/guarded", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer.json() == {"detail": "Bad Request"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/image/guarded", 401),
        ("GET", "/nothing", 404),
        ("POST", "/image/guarded", 405),
        ("POST", "/image/bare", 413),
        ("GET", "/image/input", 422),
        ("GET", "/image/failing/throttled", 429),
        ("GET", "/image/failing/fault", 500),
        ("GET", "/image/plain/fault", 500),
        ("GET", "/image/plain/suspicious", 400),
    ],
)
def test_the_frontend_may_read_every_error(caller, settings, method, path, status):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5
    body = b"123456" if status == 413 else b""
    headers = {"Origin": "http://localhost:3000"}
    answer = caller.generic(method, path, body, headers=headers)
    assert answer.status_code == status
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"

    headers = {"Origin": "http://elsewhere.example"}
    answer = caller.generic(method, path, body, headers=headers)
    assert "Access-Control-Allow-Origin" not in answer
