"""Signing in to the stand-in by a code for another device."""

import pytest
import requests

from onedrive.tests.microsoft import CLIENT_ID, DEVICE, decide, refresh, refusal, token


@pytest.fixture
def device(standin):
    return requests.post(
        f"{standin.url}/common/oauth2/v2.0/devicecode",
        data={"client_id": CLIENT_ID, "scope": "offline_access User.Read"},
        timeout=5,
    ).json()


def poll(standin, device, secret=None):
    code = device["device_code"]
    return token(standin, grant_type=DEVICE, device_code=code, secret=secret)


def test_a_device_gets_tokens_once_somebody_has_agreed(standin, device):
    assert device["user_code"] in device["message"]
    pending = (400, "authorization_pending", 70016)
    assert refusal(poll(standin, device)) == pending
    page = requests.get(device["verification_uri"], timeout=5)
    assert 'name="user_code"' in page.text
    assert decide(device, "accept", device["user_code"].lower()).status_code == 200

    body = poll(standin, device).json()

    assert body["scope"] == "User.Read"
    assert refresh(standin, body["refresh_token"], secret=None).status_code == 200
    with_secret = refresh(standin, body["refresh_token"])
    assert refusal(with_secret) == (401, "invalid_client", 700025)
    assert poll(standin, device).json()["error"] == "bad_verification_code"


def test_a_device_that_asks_too_often_is_told_to_slow_down(standin, device):
    poll(standin, device)
    assert refusal(poll(standin, device)) == (400, "slow_down", 70019)
    standin.clock.advance(5)
    assert poll(standin, device).json()["error"] == "authorization_pending"


def test_a_device_can_be_declined(standin, device):
    decide(device, "cancel")
    assert poll(standin, device).json()["error"] == "authorization_declined"


def test_a_device_code_has_its_time(standin, device):
    standin.clock.advance(901)
    assert poll(standin, device).json()["error"] == "expired_token"
    assert decide(device, "accept").status_code == 400


def test_a_wrong_user_code_is_told(device):
    assert decide(device, "accept", "NOSUCH").status_code == 400
