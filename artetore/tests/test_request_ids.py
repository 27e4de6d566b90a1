import logging

import pytest

from artetore.request_ids import OfRequest

pytestmark = pytest.mark.urls("artetore.tests.urls")

GIVEN = "4f0c2a5e-1c3b-4a1e"


def test_each_answer_has_a_name_of_its_own(client):
    names = {client.get("/ip")["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 32 for name in names)


def test_our_own_proxy_may_give_it(client, settings):
    settings.PROXIES = 1
    assert client.get("/ip", headers={"X-Request-ID": GIVEN})["X-Request-ID"] == GIVEN


def test_nobody_else_may(client, settings):
    settings.PROXIES = 0
    assert client.get("/ip", headers={"X-Request-ID": GIVEN})["X-Request-ID"] != GIVEN


@pytest.mark.parametrize(
    "name",
    [
        "",
        "short",
        "x" * 65,
        "a b c d e f",
        "12345678\u0661",
        "<b>12345678",
        "x=12345678",
    ],
)
def test_one_that_does_not_look_like_one_is_not_taken(client, settings, name):
    settings.PROXIES = 1
    assert client.get("/ip", headers={"X-Request-ID": name})["X-Request-ID"] != name


def test_it_is_in_every_log_line_of_the_request_and_in_no_other(client, caplog):
    caplog.handler.addFilter(OfRequest())
    client.raise_request_exception = False
    name = client.get("/image/plain/fault")["X-Request-ID"]
    logging.getLogger("later").warning("no request")

    named = {(record.name, record.request_id) for record in caplog.records}
    assert named == {("django.request", name), ("later", "-")}


@pytest.mark.parametrize("path", ["/nothing", "/image/guarded", "/healthz", "/staff/x"])
def test_what_goes_wrong_has_one_too(client, path):
    assert client.get(path)["X-Request-ID"]
    assert client.get(path, headers={"Host": "elsewhere"})["X-Request-ID"]
