"""What is answered while there is no database."""

import sqlite3
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection

from artetore import health

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "http://localhost:3000"
UNAVAILABLE = {"detail": "Service Unavailable"}
NOWHERE = {"mysql": {"PORT": 1}, "sqlite": {"NAME": "/nowhere/db.sqlite3"}}


@contextmanager
def changed(settings: dict, **values):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setitem(settings, name, value)
        yield


@contextmanager
def outage():
    """The database is where nothing is."""
    connection.close()
    with changed(connection.settings_dict, **NOWHERE[connection.vendor]):
        yield
        connection.close()


def locked() -> AbstractContextManager[sqlite3.Connection]:
    """Another process writes, and takes long."""
    name = connection.settings_dict["NAME"]
    other = sqlite3.connect(name, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


@pytest.fixture
def caller(client):
    client.raise_request_exception = False
    return client


def assert_unavailable(answer):
    assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
    assert answer["Retry-After"] == "5"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        *("/image/total-page", "/image/page?page=1", "/image/group?group=1"),
        *("/image?group=1&image_id=1", "/login/?username=a&password=b"),
    ],
)
def test_the_api_says_so_and_when_to_come_again(caller, path):
    with outage():
        answer = caller.get(path, headers={"Origin": ORIGIN})
    assert_unavailable(answer)
    assert answer["Access-Control-Allow-Origin"] == ORIGIN


def test_so_it_does_to_whoever_is_signed_in(api):
    with outage():
        assert_unavailable(api.get("/admin/groups"))
    assert api.get("/admin/groups").status_code == 200


@pytest.mark.parametrize("path", ["/staff/", "/staff/gallery/group/"])
def test_the_staff_site_shows_a_page(caller, staff, path):
    caller.force_login(staff)
    with outage():
        answer = caller.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer." in answer.content.decode()


def test_whoever_signs_in_meanwhile_is_told_too(caller):
    credentials = {"username": "a", "password": "b"}
    with outage():
        assert caller.post("/staff/login/", credentials).status_code == 503


def asking(get_response):
    """A middleware that looks who it is, and so asks the database."""
    return lambda request: request.user.is_active and get_response(request)


def test_so_it_is_when_no_view_was_reached(caller, settings):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.asking"]
    caller.cookies["sessionid"] = "x" * 32
    with outage():
        assert_unavailable(caller.get("/image/page"))


def test_a_log_line_tells_why(caller, caplog):
    with outage():
        caller.get("/image/page")
    [record] = [r for r in caplog.records if r.name == "artetore.errors"]
    assert record.getMessage().startswith("The database does not answer: ")
    assert record.exc_info is None


def test_a_database_that_stays_locked_does_not_answer_either(caller):
    if connection.vendor != "sqlite":
        pytest.skip("Others lock rows.")
    connection.close()
    options = connection.settings_dict["OPTIONS"]
    wrong = {"username": "a", "password": "b"}
    with changed(options, timeout=0.05), locked() as other:
        assert_unavailable(caller.post("/login/", wrong, "application/json"))
        other.rollback()
        assert caller.post("/login/", wrong, "application/json").status_code == 200
    connection.close()


def test_the_process_is_alive_but_not_ready(caller):
    health._migrations.cache_clear()
    with outage():
        assert caller.get("/healthz").status_code == 200
        answer = caller.get("/readyz")
    assert answer.status_code == 503
    failed = {"database": "failed", "migrations": "failed"}
    assert answer.json()["checks"] == {**failed, "storage": "ok"}
