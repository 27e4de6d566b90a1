import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError


def told(fail_level="ERROR") -> str:
    errors = StringIO()
    call_command("check", stderr=errors, fail_level=fail_level)
    return errors.getvalue()


def test_good_settings_say_nothing():
    assert "onedrive." not in told()


@pytest.mark.parametrize(
    "name",
    [
        "ONEDRIVE_CLIENT_ID",
        "ONEDRIVE_CLIENT_SECRET",
        "ONEDRIVE_ROOT_FOLDER_ID",
        "ONEDRIVE_REDIRECT_URI",
    ],
)
def test_what_is_missing_is_named(settings, name):
    setattr(settings, name, "")
    [line] = [line for line in told().splitlines() if "onedrive.W001" in line]
    assert name in line
    assert line.count("ONEDRIVE_") == 1


@pytest.mark.parametrize(
    ("command", "is_told"),
    [
        *(("check", True), ("migrate", True), ("sync_onedrive", True)),
        *(("createsuperuser", False), ("backup", False), ("import_artetore", False)),
    ],
)
def test_what_is_missing_is_told_to_those_who_need_it(
    settings, monkeypatch, command, is_told
):
    settings.ONEDRIVE_CLIENT_ID = ""
    monkeypatch.setattr(sys, "argv", ["manage.py", command])
    assert ("onedrive.W001" in told()) == is_told


@pytest.mark.parametrize(
    "address",
    [
        "http://gallery.example/auth",
        "http://10.0.0.1/auth",
        "gallery.example/auth",
        "ftp://localhost/auth",
        "https:///auth",
    ],
)
def test_a_redirect_address_that_microsoft_refuses(settings, address):
    settings.ONEDRIVE_REDIRECT_URI = address
    assert "onedrive.W002" in told()


@pytest.mark.parametrize(
    "address",
    ["https://gallery.example/auth", "http://localhost:3000/a", "http://127.0.0.1/a"],
)
def test_a_redirect_address_that_microsoft_takes(settings, address):
    settings.ONEDRIVE_REDIRECT_URI = address
    assert "onedrive." not in told()


@pytest.mark.parametrize("keys", [["no key"], [""], ["é" * 44]])
def test_a_bad_key_is_an_error_that_does_not_show_it(settings, keys):
    settings.ONEDRIVE_TOKEN_KEYS = [*settings.ONEDRIVE_TOKEN_KEYS, *keys]
    with pytest.raises(SystemCheckError) as error:
        told()
    assert "onedrive.E001" in str(error.value)
    assert settings.ONEDRIVE_TOKEN_KEYS[0] not in str(error.value)


def test_an_adapter_that_is_not_there_is_an_error(settings):
    settings.ONEDRIVE_HTTP_ADAPTER = "requests.adapters.Nothing"
    with pytest.raises(SystemCheckError, match="onedrive.E002"):
        told()
