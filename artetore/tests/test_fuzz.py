"""Nothing that a caller can send gives a 500."""

import json
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tokens import token_for

pytestmark = pytest.mark.django_db

GETS = {
    "/image/total-page": (),
    "/image/page": ("page", "images"),
    "/image/group": ("group", "images"),
    "/image/": ("group", "image_id", "images"),
    "/image/download": ("group_id", "image_id", "images"),
    "/ip": (),
    "/auth": (),
    "/login/": ("username", "password"),
    "/admin/onedrive/connect": (),
    "/admin/onedrive/folders": (),
    "/admin/onedrive/add-folder": ("folder_name",),
    "/admin/onedrive/rename": ("item_id", "new_name"),
    "/admin/onedrive/delete-folder": ("folder_id",),
    "/admin/onedrive/upload-session": ("folder_id", "file_name"),
    "/admin/groups": (),
    "/admin/groups/images": (),
    "/admin/image": ("group_id", "image_id"),
}
POSTS = ("/login/", "/admin/auth/code", "/admin/add/image", "/admin/delete/image")

WORDS = st.sampled_from(
    [
        *("", " ", "-1", "0", "1", " +01 ", "1.0", "1e0", "0x2", "true", "null", "1_0"),
        *(
            "9" * 40,
            "-" + "9" * 40,
            "9" * 5000,
            "\x00",
            "\ud800",
            "١",
            "..",
            "../..",
            "/",
        ),
        *("%", "#", "'", '"', "\u202e", "😀", "TESTS!ROOT", "a" * 9000, "CON.txt"),
    ]
)
VALUES = WORDS | st.text(max_size=50) | st.integers().map(str)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | VALUES
KEYS = VALUES | st.sampled_from(
    [
        *("image_list", "all_image_id", "group", "folder_name", "file_id", "file_name"),
        *("image_id", "auth_code", "username", "password", "1"),
    ]
)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=20,
)
FOLDERS = st.fixed_dictionaries(
    {
        "all_image_id": st.lists(
            st.fixed_dictionaries({"file_id": VALUES, "file_name": VALUES}), max_size=3
        ),
        "group": LEAVES,
        "folder_name": VALUES,
    }
)
NEARLY_RIGHT = st.fixed_dictionaries(
    {"image_list": st.dictionaries(VALUES, FOLDERS | DOCUMENTS, max_size=3)}
)
BODIES = (
    (DOCUMENTS | NEARLY_RIGHT).map(lambda document: json.dumps(document).encode())
    | st.binary(max_size=200)
    | st.sampled_from(
        [
            b"",
            b"null",
            b"[" * 100_000,
            b'{"a":' * 50_000,
            b"NaN",
            b"9" * 5000,
            b"\xef\xbb\xbf{}",
        ]
    )
)
CONTENT_TYPES = st.sampled_from(
    [
        *("application/json", "text/plain", "application/x-www-form-urlencoded", ""),
        *(
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/json; charset=x",
        ),
    ]
)
fuzzed = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def caller(client, staff, settings, monkeypatch):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    monkeypatch.setitem(rates, "login", "100000/min")
    client.raise_request_exception = False
    return client


def assert_clear(answer):
    assert answer.status_code < 500
    body = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 304 or json.loads(body) is not None


@fuzzed
@given(data=st.data())
def test_no_query_gives_a_500(caller, staff, data):
    path = data.draw(st.sampled_from(sorted(GETS)))
    names = st.sampled_from([*GETS[path], "other"])
    query = data.draw(st.dictionaries(names, VALUES | st.lists(VALUES, max_size=2)))
    encodable = {
        name: value if isinstance(value, list) else [value]
        for name, value in query.items()
    }
    for values in encodable.values():
        values[:] = [value.encode("utf-8", "surrogatepass") for value in values]
    headers = {
        "Authorization": f"Bearer {token_for(staff)}",
        "If-None-Match": data.draw(st.sampled_from(["*", '"x"', 'W/"x", ,', "\xe9"])),
    }
    assert_clear(caller.get(path, encodable, headers=headers))


@fuzzed
@given(path=st.sampled_from(POSTS), body=BODIES, content_type=CONTENT_TYPES)
def test_no_body_gives_a_500(caller, staff, path, body, content_type):
    assert_clear(
        caller.generic(
            "POST",
            path,
            body,
            content_type=content_type,
            headers={"Authorization": f"Bearer {token_for(staff)}"},
        )
    )


@fuzzed
@given(token=st.text(max_size=100) | st.just(str(uuid.uuid4())) | st.just("a.b.c"))
def test_no_token_gives_a_500(caller, token):
    header = f"Bearer {token}".encode().decode("latin-1")
    answer = caller.get("/auth", headers={"Authorization": header})
    assert answer.status_code == 401
    assert_clear(answer)


@fuzzed
@given(path=st.text(max_size=60))
def test_no_path_gives_a_500(caller, path):
    for prefix in ("image", "pictures", "admin", "login", "auth", "ip"):
        answer = caller.get(f"/{prefix}/{path}")
        assert answer.status_code < 500
