"""`make demo` in a fresh clone, with nothing but Python, make and git."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from artetore.ports import is_free
from artetore.tests.processes import until

pytestmark = pytest.mark.trial

ROOT = Path(__file__).resolve().parents[2]
SITE = "http://localhost:8000"
COLD_SECONDS, WARM_SECONDS = 180, 15


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("clone") / "imagehub"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    return folder


def environment() -> dict[str, str]:
    """A user's shell: nothing of the tests' settings, but how pip finds packages."""
    kept = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    return {
        name: value
        for name, value in os.environ.items()
        if name in kept or name.startswith("PIP_")
    }


@contextlib.contextmanager
def demo(clone: Path, seconds: float, end: int = signal.SIGINT) -> Iterator[Path]:
    """`make demo`, entered when its summary stands there; gives what it printed."""
    output = clone / "output.log"
    with output.open("w") as log:
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env=environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + seconds
        while "Ctrl-C ends everything" not in output.read_text():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        yield output
    finally:
        os.killpg(process.pid, end)
        process.wait(timeout=60)


def test_it_fills_the_gallery_and_a_second_start_imports_nothing(clone):
    with demo(clone, COLD_SECONDS) as output:
        assert "Drawing: 0 of 69 pictures\n" in output.read_text()
        assert "Importing 69 pictures\n" in output.read_text()
        assert requests.get(f"{SITE}/image/total-page", timeout=10).json() == {
            "totalPage": 2
        }
        page = requests.get(f"{SITE}/image/page", timeout=10).json()
        assert len(page["data"]) == 12
        answer = requests.get(
            f"{SITE}/login/", {"username": "demo", "password": "demo"}, timeout=10
        )
        assert answer.json()["code"] == 2
        deleted = requests.post(
            f"{SITE}/admin/delete/image",
            json={"image_list": {"1": [{"image_id": 1}]}},
            headers={"Authorization": f"Bearer {answer.json()['token']}"},
            timeout=10,
        )
        assert deleted.json()["code"] == 1
        tag = requests.get(f"{SITE}/image/page", timeout=10).headers["ETag"]
    with pytest.raises(requests.ConnectionError):
        requests.get(SITE, timeout=10)
    assert output.read_text().endswith("\nEnded.\n")  # and make has nothing to add

    with demo(clone, WARM_SECONDS) as output:
        assert "Importing" not in output.read_text()
        assert "Drawing" not in output.read_text()
        assert requests.get(f"{SITE}/image/page", timeout=10).headers["ETag"] == tag


def test_it_ends_with_its_terminal(clone):
    with demo(clone, COLD_SECONDS, end=signal.SIGHUP):
        assert not is_free("127.0.0.1", 8000)
    until(lambda: all(is_free("127.0.0.1", port) for port in range(8000, 8004)))


def test_a_taken_port_is_named(clone):
    with demo(clone, COLD_SECONDS):
        second = subprocess.run(
            ["make", "demo"],
            cwd=clone,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode != 0
    assert "Port 8000 is taken" in second.stderr
    assert "Traceback" not in second.stderr
