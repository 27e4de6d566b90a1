"""What the figures were measured on."""

import os
import platform
import sqlite3
import subprocess
from datetime import UTC, datetime

from benchmarks.places import asked


def described() -> str:
    """As a list of Markdown."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    facts = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "processor": f"{_processor()}, {os.cpu_count()} cores, {gigabytes:.0f} GB",
        "system": platform.platform(terse=True),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "MariaDB": asked("SELECT VERSION()"),
    }
    return "\n".join(f"* {name}: {fact}" for name, fact in facts.items())


def _processor() -> str:
    lines = _output("cat", "/proc/cpuinfo").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()
