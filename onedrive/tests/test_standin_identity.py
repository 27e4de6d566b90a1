"""The stand-in's discovery and consent page, as Microsoft's pages describe them."""

import pytest
import requests

from onedrive.tests.microsoft import ASKED, REDIRECT_URI, redeem, refusal, told, visit

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
