"""Signing in, by the frontend's bare code, by staff and by device."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from onedrive import auth
from onedrive.exceptions import (
    BadAnswer,
    NotConfigured,
    OneDriveError,
    ServiceFailed,
    SignInRefused,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests import microsoft
from onedrive.tests.consents import agree, answer_of, is_good

pytestmark = pytest.mark.django_db(transaction=True)

STAFF_REDIRECT = "http://localhost:8000/connect/onedrive/auth"


# The address of the consent


def test_the_address_is_the_page_that_asks_for_consent(standin, settings):
    url = auth.sign_in_url()
    assert url.startswith(standin.url)
    query = {name: v[0] for name, v in parse_qs(urlsplit(url).query).items()}
    assert query == {
        "client_id": settings.ONEDRIVE_CLIENT_ID,
        "response_type": "code",
        "redirect_uri": settings.ONEDRIVE_REDIRECT_URI,
        "response_mode": "query",
        "scope": "Files.ReadWrite User.Read offline_access openid profile",
    }


STANDARD = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?"


def test_without_an_answer_it_is_microsofts_usual_address(nowhere):
    nowhere()
    assert auth.sign_in_url().startswith(STANDARD)


@pytest.mark.parametrize("status", [404, 503])
def test_with_a_strange_answer_it_is_microsofts_usual_address(standin, status):
    standin.faults.add(Fault(role="identity", status=status))
    assert auth.sign_in_url().startswith(STANDARD)


# The bare code from the frontend


def test_a_code_connects(staff, standin, consent):
    connection = auth.connect(user=staff, code=consent())

    assert connection.user == staff
    assert connection.state == Connection.State.CONNECTED
    assert connection.account_name == "ines@example.org"
    assert connection.connected_at
    assert is_good(standin, auth.access_token(connection))


def test_a_new_consent_takes_the_place_of_the_old(connection, staff, consent):
    Connection.objects.update(
        state=Connection.State.NEEDS_CONSENT,
        reason="x",
        paused_until=timezone.now(),
    )
    before = Connection.objects.get()

    auth.connect(user=staff, code=consent())

    after = Connection.objects.get()
    assert (after.state, after.reason) == (Connection.State.CONNECTED, "")
    assert after.paused_until is None
    assert after.created == before.created
    assert after.connected_at > before.connected_at


def test_a_used_code_is_refused_and_changes_nothing(staff, consent):
    code = consent()
    auth.connect(user=staff, code=code)
    before = Connection.objects.values().get()
    with pytest.raises(SignInRefused) as refused:
        auth.connect(user=staff, code=code)
    assert refused.value.code == "invalid_grant"
    assert not refused.value.retryable
    assert Connection.objects.values().get() == before


@pytest.mark.parametrize("code", ["x", "\0", "é" * 5000, " "])
def test_nonsense_is_refused(staff, standin, code):
    with pytest.raises(SignInRefused):
        auth.connect(user=staff, code=code)
    assert not Connection.objects.exists()


@pytest.mark.parametrize("name", ["ONEDRIVE_CLIENT_ID", "ONEDRIVE_CLIENT_SECRET"])
@pytest.mark.parametrize("value", ["", "wrong"])
def test_a_wrong_client_is_our_own_fault(staff, consent, settings, name, value):
    code = consent()
    setattr(settings, name, value)
    with pytest.raises(NotConfigured):
        auth.connect(user=staff, code=code)


def test_microsoft_that_can_not_be_reached(staff, consent, nowhere):
    code = consent()
    nowhere()
    with pytest.raises(Unreachable):
        auth.connect(user=staff, code=code)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(role="identity", path="*/token", status=503), ServiceFailed),
        (Fault(role="identity", path="*/token", status=500), ServiceFailed),
        (Fault(role="identity", path="*/token", reset=True), Unreachable),
        (Fault(role="identity", path="*/token", cut=0.5), OneDriveError),
        (Fault(role="identity", path="*openid*", status=503), ServiceFailed),
        (Fault(role="identity", path="*openid*", status=404), BadAnswer),
        (Fault(role="identity", path="*openid*", cut=0.5), OneDriveError),
    ],
)
def test_faults_of_the_sign_in_are_our_errors(staff, standin, consent, fault, error):
    code = consent()
    standin.faults.add(fault)
    with pytest.raises(error) as raised:
        auth.connect(user=staff, code=code)
    assert raised.value.retryable
    assert code not in str(raised.value)


# Staff: state, PKCE and nonce


def test_staff_sign_in_with_state_and_pkce(staff, standin, recwarn):
    flow = auth.begin(STAFF_REDIRECT)
    assert not recwarn
    query = parse_qs(urlsplit(flow["auth_uri"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["state"] == [flow["state"]]
    kept = json.loads(json.dumps(flow))

    connection = auth.finish(user=staff, flow=kept, answer=answer_of(flow["auth_uri"]))

    assert is_good(standin, auth.access_token(connection))


def test_cancelling_is_a_refusal(staff, standin):
    flow = auth.begin(STAFF_REDIRECT)
    answer = answer_of(flow["auth_uri"], "cancel")
    with pytest.raises(SignInRefused) as refused:
        auth.finish(user=staff, flow=flow, answer=answer)
    assert refused.value.code == "access_denied"


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "other"},
        {"state": None},
        {"code": None},
        {"code": "M.C507_made_up"},
        {"client_info": "no JSON"},
        {"code": None, "error": "server_error"},
    ],
)
def test_a_forged_answer_is_refused(staff, standin, forged):
    flow = auth.begin(STAFF_REDIRECT)
    answer = answer_of(flow["auth_uri"]) | forged
    answer = {name: text for name, text in answer.items() if text is not None}
    with pytest.raises(OneDriveError):
        auth.finish(user=staff, flow=flow, answer=answer)
    assert not Connection.objects.exists()


@pytest.mark.parametrize("flow", [{}, {"state": None}, {"state": ""}])
def test_an_answer_without_a_sign_in_of_ours_is_refused(staff, consent, flow):
    for answer in ({"code": consent()}, {"code": consent(), "state": ""}):
        with pytest.raises(SignInRefused):
            auth.finish(user=staff, flow=dict(flow), answer=answer)
    assert not Connection.objects.exists()


def test_an_answer_of_another_sign_in_is_refused(staff, standin):
    first, second = auth.begin(STAFF_REDIRECT), auth.begin(STAFF_REDIRECT)
    stolen = answer_of(first["auth_uri"]) | {"state": second["state"]}
    with pytest.raises(SignInRefused):
        auth.finish(user=staff, flow=second, answer=stolen)


# Devices


def test_a_device_signs_in_and_goes_on_without_the_secret(staff, standin):
    flow = auth.device_begin()
    assert flow["user_code"] in flow["message"]
    agree(flow)

    connection = auth.device_finish(user=staff, flow=flow)

    token = auth.access_token(connection)
    assert is_good(standin, auth.access_token(connection, refused=token))


def test_a_declined_device_is_a_refusal(staff, standin):
    flow = auth.device_begin()
    agree(flow, "cancel")
    with pytest.raises(SignInRefused):
        auth.device_finish(user=staff, flow=flow)


def test_a_device_of_an_unknown_application(standin, settings):
    settings.ONEDRIVE_CLIENT_ID = "other"
    with pytest.raises(NotConfigured):
        auth.device_begin()


# A consent from elsewhere


def former_token(standin) -> str:
    """What another program of the same application was given."""
    return microsoft.redeem(standin).json()["refresh_token"]


def test_a_refresh_token_from_elsewhere_goes_on(staff, standin):
    row = auth.adopt(user=staff, refresh_token=former_token(standin))
    assert row.state == Connection.State.CONNECTED
    assert is_good(standin, auth.access_token(row))


def test_an_adopted_consent_can_be_refreshed(staff, standin):
    row = auth.adopt(user=staff, refresh_token=former_token(standin))
    first = auth.access_token(row)
    standin.identity.expire_access_tokens()
    assert is_good(standin, auth.access_token(row, refused=first))


def test_a_refresh_token_that_is_over_connects_nobody(staff, standin):
    token = former_token(standin)
    standin.identity.revoke_all()
    with pytest.raises(SignInRefused):
        auth.adopt(user=staff, refresh_token=token)
    assert not Connection.objects.exists()
