"""The project's own settings under an environment made for tests.

TEST_DATABASE=mysql runs them on MariaDB: TEST_MYSQL_URL says where it answers, by
default mysql://root@127.0.0.1:3306, and TEST_DATABASE_NAME how the database that
is made and dropped is called.
"""

import os
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="artetore-tests-"))
(_folder / "static").mkdir()
_mysql = os.environ.get("TEST_DATABASE") == "mysql"
_server = os.environ.get("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306").rstrip("/")

os.environ.update(
    ENV_FILE=os.devnull,
    SECRET_KEY="tests-" + "x" * 60,
    DATABASE_URL=f"{_server}/artetore" if _mysql else f"sqlite:///{_folder}/unused",
    MEDIA_ROOT=str(_folder / "media"),
    STATIC_ROOT=str(_folder / "static"),
    ONEDRIVE_CLIENT_ID="tests-client",
    ONEDRIVE_CLIENT_SECRET="tests-client-secret",
    ONEDRIVE_ROOT_FOLDER_ID="TESTS!ROOT",
    ONEDRIVE_TOKEN_KEYS="dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDE=",
    ONEDRIVE_HTTP_ADAPTER="onedrive.standin.adapter.StandInAdapter",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    SITE_URL="https://testserver",
)

from artetore.settings import *  # noqa: E402, F403
from artetore.settings import DATABASES, STORAGES  # noqa: E402

# A file, not memory: threads and server processes of the tests share it.
DATABASES["default"]["TEST"] = (
    {"NAME": os.environ.get("TEST_DATABASE_NAME", "test_artetore")}
    if _mysql
    else {"NAME": str(_folder / "tests.sqlite3")}
)
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
