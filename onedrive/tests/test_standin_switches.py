"""What tests may do to the stand-in's sign-in, and what it keeps."""

import logging

import pytest
import requests

from onedrive.standin.clock import Clock
from onedrive.standin.identity import Identity
from onedrive.standin.server import StandIn
from onedrive.tests.microsoft import (
    CLIENT_ID,
    CLIENT_SECRET,
    is_good,
    redeem,
    refresh,
    refusal,
    told,
    visit,
)


def test_every_request_can_be_refused_until_it_heals(standin, identity):
    first = redeem(standin).json()["refresh_token"]
    identity.switch(refuse="interaction_required")
    answer = refresh(standin, first)
    assert refusal(answer) == (400, "interaction_required", 50076)
    identity.switch(refuse="")
    assert refresh(standin, first).status_code == 200


@pytest.mark.parametrize("status", [429, 503])
def test_it_can_be_out_of_order(standin, identity, status):
    identity.switch(fail=status, retry_after=3)
    answer = redeem(standin)
    assert refusal(answer) == (status, "temporarily_unavailable", 90055)
    assert answer.headers["Retry-After"] == "3"


def test_requests_are_counted_by_grant(standin, identity):
    first = redeem(standin).json()["refresh_token"]
    refresh(standin, first)
    refresh(standin, "made up")
    assert identity.requests == {"authorization_code": 1, "refresh_token": 2}


def test_the_same_can_be_done_over_http(standin, identity):
    url = f"{standin.url}/_standin/identity"
    body = redeem(standin).json()
    assert requests.get(url, timeout=5).json()["requests"] == {"authorization_code": 1}

    changed = requests.patch(url, json={"strict_rotation": True}, timeout=5).json()
    assert changed["switches"]["strict_rotation"] is True
    assert requests.patch(url, json={"nonsense": 1}, timeout=5).status_code == 400

    requests.post(f"{url}/expire", timeout=5)
    assert not is_good(identity, body["access_token"])
    requests.post(f"{url}/revoke", timeout=5)
    assert refresh(standin, body["refresh_token"]).status_code == 400


def test_a_restarted_one_knows_what_it_gave_out(tmp_path):
    def started():
        return StandIn(tmp_path, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)

    with started() as first:
        first.identity.switch(strict_rotation=True)
        body = redeem(first).json()
        code = told(visit(first))["code"]
    with started() as second:
        assert is_good(second.identity, body["access_token"])
        assert redeem(second, code).status_code == 200
        assert refresh(second, body["refresh_token"]).status_code == 200
        assert refresh(second, body["refresh_token"]).status_code == 400


def test_it_keeps_no_secret_on_disk_or_in_its_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, logger="onedrive.standin")
    with StandIn(tmp_path, client_id=CLIENT_ID, client_secret="top-secret") as standin:
        code = told(visit(standin))["code"]
        body = redeem(standin, code, secret="top-secret").json()
    kept = (tmp_path / "grants.json").read_text() + caplog.text
    for secret in (code, body["access_token"], body["refresh_token"], "top-secret"):
        assert secret not in kept


def test_it_stands_alone(tmp_path):
    identity = Identity(
        tmp_path / "new", Clock(), client_id="a", client_secret="b", redirect_uris=[]
    )
    assert identity.check("Bearer x")
    assert identity.scopes("Bearer x") == set()
