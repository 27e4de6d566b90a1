"""The stand-in's sign-in, as Microsoft's pages describe the real one."""

import base64
import hashlib
import json
import logging
import warnings
from urllib.parse import parse_qs, urlsplit

import msal
import pytest
import requests

from onedrive.standin.adapter import StandInAdapter
from onedrive.standin.clock import Clock
from onedrive.standin.identity import Identity
from onedrive.standin.server import StandIn

REDIRECT_URI = "http://localhost:3000/connect/onedrive/auth"
ASKED = {
    "client_id": "app",
    "response_type": "code",
    "redirect_uri": REDIRECT_URI,
    "scope": "offline_access openid profile Files.ReadWrite User.Read",
    "state": "s&t+te",
}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORITY = "https://login.microsoftonline.com/common"
SCOPES = ["Files.ReadWrite", "User.Read"]

pytestmark = pytest.mark.filterwarnings("ignore:response_mode")


@pytest.fixture
def standin(tmp_path, monkeypatch):
    with StandIn(tmp_path, client_id="app", client_secret="secret") as running:
        monkeypatch.setenv("ONEDRIVE_STANDIN_URL", running.url)
        yield running


@pytest.fixture
def identity(standin):
    return standin.identity


def visit(standin, decision="accept", tenant="common", **changes):
    """The page's answer to a click, or to a look for a decision of ""."""
    asked = {name: text for name, text in (ASKED | changes).items() if text}
    url = f"{standin.url}/{tenant}/oauth2/v2.0/authorize"
    method = "POST" if decision else "GET"
    return requests.request(
        method,
        url,
        params=asked,
        data={"consent": decision},
        allow_redirects=False,
        timeout=5,
    )


def told(answer):
    """What the redirect hands over."""
    assert answer.status_code == 302
    location = urlsplit(answer.headers["Location"])
    return {name: v[0] for name, v in parse_qs(location.query).items()}


def token(standin, *, secret="secret", **form):
    form = {"client_id": "app", "client_secret": secret, "client_info": "1", **form}
    return requests.post(
        f"{standin.url}/common/oauth2/v2.0/token",
        data={name: text for name, text in form.items() if text is not None},
        timeout=5,
    )


def redeem(standin, code=None, **form):
    code = code or told(visit(standin))["code"]
    form = {"code": code, "redirect_uri": REDIRECT_URI, **form}
    return token(standin, grant_type="authorization_code", **form)


def refresh(standin, refresh_token, **form):
    form["refresh_token"] = refresh_token
    return token(standin, grant_type="refresh_token", **form)


def refusal(answer):
    """Status, error and number, of an answer in Microsoft's exact shape."""
    body = answer.json()
    assert set(body) - {"suberror"} == {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
        "error_uri",
    }
    [number] = body["error_codes"]
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert body["correlation_id"] in body["error_description"]
    assert body["error_uri"].endswith(f"code={number}")
    return answer.status_code, body["error"], number


def claims(id_token):
    part = id_token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def is_good(identity, access_token):
    return identity.check(f"Bearer {access_token}") == ""


# Discovery


def test_the_browser_goes_to_plain_http_and_programs_to_the_host_they_asked(standin):
    document = requests.get(
        f"{standin.url}/common/v2.0/.well-known/openid-configuration",
        headers={"Host": "login.microsoftonline.com"},
        timeout=5,
    ).json()
    oauth = "/common/oauth2/v2.0"
    assert document["authorization_endpoint"] == f"{standin.url}{oauth}/authorize"
    microsoft = f"https://login.microsoftonline.com{oauth}"
    assert document["token_endpoint"] == f"{microsoft}/token"
    assert document["device_authorization_endpoint"] == f"{microsoft}/devicecode"


def test_instance_discovery_knows_the_host(standin):
    answer = requests.get(
        f"{standin.url}/common/discovery/instance",
        params={"api-version": "1.1"},
        headers={"Host": "login.microsoftonline.com"},
        timeout=5,
    ).json()
    assert answer["metadata"][0]["aliases"] == ["login.microsoftonline.com"]


# The consent page


def test_the_page_says_what_it_is_and_offers_two_buttons(standin):
    page = visit(standin, decision="")
    assert page.status_code == 200
    assert "stand-in for Microsoft" in page.text
    assert "Have full access to your files" in page.text
    assert "Accept" in page.text
    assert "Cancel" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_the_page_escapes_what_it_was_asked_for(standin):
    page = visit(standin, decision="", scope="<script>alert(1)</script>")
    assert "<script>" not in page.text


def test_accepting_leads_back_with_a_code_and_the_state(standin):
    answer = told(visit(standin, client_info="1"))
    assert set(answer) == {"code", "state", "session_state", "client_info"}
    assert answer["state"] == ASKED["state"]


def test_nothing_more_than_asked_for_leads_back(standin):
    assert set(told(visit(standin, state=""))) == {"code", "session_state"}


def test_a_fragment_can_be_asked_for(standin):
    location = visit(standin, response_mode="fragment").headers["Location"]
    assert location.startswith(f"{REDIRECT_URI}#code=")


def test_cancelling_leads_back_with_access_denied(standin):
    answer = told(visit(standin, decision="cancel"))
    assert answer["error"] == "access_denied"
    assert answer["error_subcode"] == "cancel"
    assert answer["state"] == ASKED["state"]
    assert "code" not in answer


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:3000/connect/onedrive/auth/",
        "http://localhost:3000/connect/onedrive/Auth",
        "https://localhost:3000/connect/onedrive/auth",
        "http://127.0.0.1:3000/connect/onedrive/auth",
        "https://evil.example/connect/onedrive/auth",
        "",
    ],
)
def test_an_unknown_redirect_address_is_a_page_and_no_redirect(standin, redirect_uri):
    page = visit(standin, redirect_uri=redirect_uri)
    assert page.status_code == 400
    assert "AADSTS50011" in page.text
    assert "Location" not in page.headers


def test_an_unknown_application_is_a_page_and_no_redirect(standin):
    page = visit(standin, client_id="<b>other</b>")
    assert page.status_code == 400
    assert "AADSTS700016" in page.text
    assert "<b>" not in page.text


def test_a_personal_account_has_no_place_in_organizations(standin):
    assert visit(standin, tenant="organizations").status_code == 400
    assert visit(standin, tenant="consumers").status_code == 302


def test_the_port_of_localhost_does_not_count(standin):
    other = "http://localhost:5555/connect/onedrive/auth"
    answer = visit(standin, redirect_uri=other)
    assert answer.headers["Location"].startswith(other)
    # But the code is bound to the address as it was.
    code = told(answer)["code"]
    assert refusal(redeem(standin, code)) == (400, "invalid_grant", 70000)
    assert redeem(standin, code, redirect_uri=other).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": ""}, "invalid_request"),
        ({"code_challenge_method": "S1"}, "invalid_request"),
        ({"response_mode": "smoke"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_mistakes_lead_back(standin, changes, error):
    assert told(visit(standin, decision="", **changes))["error"] == error


def test_without_a_prompt_a_new_rule_asks_for_a_person(standin, identity):
    identity.switch(refuse="interaction_required")
    answer = told(visit(standin, decision="", prompt="none"))
    assert answer["error"] == "interaction_required"


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
    assert who["aud"] == "app"
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


# Devices


@pytest.fixture
def device(standin):
    return requests.post(
        f"{standin.url}/common/oauth2/v2.0/devicecode",
        data={"client_id": "app", "scope": "offline_access User.Read"},
        timeout=5,
    ).json()


def poll(standin, device, secret=None):
    code = device["device_code"]
    return token(standin, grant_type=DEVICE, device_code=code, secret=secret)


def decide(device, decision, user_code=""):
    form = {"user_code": user_code or device["user_code"], "consent": decision}
    return requests.post(device["verification_uri"], data=form, timeout=5)


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


# What tests turn on


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
        return StandIn(tmp_path, client_id="app", client_secret="secret")

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
    with StandIn(tmp_path, client_id="app", client_secret="top-secret") as standin:
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


# With the real MSAL


@pytest.fixture
def application(standin):
    session = requests.Session()
    session.mount("https://", StandInAdapter())

    def new(cache=None):
        return msal.ConfidentialClientApplication(
            "app",
            client_credential="secret",
            authority=AUTHORITY,
            token_cache=cache,
            http_client=session,
        )

    yield new
    session.close()


def test_msal_signs_in_with_state_pkce_and_nonce_and_refreshes(application, identity):
    cache = msal.SerializableTokenCache()
    flow = application(cache).initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT_URI)
    page = requests.post(
        flow["auth_uri"], data={"consent": "accept"}, allow_redirects=False, timeout=5
    )

    tokens = application(cache).acquire_token_by_auth_code_flow(flow, told(page))

    assert is_good(identity, tokens["access_token"])
    [account] = application(cache).get_accounts()
    assert account["username"] == "ines@example.org"
    kept = application(cache).acquire_token_silent(SCOPES, account)
    assert kept["access_token"] == tokens["access_token"]
    new = application(cache).acquire_token_silent(SCOPES, account, force_refresh=True)
    assert is_good(identity, new["access_token"])
    assert new["access_token"] != tokens["access_token"]


def test_msal_is_told_why_a_refresh_is_refused(application, identity):
    cache = msal.SerializableTokenCache()
    flow = application(cache).initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT_URI)
    page = requests.post(
        flow["auth_uri"], data={"consent": "accept"}, allow_redirects=False, timeout=5
    )
    application(cache).acquire_token_by_auth_code_flow(flow, told(page))
    identity.revoke_all()
    [account] = application(cache).get_accounts()

    answer = application(cache).acquire_token_silent_with_error(
        SCOPES, account, force_refresh=True
    )

    assert answer["error"] == "invalid_grant"
    assert answer["error_codes"] == [70000]
    identity.switch(fail=503)
    with pytest.raises(msal.exceptions.MsalServiceError):
        application(cache).acquire_token_silent_with_error(
            SCOPES, account, force_refresh=True
        )


def test_msal_signs_in_by_device_code(standin, identity):
    session = requests.Session()
    session.mount("https://", StandInAdapter())
    app = msal.PublicClientApplication("app", authority=AUTHORITY, http_client=session)
    flow = app.initiate_device_flow(SCOPES)
    decide(flow, "accept")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens = app.acquire_token_by_device_flow(flow)
    assert is_good(identity, tokens["access_token"])
