"""The stand-in's codes, tokens and refusals, as Microsoft's pages describe them."""

import base64
import hashlib

import pytest
import requests

from onedrive.tests.microsoft import (
    CLIENT_ID,
    REDIRECT_URI,
    claims,
    is_good,
    redeem,
    refresh,
    refusal,
    token,
    told,
    visit,
)

# Codes


def test_a_code_gives_tokens(standin, identity):
    answer = redeem(standin)
    body = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert "offline_access" not in body["scope"]
    assert is_good(identity, body["access_token"])
    assert identity.scopes(f"Bearer {body['access_token']}") == {
        "Files.ReadWrite",
        "User.Read",
        "openid",
        "profile",
    }
    assert body["access_token"].count(".") == 0
    who = claims(body["id_token"])
    assert who["aud"] == CLIENT_ID
    assert who["tid"] == "9188040d-6c67-4c5b-b112-36a304b66dad"
    info = claims(f".{body['client_info']}")
    assert info == {"uid": who["oid"], "utid": who["tid"]}


def test_scopes_may_come_back_as_addresses(standin, identity):
    identity.switch(qualified_scopes=True)
    assert "https://graph.microsoft.com/User.Read" in redeem(standin).json()["scope"]


def test_without_offline_access_there_is_no_refresh_token(standin):
    code = told(visit(standin, scope="Files.Read"))["code"]
    body = redeem(standin, code).json()
    assert set(body) == {
        "token_type",
        "scope",
        "expires_in",
        "ext_expires_in",
        "access_token",
        "client_info",
    }


def test_the_nonce_is_echoed_once(standin):
    code = told(visit(standin, nonce="hashed"))["code"]
    body = redeem(standin, code).json()
    assert claims(body["id_token"])["nonce"] == "hashed"
    again = refresh(standin, body["refresh_token"]).json()
    assert "nonce" not in claims(again["id_token"])


def test_a_code_is_good_once(standin):
    code = told(visit(standin))["code"]
    assert redeem(standin, code).status_code == 200
    assert refusal(redeem(standin, code)) == (400, "invalid_grant", 54005)


def test_a_code_is_good_for_ten_minutes(standin):
    early, late = told(visit(standin))["code"], told(visit(standin))["code"]
    standin.clock.advance(590)
    assert redeem(standin, early).status_code == 200
    standin.clock.advance(20)
    assert refusal(redeem(standin, late)) == (400, "invalid_grant", 70008)


def test_a_made_up_code_is_refused(standin):
    assert refusal(redeem(standin, "M.C507_made_up")) == (400, "invalid_grant", 70000)


VERIFIER = "v" * 50
S256 = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())


@pytest.mark.parametrize(
    ("challenge", "method"),
    [(S256.decode().rstrip("="), "S256"), (VERIFIER, "plain"), (VERIFIER, "")],
)
def test_a_challenge_has_to_be_met(standin, challenge, method):
    asked = {"code_challenge": challenge, "code_challenge_method": method}
    code = told(visit(standin, **asked))["code"]
    wrong = (400, "invalid_grant", 501481)
    assert refusal(redeem(standin, code)) == wrong
    assert refusal(redeem(standin, code, code_verifier="w" * 50)) == wrong
    assert redeem(standin, code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"secret": "wröng"}, (401, "invalid_client", 7000215)),
        ({"secret": None}, (401, "invalid_client", 7000218)),
        ({"client_id": "other"}, (400, "unauthorized_client", 700016)),
        ({"grant_type": None}, (400, "invalid_request", 900144)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"code": None}, (400, "invalid_request", 900144)),
        ({"scope": "Files.ReadWrite.All"}, (400, "invalid_grant", 65001)),
    ],
)
def test_each_refusal_of_the_token_endpoint(standin, form, expected):
    code = told(visit(standin))["code"]
    asked = {"grant_type": "authorization_code", "code": code}
    answer = token(standin, **(asked | {"redirect_uri": REDIRECT_URI} | form))
    assert refusal(answer) == expected


def test_a_refusal_carries_the_callers_correlation_id(standin):
    answer = requests.post(
        f"{standin.url}/common/oauth2/v2.0/token",
        headers={"client-request-id": "mine"},
        timeout=5,
    )
    assert answer.json()["correlation_id"] == "mine"


# Access tokens


def test_what_graph_says_of_bad_tokens(standin, identity):
    good = redeem(standin).json()["access_token"]
    assert identity.check(None) == "Access token is empty."
    assert identity.check(f"Basic {good}") == "Access token is empty."
    assert "parsing failed" in identity.check("Bearer EwBmadeup")
    identity.expire_access_tokens()
    assert "expired" in identity.check(f"Bearer {good}")


def test_an_access_token_dies_of_age(standin, identity):
    identity.switch(access_life=600)
    body = redeem(standin).json()
    assert body["expires_in"] == 600
    standin.clock.advance(599)
    assert is_good(identity, body["access_token"])
    standin.clock.advance(2)
    assert not is_good(identity, body["access_token"])


# Refresh tokens


def test_a_refresh_gives_both_tokens_anew_and_the_old_one_still_works(standin):
    first = redeem(standin).json()
    second = refresh(standin, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert refresh(standin, first["refresh_token"]).status_code == 200
    assert refresh(standin, second["refresh_token"]).status_code == 200


def test_with_strict_rotation_the_old_one_is_dead(standin, identity):
    identity.switch(strict_rotation=True)
    first = redeem(standin).json()["refresh_token"]
    second = refresh(standin, first).json()["refresh_token"]
    assert refusal(refresh(standin, first)) == (400, "invalid_grant", 70000)
    assert refresh(standin, second).status_code == 200


def test_a_refresh_may_ask_for_less_but_not_for_more(standin, identity):
    first = redeem(standin).json()["refresh_token"]
    less = refresh(standin, first, scope="https://graph.microsoft.com/user.read").json()
    assert less["scope"] == "User.Read"
    assert identity.scopes(f"Bearer {less['access_token']}") == {"User.Read"}
    more = refresh(standin, less["refresh_token"], scope="Files.ReadWrite Mail.Read")
    assert more.json()["suberror"] == "consent_required"
    all_of_it = refresh(standin, less["refresh_token"], scope="Files.ReadWrite")
    assert all_of_it.status_code == 200


def test_ninety_idle_days_kill_it(standin):
    first = redeem(standin).json()["refresh_token"]
    standin.clock.advance(89 * 86400)
    second = refresh(standin, first).json()["refresh_token"]
    standin.clock.advance(2 * 86400)
    assert refusal(refresh(standin, first)) == (400, "invalid_grant", 700082)
    assert refresh(standin, second).status_code == 200


def test_a_withdrawn_consent_kills_everything(standin, identity):
    body = redeem(standin).json()
    identity.revoke_all()
    answer = refresh(standin, body["refresh_token"])
    assert refusal(answer) == (400, "invalid_grant", 70000)
    assert not is_good(identity, body["access_token"])
