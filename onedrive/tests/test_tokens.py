"""Tokens at rest: encryption, and what a new key does."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from onedrive import auth, tokens
from onedrive.exceptions import NotConnected
from onedrive.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keys(settings):
    """The keys of the settings; `keys(new, ...)` replaces them."""

    def replace(*new: str) -> None:
        settings.ONEDRIVE_TOKEN_KEYS = list(new)

    return replace


@pytest.fixture
def old(settings) -> str:
    return settings.ONEDRIVE_TOKEN_KEYS[0]


@pytest.fixture
def new() -> str:
    return Fernet.generate_key().decode()


def rotate(capsys) -> str:
    call_command("rotate_token_keys")
    return capsys.readouterr().out.strip()


def test_a_new_key_in_front_leaves_all_readable(connection, keys, old, new):
    token = auth.access_token(connection)
    keys(new, old)
    assert auth.access_token(connection) == token


def test_a_refresh_writes_with_the_first_key(connection, keys, old, new):
    keys(new, old)
    token = auth.access_token(connection, refused=auth.access_token(connection))
    keys(new)
    assert auth.access_token(connection) == token


def test_after_rotating_the_old_key_can_go(connection, keys, old, new, capsys):
    token = auth.access_token(connection)
    keys(new, old)
    assert rotate(capsys) == "Encrypted with the first key: 1 of 1."
    keys(new)
    assert auth.access_token(connection) == token


def test_rotating_passes_over_what_no_key_fits(connection, keys, new, capsys):
    before = Connection.objects.get().cache
    keys(new)
    with pytest.raises(CommandError, match="Keep the other keys"):
        rotate(capsys)
    assert capsys.readouterr().out == "Encrypted with the first key: 0 of 1.\n"
    assert Connection.objects.get().cache == before


def test_rotating_leaves_alone_who_has_no_tokens(connection, capsys):
    Connection.objects.update(cache="")
    assert rotate(capsys) == "Encrypted with the first key: 0 of 0."


def test_without_its_key_one_has_to_sign_in_again(
    connection, keys, new, staff, consent
):
    keys(new)
    with pytest.raises(NotConnected, match="ONEDRIVE_TOKEN_KEYS"):
        auth.access_token(connection)
    assert auth.access_token(auth.connect(user=staff, code=consent()))


def test_a_damaged_cache_is_no_sign_in(connection):
    Connection.objects.update(cache="gAAAA" + connection.cache[6:])
    with pytest.raises(NotConnected):
        auth.access_token(connection)


def test_only_one_gets_the_lease_and_it_ends_with_the_block(connection):
    with tokens.leased(connection) as first, tokens.leased(connection) as second:
        assert first
        assert second is None
    with tokens.leased(connection) as third:
        assert third


def test_nobody_gets_a_lease_for_tokens_that_have_changed(connection):
    Connection.objects.update(cache="changed")
    with tokens.leased(connection) as lease:
        assert lease is None


def test_a_lease_that_was_lost_writes_nothing(connection):
    with tokens.leased(connection) as lease:
        Connection.objects.update(refreshing_until=None)
        assert not lease.write(reason="late")
    assert Connection.objects.get().reason == ""


def test_a_lease_ends_with_an_error(connection):
    with pytest.raises(ZeroDivisionError), tokens.leased(connection):
        raise ZeroDivisionError
    assert Connection.objects.get().refreshing_until is None
