"""Sign-in and access tokens, against the stand-in's identity over its socket."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection as database
from django.db import connections
from django.utils import timezone

from artetore.tests.servers import environment, free_port
from onedrive import auth, tokens
from onedrive.exceptions import (
    BadAnswer,
    NotConfigured,
    NotConnected,
    OneDriveError,
    ServiceFailed,
    SignInRefused,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests.consents import agree, answer_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:response_mode"),
]

STAFF_REDIRECT = "http://localhost:8000/connect/onedrive/auth"


@pytest.fixture
def refreshes(standin):
    return lambda: standin.identity.requests["refresh_token"]


@pytest.fixture
def expired(connection, standin):
    """Connected, with an access token that both sides know to be over."""
    standin.identity.expire_access_tokens()
    cache = tokens.decrypt(connection)
    kinds = json.loads(cache.serialize())
    for entry in kinds["AccessToken"].values():
        entry["expires_on"] = "1"
    cache.deserialize(json.dumps(kinds))
    connection.cache = tokens.encrypt(cache)
    connection.save()
    return connection


@pytest.fixture
def nowhere(monkeypatch):
    """Microsoft can't be reached."""

    def unplug():
        url = f"http://127.0.0.1:{free_port()}"
        monkeypatch.setenv("ONEDRIVE_STANDIN_URL", url)

    return unplug


def env():
    return environment(DJANGO_SETTINGS_MODULE="artetore.settings")


def ask(connection):
    try:
        return auth.access_token(connection)
    finally:
        connections.close_all()


def is_good(standin, token):
    return standin.identity.check(f"Bearer {token}") == ""


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


def test_staff_sign_in_with_state_and_pkce(staff, standin):
    flow = auth.begin(STAFF_REDIRECT)
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


# Access tokens


def test_a_good_token_is_used_again_without_asking(connection, standin):
    before = standin.journal.count(role="identity")
    assert auth.access_token(connection) == auth.access_token(connection)
    assert standin.journal.count(role="identity") == before


def test_reading_one_takes_one_query(connection, django_assert_num_queries):
    with django_assert_num_queries(1):
        auth.access_token(connection)


def test_an_expired_token_is_refreshed_once(expired, standin, refreshes):
    token = auth.access_token(expired)
    assert is_good(standin, token)
    assert auth.access_token(expired) == token
    assert refreshes() == 1


def test_a_token_with_less_than_five_minutes_is_as_good_as_expired(
    staff, standin, consent, refreshes
):
    standin.identity.switch(access_life=290)
    connection = auth.connect(user=staff, code=consent())
    auth.access_token(connection)
    assert refreshes() == 1


def test_a_refused_token_is_refreshed_whatever_its_time(connection, refreshes):
    token = auth.access_token(connection)
    new = auth.access_token(connection, refused=token)
    assert new != token
    assert refreshes() == 1


def test_a_token_refused_before_the_last_refresh_causes_no_other(connection, refreshes):
    token = auth.access_token(connection)
    new = auth.access_token(connection, refused=token)
    assert auth.access_token(connection, refused=token) == new
    assert refreshes() == 1


def test_scopes_written_as_addresses_do_not_matter(staff, standin, consent, refreshes):
    standin.identity.switch(qualified_scopes=True)
    connection = auth.connect(user=staff, code=consent())
    token = auth.access_token(connection)
    assert auth.access_token(connection) == token
    standin.identity.switch(qualified_scopes=False)
    new = auth.access_token(connection, refused=token)
    assert auth.access_token(connection) == new
    assert refreshes() == 1


def test_the_rotated_token_is_kept(expired, standin):
    standin.identity.switch(strict_rotation=True)
    for _ in range(3):
        token = auth.access_token(expired)
        assert is_good(standin, token)
        assert auth.access_token(expired, refused=token) != token


KILLED = """
import os
from datetime import timedelta
import django
django.setup()
from onedrive import auth, tokens
from onedrive.models import Connection

tokens.LEASE = timedelta(seconds=0.3)
tokens.encrypt = lambda cache: os._exit(9)
auth.access_token(Connection.objects.get())
"""


def test_after_a_kill_between_answer_and_saving_the_old_one_still_works(
    expired, standin, refreshes
):
    assert subprocess.run([sys.executable, "-c", KILLED], env=env()).returncode == 9
    assert refreshes() == 1
    assert Connection.objects.get().refreshing_until
    assert is_good(standin, auth.access_token(expired))
    assert refreshes() == 2


def test_the_lease_of_a_killed_process_runs_out(expired, standin):
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(seconds=0.3))
    assert is_good(standin, auth.access_token(expired))
    assert Connection.objects.get().refreshing_until is None


def test_nobody_waits_for_ever_for_a_refresh(expired, monkeypatch):
    monkeypatch.setattr(auth, "PATIENCE_SECONDS", 0.2)
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(Unreachable):
        auth.access_token(expired)


@pytest.mark.parametrize("seconds", [-600, 600])
def test_clocks_that_differ_do_no_harm(staff, standin, consent, refreshes, seconds):
    standin.clock.advance(seconds)
    connection = auth.connect(user=staff, code=consent())
    token = auth.access_token(connection)
    assert is_good(standin, token)
    assert refreshes() == 0
    assert is_good(standin, auth.access_token(connection, refused=token))


# When it does not go on


@pytest.mark.parametrize(
    "error", ["invalid_grant", "interaction_required", "consent_required"]
)
def test_a_dead_consent_is_marked_once(expired, standin, refreshes, caplog, error):
    standin.identity.switch(refuse=error)
    for _ in range(3):
        with pytest.raises(NotConnected) as raised:
            auth.access_token(expired)
        assert error in str(raised.value)
    row = Connection.objects.get()
    assert row.state == Connection.State.NEEDS_CONSENT
    assert error in row.reason
    assert row.cache == ""
    assert refreshes() == 1
    assert caplog.text.count(error) == 1


def test_a_revoked_consent_needs_another(expired, standin, staff, consent):
    standin.identity.revoke_all()
    with pytest.raises(NotConnected):
        auth.access_token(expired)
    connection = auth.connect(user=staff, code=consent())
    assert is_good(standin, auth.access_token(connection))


def test_a_consent_without_offline_access_ends_with_its_token(expired):
    cache = tokens.decrypt(expired)
    kinds = json.loads(cache.serialize())
    kinds["RefreshToken"] = {}
    cache.deserialize(json.dumps(kinds))
    Connection.objects.update(cache=tokens.encrypt(cache))
    with pytest.raises(NotConnected):
        auth.access_token(expired)


@pytest.mark.parametrize(
    ("switches", "error"),
    [
        ({"fail": 503}, ServiceFailed),
        ({"fail": 429, "retry_after": 30}, ServiceFailed),
        ({"refuse": "temporarily_unavailable"}, ServiceFailed),
        ({"refuse": "invalid_client"}, NotConfigured),
        ({"refuse": "invalid_request"}, NotConfigured),
    ],
)
def test_other_refusals_keep_the_connection_and_pass(expired, standin, switches, error):
    standin.identity.switch(**switches)
    with pytest.raises(error):
        auth.access_token(expired)
    assert Connection.objects.get().state == Connection.State.CONNECTED

    standin.identity.switch(fail=0, refuse="", retry_after=None)

    assert is_good(standin, auth.access_token(expired))


def test_an_unreachable_microsoft_keeps_the_connection(
    expired, standin, nowhere, monkeypatch
):
    nowhere()
    with pytest.raises(Unreachable):
        auth.access_token(expired)
    monkeypatch.setenv("ONEDRIVE_STANDIN_URL", standin.url)
    assert is_good(standin, auth.access_token(expired))


def test_a_slow_microsoft_is_given_up(expired, standin, monkeypatch):
    monkeypatch.setattr(auth, "TIMEOUT", (1, 0.2))
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.5))
    with pytest.raises(Unreachable):
        auth.access_token(expired)
    assert Connection.objects.get().refreshing_until is None


def test_a_consent_given_during_a_refresh_is_not_undone(
    expired, standin, staff, consent
):
    """The refresh is refused, but meanwhile the user has signed in anew."""
    standin.identity.revoke_all()
    code, asked = consent(), standin.journal.count(path="/token")
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.4, times=1))
    with ThreadPoolExecutor(1) as pool:
        token = pool.submit(ask, expired)
        while standin.journal.count(path="/token") == asked:
            assert not token.done()
        auth.connect(user=staff, code=code)
        assert is_good(standin, token.result())
    assert Connection.objects.get().state == Connection.State.CONNECTED


def test_after_disconnecting_there_is_nothing(connection, staff):
    auth.disconnect(user=staff)
    assert not Connection.objects.exists()
    with pytest.raises(NotConnected):
        auth.access_token(connection)
    auth.disconnect(user=staff)


# Many at once


def test_sixteen_threads_cause_one_refresh(expired, standin, refreshes):
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.2))
    with ThreadPoolExecutor(16) as pool:
        got = set(pool.map(ask, [expired] * 16))
    assert len(got) == 1
    assert is_good(standin, got.pop())
    assert refreshes() == 1


def test_sixteen_threads_are_refused_by_one_answer(expired, standin, refreshes):
    standin.identity.revoke_all()
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask, expired) for _ in range(16)]
        errors = {type(each.exception()) for each in asked}
    assert errors == {NotConnected}
    assert refreshes() == 1


PROCESS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.db import connections
from onedrive import auth
from onedrive.models import Connection

row = Connection.objects.get()
print("ready", flush=True)
sys.stdin.readline()

def ask(_):
    try:
        return auth.access_token(row)
    finally:
        connections.close_all()

with ThreadPoolExecutor(8) as pool:
    for token in pool.map(ask, range(8)):
        print(token, flush=True)
"""


def test_two_processes_of_eight_threads_cause_one_refresh(expired, standin, refreshes):
    standin.identity.switch(strict_rotation=True)
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.2))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS],
            env=env(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    got = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [len(each) for each in got] == [8, 8]
    assert len({token for each in got for token in each}) == 1
    assert is_good(standin, got[0][0])
    assert refreshes() == 1


# Secrets


def test_the_database_shows_no_token(connection, standin):
    auth.access_token(connection, refused=auth.access_token(connection))
    row = Connection.objects.get()
    found = json.loads(tokens.decrypt(row).serialize())
    secrets = [
        e["secret"] for kind in found for e in found[kind].values() if "secret" in e
    ]
    assert len(secrets) == 3
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM onedrive_connection")
        dump = repr(cursor.fetchall())
    for secret in secrets:
        assert secret not in dump
    assert row.cache in dump
    assert row.cache not in f"{row} {row!r}"
