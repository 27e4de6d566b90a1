import os
import stat
import subprocess
import sys

import pytest

from artetore.keys import add_missing_keys


def test_it_adds_both_secrets_to_an_absent_file(tmp_path):
    path = tmp_path / ".env"

    assert add_missing_keys(path) == ["SECRET_KEY", "ONEDRIVE_TOKEN_KEYS"]

    assert path.read_text().count("\n") == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_keeps_what_is_there_and_closes_the_file_to_others(tmp_path):
    path = tmp_path / ".env"
    path.write_text("db_username=root\nSECRET_KEY=mine")
    path.chmod(0o644)

    assert add_missing_keys(path) == ["ONEDRIVE_TOKEN_KEYS"]

    lines = path.read_text().splitlines()
    assert lines[:2] == ["db_username=root", "SECRET_KEY=mine"]
    assert lines[2].startswith("ONEDRIVE_TOKEN_KEYS=")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_time_it_changes_nothing(tmp_path):
    path = tmp_path / ".env"
    add_missing_keys(path)
    before = path.read_text(), path.stat().st_ino

    assert add_missing_keys(path) == []
    assert (path.read_text(), path.stat().st_ino) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_the_file_stays_whose_it_is(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=mine\n")
    os.chown(path, 4321, 4322)

    add_missing_keys(path)

    assert (path.stat().st_uid, path.stat().st_gid) == (4321, 4322)


def test_an_empty_value_counts_as_missing(tmp_path):
    path = tmp_path / ".env"
    path.write_text("SECRET_KEY=\n")

    assert "SECRET_KEY" in add_missing_keys(path)
    assert path.read_text().count("SECRET_KEY=") == 1


def test_the_command_prints_names_but_no_secret(tmp_path):
    path = tmp_path / ".env"
    done = subprocess.run(
        [sys.executable, "-m", "artetore.keys", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SECRET_KEY added" in done.stdout
    for line in path.read_text().splitlines():
        assert line.split("=", 1)[1] not in done.stdout + done.stderr
