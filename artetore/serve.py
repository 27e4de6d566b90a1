"""`python -m artetore.serve ADDRESS PORT`: the site under granian, by `make serve`.

Granian's workers would hear of Ctrl-C twice, from the terminal and from granian. The
second signal, amid the first, leaves them stuck until they are killed. So they get a
session of their own.
"""

import os
import signal
import subprocess
import sys

from artetore import settings

COMMAND = [
    *("-m", "granian", "--interface", "wsgi", "--workers", "2"),
    *("--blocking-threads", "8", "--respawn-failed-workers"),
    *("--workers-kill-timeout", "5", "artetore.wsgi:application"),
]
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def site_at(port: int) -> str:
    """Where people find it: unless somebody has said where, the port decides."""
    if settings.SITE_URL == settings.DEFAULT_SITE_URL:
        return f"http://localhost:{port}"
    return settings.SITE_URL


def serve(address: str, port: int) -> int:
    site = site_at(port)
    print(f"Staff are at {site}/staff/. Ctrl-C ends it.", flush=True)
    process = subprocess.Popen(  # noqa: S603
        [
            *(sys.executable, *COMMAND, "--host", address, "--port", str(port)),
            *("--log-level", "error"),  # else it tells of its threads and processes
        ],
        env=os.environ | {"SITE_URL": site},
        start_new_session=True,
    )
    _end_with_us(process)
    return process.wait()


def _end_with_us(process: subprocess.Popen) -> None:
    def end(*_: object) -> None:
        for each in ENDS:
            signal.signal(each, signal.SIG_IGN)
        process.terminate()

    for each in ENDS:
        if signal.getsignal(each) != signal.SIG_IGN:  # as nohup would have it
            signal.signal(each, end)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1], int(sys.argv[2])))
