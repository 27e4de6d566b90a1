"""A MariaDB of a trial's own, to be killed."""

import getpass
import subprocess
import tempfile
from pathlib import Path

import MySQLdb

from artetore.tests.processes import until
from artetore.tests.servers import free_port


class MariaDB:
    """On a free port; started again it has the same data."""

    def __init__(self, folder: Path):
        self.port = free_port()
        self.url = f"mysql://root@127.0.0.1:{self.port}"
        self._folder = folder
        self._server: subprocess.Popen | None = None
        self._user = f"--user={getpass.getuser()}"
        subprocess.run(
            [
                *("mariadb-install-db", "--no-defaults", self._user),
                *(f"--datadir={folder / 'db'}", "--skip-test-db"),
                "--auth-root-authentication-method=normal",
            ],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        command = [
            *("mariadbd", "--no-defaults", self._user, "--bind-address=127.0.0.1"),
            *(f"--datadir={self._folder / 'db'}", f"--port={self.port}"),
            f"--socket={tempfile.mktemp(prefix='artetore-', suffix='.socket')}",
        ]
        with (self._folder / "mariadb.log").open("a") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        until(self._answers, seconds=60)

    def kill(self) -> None:
        if self._server:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """As whoever looks after it would."""
        if self._server:
            self._server.terminate()
            self._server.wait()

    def execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.cursor().execute(statement)

    def _connect(self) -> MySQLdb.Connection:
        return MySQLdb.connect(host="127.0.0.1", port=self.port, user="root")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except MySQLdb.OperationalError:
            return False
        return True
