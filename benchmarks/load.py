"""Load by wrk: sixteen connections that ask again as soon as they are answered."""

import re
import subprocess
from dataclasses import dataclass

MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Load:
    """Answers a second, and the milliseconds within which 99 of 100 came."""

    rate: float
    p99: float


def load(
    url: str, *, seconds: int, connections: int = 16, tag: str | None = None
) -> Load:
    """`tag`: what the visitors have already. Raises AssertionError when any answer was
    an error."""
    command = ["wrk", "--latency", f"-d{seconds}s", f"-c{connections}"]
    command += [f"-t{min(2, connections)}"]
    command += ["-H", f"If-None-Match: {tag}"] if tag else []
    told = subprocess.run(
        [*command, url], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in told, told
    assert "Socket errors" not in told, told
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    slow, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()
    return Load(float(rate[1]), float(slow) * MILLISECONDS[unit])
