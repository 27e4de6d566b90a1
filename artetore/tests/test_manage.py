"""Commands where the database is not what it should be."""

import subprocess
import sys

import pytest
from django.conf import settings

from artetore.tests.servers import environment

MISSING = {"no such table": "sqlite:///{folder}/empty.sqlite3"}
DOWN = {"Can't connect": "mysql://root@127.0.0.1:9/artetore"}


def manage(*arguments: str, database: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment(DATABASE_URL=database),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "database"), [*MISSING.items(), *DOWN.items()])
@pytest.mark.parametrize("command", ["check_gallery", "sync_onedrive"])
def test_a_command_says_in_one_line_that_the_database_failed(
    command, said, database, tmp_path
):
    told = manage(command, database=database.format(folder=tmp_path))

    assert told.returncode == 1
    assert told.stderr.startswith("The database failed. Is it there, and migrated?")
    assert said in told.stderr
    assert "Traceback" not in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
