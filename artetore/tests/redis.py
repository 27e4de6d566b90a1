"""A Redis of a test's own."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from artetore.tests.processes import until
from artetore.tests.servers import free_port


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Gives its address as CACHE_URL names it."""
    port = free_port()
    process = subprocess.Popen(
        [
            *("redis-server", "--bind", "127.0.0.1", "--port", str(port)),
            *("--save", "", "--appendonly", "no", "--dir", folder),
            *("--logfile", folder / "redis.log"),
        ]
    )
    try:
        until(lambda: _answers(port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(port: int) -> bool:
    with contextlib.suppress(RedisError), Redis(port=port) as client:
        return client.ping()
    return False
