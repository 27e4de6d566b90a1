import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from artetore import health

pytestmark = pytest.mark.django_db

ALL_WELL = {"database": "ok", "migrations": "ok", "storage": "ok"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    health._migrations.cache_clear()
    yield
    health._migrations.cache_clear()


def checks(client) -> dict[str, str]:
    answer = client.get("/readyz")
    assert answer.status_code == (200 if answer.json()["status"] == "ok" else 503)
    assert answer["Cache-Control"] == "no-store"
    return answer.json()["checks"]


def test_a_process_that_answers_is_alive(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_it_is_ready_when_database_and_storage_are(client, media):
    assert checks(client) == ALL_WELL
    assert list(media.iterdir()) == []


def test_it_asks_for_the_migrations_until_they_are_applied(
    client, django_assert_num_queries
):
    recorder = MigrationRecorder(connection)
    [newest] = MigrationLoader(connection).graph.leaf_nodes("gallery")
    recorder.record_unapplied(*newest)
    assert checks(client) == ALL_WELL | {"migrations": "failed"}

    recorder.record_applied(*newest)
    assert checks(client) == ALL_WELL
    with django_assert_num_queries(1):
        assert checks(client) == ALL_WELL


def test_it_is_not_ready_where_no_file_can_be_written(client, media, caplog):
    media.rmdir()
    media.write_text("in the way")
    assert checks(client) == ALL_WELL | {"storage": "failed"}
    assert "Not ready (storage)" in caplog.text
    assert not default_storage.exists("readyz")


def test_who_asks_need_not_know_the_sites_name_nor_speak_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["gallery.example.org"]
    for path in ("/healthz", "/readyz", "/readyz/"):
        answer = client.get(path, headers={"Host": "10.0.0.7:8000"})
        assert answer.status_code == 200
    assert client.get("/image/page", headers={"Host": "10.0.0.7"}).status_code == 400
