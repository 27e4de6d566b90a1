"""The sign-in of the stand-in as a bare client speaks to it, without MSAL."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import requests

CLIENT_ID, CLIENT_SECRET = "tests-client", "tests-client-secret"
REDIRECT_URI = "http://localhost:3000/connect/onedrive/auth"
ASKED = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": REDIRECT_URI,
    "scope": "offline_access openid profile Files.ReadWrite User.Read",
    "state": "s&t+te",
}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


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


def token(standin, *, secret=CLIENT_SECRET, **form):
    form = {"client_id": CLIENT_ID, "client_secret": secret, "client_info": "1", **form}
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


def decide(device, decision, user_code=""):
    form = {"user_code": user_code or device["user_code"], "consent": decision}
    return requests.post(device["verification_uri"], data=form, timeout=5)
