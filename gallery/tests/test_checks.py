"""`manage.py check` names what would keep the gallery from working."""

import os

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, connections
from PIL import features

from gallery import checks


@pytest.fixture(autouse=True)
def fresh_storage(settings):
    """As in a new process, in which nothing has used the storage yet."""
    settings.STORAGES = {**settings.STORAGES}


def ids(messages) -> list[str]:
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_a_sound_machine_passes():
    assert checks.media_folder_is_writable() == []
    assert checks.picture_formats_are_there() == []
    assert checks.sqlite_locks_at_once() == []


def test_a_media_folder_that_is_yet_to_be_made_passes(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "one" / "two"
    assert checks.media_folder_is_writable() == []
    assert not (tmp_path / "one").exists()


def test_a_media_folder_that_cannot_be_made_is_an_error(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    [error] = checks.media_folder_is_writable()
    assert ids([error]) == ["gallery.E001"]
    assert str(tmp_path / "file" / "media") in error.msg


def test_a_folder_without_permission_is_an_error(monkeypatch):
    # Permissions do not hold root back, who may be the one to run the tests.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert ids(checks.media_folder_is_writable()) == ["gallery.E001"]


def test_another_storage_is_not_looked_at(settings):
    settings.MEDIA_ROOT = "/dev/null/media"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    assert checks.media_folder_is_writable() == []


@pytest.mark.parametrize(
    ("lacking", "found"),
    [
        ("webp", ["gallery.E002"]),
        ("littlecms2", ["gallery.E002"]),
        ("avif", ["gallery.W001"]),
    ],
)
def test_a_pillow_that_lacks_a_format_is_named(monkeypatch, lacking, found):
    check = features.check
    monkeypatch.setattr(features, "check", lambda name: name != lacking and check(name))
    assert ids(checks.picture_formats_are_there()) == found


def test_missing_heic_is_a_warning(monkeypatch):
    monkeypatch.setattr(checks, "libheif_info", lambda: {"decoders": {}})
    assert ids(checks.picture_formats_are_there()) == ["gallery.W001"]


@pytest.mark.parametrize("options", [{}, {"transaction_mode": "DEFERRED"}])
def test_sqlite_that_locks_too_late_is_an_error(monkeypatch, options):
    database = connections["default"]
    monkeypatch.setattr(database, "vendor", "sqlite")
    monkeypatch.setitem(database.settings_dict, "OPTIONS", options)
    assert ids(checks.sqlite_locks_at_once()) == ["gallery.E003"]


def test_the_command_finds_the_checks(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    with pytest.raises(SystemCheckError, match=r"gallery\.E001"):
        call_command("check")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("command", "options"),
    [("check", {"databases": ["default"]}), ("migrate", {"skip_checks": False})],
)
def test_a_database_that_lacks_characters_gets_no_tables(command, options):
    if connection.vendor != "mysql":
        pytest.skip("SQLite keeps them all.")
    call_command(command, verbosity=0, **options)
    with connection.cursor() as cursor:
        cursor.execute("ALTER DATABASE CHARACTER SET latin1")
        try:
            with pytest.raises(SystemCheckError, match="keeps text as latin1"):
                call_command(command, verbosity=0, **options)
        finally:
            cursor.execute("ALTER DATABASE CHARACTER SET utf8mb4")
