"""Access tokens of a connection: kept, refreshed, refused."""

import json

import pytest
from django.db import connection as database

from onedrive import auth, sign_in, tokens
from onedrive.exceptions import (
    NotConfigured,
    NotConnected,
    ServiceFailed,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests.consents import is_good

pytestmark = pytest.mark.django_db(transaction=True)


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
    monkeypatch.setattr(sign_in, "TIMEOUT", (1, 0.2))
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.5))
    with pytest.raises(Unreachable):
        auth.access_token(expired)
    assert Connection.objects.get().refreshing_until is None


def test_after_disconnecting_there_is_no_token(connection, staff):
    auth.disconnect(user=staff)
    row = Connection.objects.get()
    assert (row.state, row.cache) == (Connection.State.NEEDS_CONSENT, "")
    with pytest.raises(NotConnected):
        auth.access_token(connection)
    auth.disconnect(user=staff)


def test_who_refreshes_while_it_is_disconnected_brings_nothing_back(connection, staff):
    with tokens.leased(connection) as lease:
        auth.disconnect(user=staff)
        assert not lease.write(cache=connection.cache)
    assert Connection.objects.get().cache == ""


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
