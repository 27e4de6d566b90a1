import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.hashers import CountedHasher

NO_MATCH = {"code": 1, "hint": "username or password did not match"}
RIGHT = {"username": "staff", "password": "staff-password"}
WRONG = {"username": "staff", "password": "wrong"}
LOCKED = {"detail": "Too Many Requests"}

pytestmark = pytest.mark.django_db


def assert_signed_in(client, answer):
    assert answer.status_code == 200
    assert set(answer.json()) == {"code", "token"}
    assert answer.json()["code"] == 2
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert client.get("/auth", headers=bearer).status_code == 200


# What is right


@pytest.mark.parametrize("path", ["/login", "/login/"])
def test_a_query_signs_in(client, staff, path):
    assert_signed_in(client, client.get(path, RIGHT))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", ""])
def test_json_signs_in_whatever_it_is_called(client, staff, content_type):
    body = json.dumps(RIGHT)
    assert_signed_in(client, client.generic("POST", "/login/", body, content_type))


def test_a_form_signs_in(client, staff):
    form = "username=staff&password=staff-password"
    kind = "application/x-www-form-urlencoded"
    assert_signed_in(client, client.generic("POST", "/login/", form, kind))


def test_a_multipart_form_signs_in(client, staff):
    assert_signed_in(client, client.post("/login/", RIGHT))


def test_the_sign_in_is_noted(client, staff):
    client.get("/login/", RIGHT)
    staff.refresh_from_db()
    assert timezone.now() - staff.last_login < timedelta(minutes=1)


def test_no_session_begins(client, staff):
    assert not client.get("/login/", RIGHT).cookies


def test_spaces_of_a_password_count(client, staff):
    staff.set_password(" two spaces ")
    staff.save()
    spaced = {"username": "staff", "password": " two spaces "}
    assert_signed_in(client, client.get("/login/", spaced))
    assert_signed_in(client, client.post("/login/", spaced, "application/json"))
    bare = {"username": "staff", "password": "two spaces"}
    assert client.get("/login/", bare).json() == NO_MATCH


@pytest.mark.parametrize("credentials", [RIGHT, WRONG, {}])
def test_nobody_stores_the_answer(client, staff, credentials):
    for answer in (
        client.get("/login/", credentials),
        client.post("/login/", credentials, "application/json"),
    ):
        assert "no-store" in answer["Cache-Control"]


# What is wrong


@pytest.fixture
def people(staff):
    User.objects.create_user("gone", password="p", is_staff=True, is_active=False)
    User.objects.create_user("visitor", password="p")
    User.objects.create_user("unusable", is_staff=True)


REFUSED = [
    ("nobody", "p"),
    ("staff", "wrong"),
    ("staff", "Staff-Password"),
    ("gone", "p"),
    ("gone", "wrong"),
    ("visitor", "p"),
    ("visitor", "wrong"),
    ("unusable", ""),
    ("", ""),
    ("staff", ""),
    ("staff\x00", "staff-password"),
    ("staff", "staff-password\x00"),
    ("staff", "p" * 10_000),
    ("staff" * 2_000, "p"),
    ("staff", "\u202e😀"),
]


@pytest.mark.parametrize(("username", "password"), REFUSED)
def test_all_refusals_are_alike(client, people, username, password):
    credentials = {"username": username, "password": password}
    assert client.get("/login/", credentials).json() == NO_MATCH
    answer = client.post("/login/", credentials, "application/json")
    assert (answer.status_code, answer.json()) == (200, NO_MATCH)


@pytest.mark.parametrize(("username", "password"), REFUSED)
def test_all_refusals_cost_the_same_work(client, settings, people, username, password):
    settings.PASSWORD_HASHERS = ["accounts.tests.hashers.CountedHasher"]
    for user in User.objects.exclude(username="unusable"):
        user.set_password("staff-password" if user.username == "staff" else "p")
        user.save()

    CountedHasher.calls = 0
    client.get("/login/", {"username": username, "password": password})
    assert CountedHasher.calls == 1


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "!",
        "plain",
        "$2b$12$" + "a" * 53,
        "argon2$argon2id$v=19$unknown",
        "pbkdf2_sha256$",
        "pbkdf2_sha256$many$salt$hash",
        "pbkdf2_sha256$-1$salt$hash",
        "pbkdf2_sha256$99999999999$salt$hash",
        "pbkdf2_sha256$1$$",
        "bcrypt$",
        "bcrypt$$2b$12$short",
        "bcrypt$$2b$99$" + "a" * 53,
        "bcrypt$\u20ac",
        "counted$",
    ],
)
def test_an_unreadable_stored_hash_fits_nothing(client, settings, staff, stored):
    settings.PASSWORD_HASHERS = [
        "accounts.tests.hashers.CountedHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "accounts.hashers.LegacyBcrypt",
    ]
    User.objects.update(password=stored)
    CountedHasher.calls = 0

    answer = client.get("/login/", RIGHT)

    assert (answer.status_code, answer.json()) == (200, NO_MATCH)
    assert CountedHasher.calls == 1


MISSING = {"msg": "field required", "type": "value_error.missing"}


@pytest.mark.parametrize("given", ["username", "password"])
def test_a_missing_parameter_is_named(client, given):
    [missing] = {"username", "password"} - {given}

    answer = client.get("/login/", {given: "x"})
    assert answer.status_code == 422
    assert answer.json() == {"detail": [{"loc": ["query", missing], **MISSING}]}

    answer = client.post("/login/", {given: "x"}, "application/json")
    assert answer.status_code == 422
    assert answer.json() == {"detail": [{"loc": ["body", missing], **MISSING}]}


@pytest.mark.parametrize("credential", [[], {}, None, True])
def test_what_is_no_text_is_422(client, credential):
    body = {"username": credential, "password": "x"}
    answer = client.post("/login/", body, "application/json")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "username"]


@pytest.mark.parametrize("body", [[], "text", 5])
def test_a_body_that_is_no_object_is_422(client, body):
    answer = client.generic("POST", "/login/", json.dumps(body))
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "type_error.dict"


def test_the_last_of_two_values_counts(client, staff):
    query = "username=x&username=staff&password=x&password=staff-password"
    assert client.get(f"/login/?{query}").json()["code"] == 2


# Too many tries


def test_a_name_is_locked_for_the_address_that_tried(client, settings, staff):
    settings.AXES_FAILURE_LIMIT = 3
    answers = [client.get("/login/", WRONG) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]

    answer = client.get("/login/", RIGHT, headers={"Origin": "http://localhost:3000"})

    assert (answer.status_code, answer.json()) == (429, LOCKED)
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert "no-store" in answer["Cache-Control"]
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert client.post("/login/", RIGHT, "application/json").status_code == 429
    assert client.get("/login/", RIGHT, REMOTE_ADDR="10.0.0.2").json()["code"] == 2
    assert client.get("/login/", {**WRONG, "username": "x"}).json() == NO_MATCH


def test_the_right_password_of_no_staff_counts_as_a_failure_too(client, settings):
    """Otherwise the lock would tell that it was right."""
    settings.AXES_FAILURE_LIMIT = 2
    User.objects.create_user("visitor", password="p")
    visitor = {"username": "visitor", "password": "p"}
    statuses = [client.get("/login/", visitor).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_a_lock_ends_by_itself_and_trying_on_does_not_lengthen_it(
    client, settings, staff
):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        client.get("/login/", WRONG)
    begun = AccessAttempt.objects.get()

    assert client.get("/login/", WRONG).status_code == 429
    attempt = AccessAttempt.objects.get()
    assert attempt.attempt_time == begun.attempt_time
    assert attempt.failures_since_start == 2

    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert client.get("/login/", RIGHT).json()["code"] == 2


def test_success_forgets_the_failures(client, settings, staff):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(3):
        assert client.get("/login/", WRONG).status_code == 200
        assert client.get("/login/", RIGHT).json()["code"] == 2


def test_an_address_is_limited_whatever_the_names(client, monkeypatch, staff):
    monkeypatch.setattr("accounts.lockout.LoginThrottle.rate", "2/min", raising=False)
    for name in ("a", "b"):
        assert client.get("/login/", {"username": name, "password": "x"}).json()

    answer = client.get("/login/", RIGHT, headers={"Origin": "http://localhost:3000"})

    assert (answer.status_code, answer.json()) == (429, LOCKED)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert client.get("/login/", RIGHT, REMOTE_ADDR="10.0.0.2").json()["code"] == 2


def test_no_password_is_kept_of_a_failure(client, staff):
    client.get("/login/", WRONG)
    client.post("/login/", WRONG)
    for row in AccessAttempt.objects.values():
        assert "wrong" not in str(row)


@pytest.mark.django_db(transaction=True)
def test_tries_side_by_side_are_all_counted(settings, staff):
    settings.AXES_FAILURE_LIMIT = 100

    def fail(_):
        try:
            return Client().get("/login/", WRONG).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(fail, range(24))) == {200}
    assert AccessAttempt.objects.get().failures_since_start == 24
