"""The settings in processes of their own, each in an environment made for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "only-for-this-test-" + "aB3$" * 12,
    "ONEDRIVE_TOKEN_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDE=",
}
ONEDRIVE = {
    "ONEDRIVE_CLIENT_ID": "id",
    "ONEDRIVE_CLIENT_SECRET": "secret",
    "ONEDRIVE_ROOT_FOLDER_ID": "root",
}
MAY_BE_ZERO = ("PROXIES", "SYNC_MAX_REMOVED")
NUMBERS = (
    *("PROXIES", "MAX_BODY_BYTES", "MAX_PICTURE_BYTES", "MAX_PICTURE_PIXELS"),
    *("LOGIN_FAILURES", "IMPORT_LEASE", "SYNC_MAX_REMOVED"),
)
PRINT = (
    "import json; from artetore import settings as s; print(json.dumps("
    "{name: getattr(s, name) for name in dir(s) if name.isupper()}, default=str))"
)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {"PATH": os.environ["PATH"], "ENV_FILE": os.devnull}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


def settings_of(**environment: str) -> dict:
    done = run("-c", PRINT, **{**SECRETS, **environment})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def env_file(tmp_path):
    path = tmp_path / ".env"

    def write(*lines: str) -> str:
        path.write_text("\n".join([*lines, ""]))
        return str(path)

    return write


def test_nothing_but_the_secrets_is_needed():
    settings = settings_of()
    assert settings["DEBUG"] is False
    assert settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert settings["ONEDRIVE_CLIENT_ID"] == ""


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_secret_ends_in_one_line(name, value):
    given = {k: v for k, v in SECRETS.items() if k != name}
    given |= {} if value is None else {name: value}

    done = run("manage.py", "check", **given)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{name} is not set.")


def test_a_secret_may_lie_in_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("from-a-file\n")
    assert settings_of(SECRET_KEY="", SECRET_KEY_FILE=str(path))["SECRET_KEY"] == (
        "from-a-file"
    )


def test_a_file_ends_with_a_line_that_is_no_part_of_its_secret(tmp_path):
    path = tmp_path / "password"
    path.write_text("of $the database\n")
    settings = settings_of(db_username="artetore", db_password_FILE=str(path))
    assert settings["DATABASES"]["default"]["PASSWORD"] == "of $the database"


def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path):
    done = run(
        "manage.py", "check", **{**SECRETS, "SECRET_KEY_FILE": f"{tmp_path}/none"}
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("SECRET_KEY_FILE cannot be read")
    assert f"{tmp_path}/none" in line


def test_that_is_so_when_the_env_file_sets_it_as_well(tmp_path, env_file):
    files = {"ENV_FILE": env_file("SECRET_KEY=x"), "SECRET_KEY_FILE": f"{tmp_path}/no"}
    [line] = run("manage.py", "check", **{**SECRETS, **files}).stderr.splitlines()
    assert line.startswith("SECRET_KEY_FILE cannot be read")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PROXIES", "one"), ("MAX_PICTURE_BYTES", "1e9"), ("HTTPS", "enabled")),
        *(("LOGIN_RATE", "often"), ("LOGIN_RATE", "30"), ("LOG_LEVEL", "LOUD")),
        *(("LOGIN_RATE", "0/min"), ("port", "70000"), ("CACHE_URL", "foo://")),
        *(("DATABASE_URL", "pictures"), ("DATABASE_URL", "postgres://me@db/pictures")),
        *(("CELERY_BROKER_URL", "foo://"), ("CACHE_URL", "redis://host:six/0")),
        *(("IMPORT_LEASE", ""), ("S3_ENDPOINT_URL", "s3.example.org")),
        *((name, "-1") for name in NUMBERS),
        *((name, "9" * 20) for name in NUMBERS),
        *((name, "0") for name in NUMBERS if name not in MAY_BE_ZERO),
    ],
)
def test_what_means_nothing_is_named_in_one_line(name, value):
    given = {**SECRETS, "db_username": "me", "S3_BUCKET": "x", name: value}
    done = run("-c", "import artetore.settings", **given)
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"{name} ")


@pytest.mark.parametrize("password", ["s3cret/word", "s3cret#word", "s3cret?word"])
def test_a_password_that_breaks_its_address_is_not_told(password):
    address = f"mysql://me:{password}@db/pictures"
    done = run("-c", "import artetore.settings", **SECRETS, DATABASE_URL=address)
    [line] = done.stderr.splitlines()
    assert line.startswith("DATABASE_URL is not like mysql://")
    assert "s3cret" not in line


def test_a_missing_file_of_settings_is_named_in_one_line(tmp_path):
    done = run("manage.py", "check", ENV_FILE=f"{tmp_path}/none")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("ENV_FILE cannot be read")
    assert f"{tmp_path}/none" in line


def test_a_line_that_sets_nothing_is_counted_and_not_told(env_file):
    path = env_file("# secrets", "", "SECRET_KEY: s3cret")
    done = run("manage.py", "check", ENV_FILE=path)
    assert done.returncode == 1
    assert done.stderr == "ENV_FILE cannot be read: line 3 is not NAME=value.\n"


def test_a_line_may_be_written_with_spaces(env_file):
    path = env_file(" # three ways", " export LOGIN_RATE = 5/min ", "IMPORT_LEASE= 9")
    settings = settings_of(ENV_FILE=path)
    assert settings["LOGIN_RATE"] == "5/min"
    assert settings["IMPORT_LEASE"] == 9


def test_an_empty_cache_address_is_none():
    assert settings_of(CACHE_URL="") == settings_of()


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("True", True),
        ("on", True),
        ("1", True),
        ("no", False),
        ("0", False),
        ("", False),
    ],
)
def test_yes_and_no_have_several_words(value, meant):
    assert settings_of(LOG_JSON=value)["LOGGING"]["formatters"]["line"].get("()") == (
        "artetore.logs.JSONLines" if meant else None
    )


def test_a_level_may_be_written_small():
    assert settings_of(LOG_LEVEL="debug")["LOGGING"]["root"]["level"] == "DEBUG"


def test_a_database_url_names_the_database():
    settings = settings_of(DATABASE_URL="mysql://me:p%40ss@db.example:3307/pictures")
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.mysql"
    assert (database["NAME"], database["USER"]) == ("pictures", "me")
    assert (database["PASSWORD"], database["PORT"]) == ("p@ss", 3307)
    assert "ONLY_FULL_GROUP_BY" in database["OPTIONS"]["init_command"]


def test_a_bucket_takes_the_place_of_the_folder(tmp_path):
    (tmp_path / "secret").write_text("of the bucket")
    settings = settings_of(
        S3_BUCKET="pictures",
        S3_ENDPOINT_URL="https://s3.example.org",
        S3_ACCESS_KEY="key",
        S3_SECRET_KEY_FILE=str(tmp_path / "secret"),
    )
    assert settings["STORAGES"]["default"] == {
        "BACKEND": "gallery.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": "pictures",
            "endpoint_url": "https://s3.example.org",
            "region_name": None,
            "access_key": "key",
            "secret_key": "of the bucket",
        },
    }


def test_the_former_env_file_works_as_it_is(env_file):
    path = env_file(
        "db_username=artetore",
        "db_password=s3cr#t",
        "db_name=imagedb",
        "host=db.example",
        "port=3310",
        "folder_arts_id=A1!2",
        "client_id=the-id",
        "client_secret=the~secret",
    )
    settings = settings_of(ENV_FILE=path)
    database = settings["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.mysql"
    assert database["HOST"] == "db.example"
    assert (database["NAME"], database["USER"]) == ("imagedb", "artetore")
    assert (database["PASSWORD"], database["PORT"]) == ("s3cr#t", 3310)
    assert settings["ONEDRIVE_CLIENT_ID"] == "the-id"
    assert settings["ONEDRIVE_CLIENT_SECRET"] == "the~secret"
    assert settings["ONEDRIVE_ROOT_FOLDER_ID"] == "A1!2"


@pytest.mark.parametrize("password", ["$ecret", "$$", "pa$$word", "\\$x"])
def test_a_password_may_begin_with_a_dollar(env_file, password):
    path = env_file("db_username=a", f"db_password={password}")
    settings = settings_of(ENV_FILE=path, client_secret=password)
    assert settings["DATABASES"]["default"]["PASSWORD"] == password
    assert settings["ONEDRIVE_CLIENT_SECRET"] == password


def test_a_modern_name_comes_before_a_former_one():
    settings = settings_of(
        DATABASE_URL="sqlite:///x.sqlite3",
        db_username="artetore",
        ONEDRIVE_CLIENT_ID="modern",
        client_id="former",
    )
    assert settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3")
    assert settings["ONEDRIVE_CLIENT_ID"] == "modern"


def test_the_environment_comes_before_the_file(env_file):
    path = env_file("LOGIN_FAILURES=3", "LOGIN_RATE=5/min")
    settings = settings_of(ENV_FILE=path, LOGIN_FAILURES="4")
    assert settings["AXES_FAILURE_LIMIT"] == 4
    assert settings["REST_FRAMEWORK"]["DEFAULT_THROTTLE_RATES"] == {"login": "5/min"}


def test_a_copy_of_the_example_changes_nothing():
    assert settings_of(ENV_FILE=".env.example") == settings_of()


def test_a_production_server_passes_djangos_own_checks():
    done = run(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        **SECRETS,
        **ONEDRIVE,
        HTTPS="true",
        ALLOWED_HOSTS="gallery.example.org",
        PROXIES="1",
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_https_behind_a_proxy_is_believed_only_with_a_proxy():
    assert "SECURE_PROXY_SSL_HEADER" not in settings_of(HTTPS="true")
    behind = settings_of(HTTPS="true", PROXIES="1")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert behind["SESSION_COOKIE_SECURE"] is True
