import uuid
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from django.conf import settings

from accounts.tokens import SUBJECT, token_for

pytestmark = pytest.mark.django_db

NOT_AUTHENTICATED = "Not authenticated"
INCOMPLETE = "Invalid Bearer 1 Token"
REFUSED = "Invalid Bearer 2 Token"
ABSENT = object()


def later(**delta: int) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


@pytest.fixture
def signed(staff):
    """A token of the former service's three claims, with some of them changed."""

    def sign(key: str = settings.SECRET_KEY, algorithm: str = "HS256", **changes):
        claims = {"sub": SUBJECT, "id": str(staff.pk), "exp": later(minutes=5)}
        claims = {**claims, **changes}
        claims = {k: v for k, v in claims.items() if v is not ABSENT}
        return jwt.encode(claims, key, algorithm)

    return sign


@pytest.fixture
def answer_to(client):
    def ask(header: str | bytes | None):
        headers = {} if header is None else {"Authorization": header}
        return client.get("/auth", headers=headers)

    return ask


def assert_refused(answer, detail):
    assert answer.status_code == 401
    assert answer.json() == {"detail": detail}
    assert answer["WWW-Authenticate"] == "Bearer"


# Our own tokens


def test_the_claims_are_those_of_the_former_service(staff):
    token = token_for(staff)

    assert jwt.get_unverified_header(token)["alg"] == "HS256"
    claims = jwt.decode(token, settings.SECRET_KEY, ["HS256"])
    assert claims["sub"] == "Artetore Token"
    assert claims["id"] == str(staff.pk)
    assert abs(claims["exp"] - later(minutes=60).timestamp()) < 5
    assert None not in claims
    assert "null" not in claims


def test_our_token_is_accepted(answer_to, staff):
    answer = answer_to(f"Bearer {token_for(staff)}")
    assert answer.json() == {"code": 1, "hint": "valid_jwt_token"}


def test_three_claims_are_enough(answer_to, signed):
    assert answer_to(f"Bearer {signed()}").status_code == 200


def test_who_may_not_sign_in_any_more_has_no_use_of_a_token(answer_to, staff):
    token = token_for(staff)
    for change in ({"is_active": False}, {"is_active": True, "is_staff": False}):
        type(staff).objects.update(**change)
        assert_refused(answer_to(f"Bearer {token}"), REFUSED)
    staff.delete()
    assert_refused(answer_to(f"Bearer {token}"), REFUSED)


def test_one_query_finds_the_user(answer_to, staff, django_assert_num_queries):
    token = token_for(staff)
    with django_assert_num_queries(1):
        answer_to(f"Bearer {token}")


# Claims


@pytest.mark.parametrize("claim", ["id", "sub"])
def test_without_id_or_sub(answer_to, signed, claim):
    assert_refused(answer_to(f"Bearer {signed(**{claim: ABSENT})}"), INCOMPLETE)


@pytest.mark.parametrize(
    "exp",
    [ABSENT, None, 0, -1, "soon", "1", [], 10**30, float("inf"), float("nan"), True],
)
def test_an_expiry_that_is_missing_past_or_no_time(answer_to, signed, exp):
    assert_refused(answer_to(f"Bearer {signed(exp=exp)}"), REFUSED)


def test_an_expired_token(answer_to, signed):
    assert_refused(answer_to(f"Bearer {signed(exp=later(seconds=-1))}"), REFUSED)


@pytest.mark.parametrize(
    "strange",
    [
        *([], {}, ["x"], {"a": 1}, 0, 1, 10**40, 1.5, True, ""),
        *("1", "\x00", "staff", "\ud800", "x" * 10_000, str(uuid.UUID(int=1))),
        *("00000000-0000-0000-0000-000000000000\x00", "١" * 32),
    ],
)
def test_an_id_that_is_nobodys(answer_to, signed, strange):
    assert_refused(answer_to(f"Bearer {signed(id=strange)}"), REFUSED)


@pytest.mark.parametrize("subject", ["", "Another Token"])
def test_a_token_for_something_else(answer_to, signed, subject):
    assert_refused(answer_to(f"Bearer {signed(sub=subject)}"), REFUSED)


# Signatures


def test_another_key(answer_to, signed):
    assert_refused(answer_to(f"Bearer {signed(key='k' * 64)}"), REFUSED)


def test_another_algorithm(answer_to, signed):
    assert_refused(answer_to(f"Bearer {signed(algorithm='HS512')}"), REFUSED)


def test_no_signature(answer_to, signed):
    assert_refused(answer_to(f"Bearer {signed(key='', algorithm='none')}"), REFUSED)
    stripped = signed().rpartition(".")[0]
    assert_refused(answer_to(f"Bearer {stripped}."), REFUSED)
    assert_refused(answer_to(f"Bearer {stripped}"), REFUSED)


# Headers


@pytest.mark.parametrize("header", [None, "", " ", "Basic eDp5", "Token x", "x"])
def test_no_bearer_is_no_attempt(answer_to, header):
    assert_refused(answer_to(header), NOT_AUTHENTICATED)


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "bearer  "])
def test_a_bearer_of_nothing_is_no_attempt(answer_to, header):
    assert_refused(answer_to(header), NOT_AUTHENTICATED)


@pytest.mark.parametrize("scheme", ["bearer ", "BEARER ", "Bearer  ", " Bearer "])
def test_the_scheme_may_be_written_otherwise(answer_to, signed, scheme):
    assert answer_to(f"{scheme}{signed()}").status_code == 200


@pytest.mark.parametrize(
    "token", ["x", "a.b.c", "..", "null", "\xe9\xff", "€", "\x00", "a" * 50_000]
)
def test_what_is_no_token(answer_to, token):
    assert_refused(answer_to(f"Bearer {token}"), REFUSED)


def test_two_tokens_are_none(answer_to, signed):
    assert_refused(answer_to(f"Bearer {signed()} {signed()}"), REFUSED)
    assert_refused(answer_to(f"Bearer {signed()}, Bearer {signed()}"), REFUSED)
