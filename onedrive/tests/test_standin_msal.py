"""The stand-in's sign-in with Microsoft's own library."""

import warnings

import msal
import pytest
import requests

from onedrive.standin.adapter import StandInAdapter
from onedrive.tests.microsoft import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URI,
    decide,
    is_good,
    told,
)

AUTHORITY = "https://login.microsoftonline.com/common"
SCOPES = ["Files.ReadWrite", "User.Read"]

pytestmark = pytest.mark.filterwarnings("ignore:response_mode")


@pytest.fixture
def application(standin):
    session = requests.Session()
    session.mount("https://", StandInAdapter())

    def new(cache=None):
        return msal.ConfidentialClientApplication(
            CLIENT_ID,
            client_credential=CLIENT_SECRET,
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
    app = msal.PublicClientApplication(
        CLIENT_ID, authority=AUTHORITY, http_client=session
    )
    flow = app.initiate_device_flow(SCOPES)
    decide(flow, "accept")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tokens = app.acquire_token_by_device_flow(flow)
    assert is_good(identity, tokens["access_token"])
