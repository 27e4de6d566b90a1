"""What the Dockerfile puts together, put together here, as there is no engine."""

import contextlib
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from artetore.tests.nginx import nginx
from artetore.tests.processes import until
from artetore.tests.servers import free_port

pytestmark = pytest.mark.trial

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
HOST = "gallery.example.org"
# What the proxy adds that ends TLS in front of nginx.
BY_TLS = {
    "Host": HOST,
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.9",
}
PASSWORD = "of-the-boss-2026"
STYLE = re.compile(r'href="(/static/[^"]+\.css)"')


class Image:
    """The files that .dockerignore lets through, and the environment of ENV."""

    def __init__(self, folder: Path):
        self.folder = folder / "opt/artetore"
        self.places = {
            "/opt/venv": sys.prefix,
            "/opt/artetore": str(self.folder),
            "/var/lib/artetore": str(folder / "var"),
        }
        self._copy()
        [line] = re.findall(r"^ENV (.+)", DOCKERFILE, re.MULTILINE)
        words = dict(word.split("=", 1) for word in shlex.split(self.placed(line)))
        self.environment = {**words, "PATH": f"{sys.prefix}/bin:/usr/bin:/bin"}

    def _copy(self) -> None:
        everything, *rules = (
            line
            for line in (ROOT / ".dockerignore").read_text().splitlines()
            if line and not line.startswith("#")
        )
        assert everything == "*"
        left_out = [rule.removeprefix("**/") for rule in rules if rule[0] == "*"]
        ignored = shutil.ignore_patterns(*left_out)
        for name in (rule[1:] for rule in rules if rule[0] == "!"):
            source, target = ROOT / name, self.folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=ignored)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)

    def placed(self, text: str) -> str:
        for place, other in self.places.items():
            text = text.replace(place, other)
        return text

    def started(self, command: list[str], **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            command, cwd=self.folder, env={**self.environment, **environment}
        )

    def run(self, *command: str, **environment: str) -> None:
        with self.started([*command], **environment) as process:
            assert process.wait(timeout=120) == 0, command


def last(instruction: str) -> list[str]:
    """The words of the last CMD after that."""
    found = re.findall(rf"^{instruction}.*?(\[.+\])$", DOCKERFILE, re.MULTILINE)
    return json.loads(found[-1])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("image")


@pytest.fixture(scope="module")
def image(place) -> Image:
    """Built, and migrated with what compose.sqlite.yaml tells it."""
    image = Image(place)
    [build] = re.findall(r"^RUN (SECRET_KEY.+)", DOCKERFILE, re.MULTILINE)
    image.run("sh", "-c", build)
    (place / "var/database").mkdir(parents=True)
    (place / "key").write_text("k" * 60 + "\n")
    (place / "keys").write_text("dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMDE=\n")
    image.environment |= {
        "DATABASE_URL": f"sqlite:///{place}/var/database/db.sqlite3",
        "SECRET_KEY_FILE": str(place / "key"),
        "ONEDRIVE_TOKEN_KEYS_FILE": str(place / "keys"),
        "ACCEL_REDIRECT": "/_media/",
        "PROXIES": "2",
        "HTTPS": "true",
        "ALLOWED_HOSTS": HOST,
    }
    image.run("python", "manage.py", "migrate", "--noinput", "--verbosity", "0")
    return image


@pytest.fixture(scope="module")
def port(image) -> Iterator[str]:
    """Of the site, as the image starts it."""
    port = str(free_port())
    process = image.started([port if word == "8000" else word for word in last("CMD")])
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}"), seconds=60)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def proxy(place, port) -> Iterator[str]:
    media = str(place / "var/media")
    with nginx(place / "proxy", f"127.0.0.1:{port}", media=media) as url:
        yield url


def test_it_is_found_healthy_and_ready(image, port):
    image.run(*(word.replace("8000", port) for word in last("HEALTHCHECK")))
    ready = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10)
    assert ready.json()["status"] == "ok"


def test_who_comes_without_tls_is_sent_there(proxy):
    answer = requests.get(
        f"{proxy}/staff/", headers={"Host": HOST}, allow_redirects=False, timeout=10
    )
    assert answer.headers["Location"] == f"https://{HOST}/staff/"


def test_staff_sign_in_through_both_proxies(image, proxy):
    image.run(
        *("python", "manage.py", "createsuperuser", "--noinput", "--username", "boss"),
        *("--email", "boss@example.org"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    page = requests.get(f"{proxy}/staff/login/", headers=BY_TLS, timeout=10)
    for style in STYLE.findall(page.text):
        styles = requests.get(proxy + style, headers=BY_TLS, timeout=10)
        assert styles.headers["Cache-Control"].endswith("immutable")
    assert STYLE.findall(page.text)

    # By hand, as the address is not one to which secure cookies are sent.
    cookie = f"csrftoken={page.cookies['csrftoken']}"
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    form = {"username": "boss", "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = requests.post(
        f"{proxy}/staff/login/?next=/staff/",
        data=form,
        headers={**BY_TLS, "Cookie": cookie, "Origin": f"https://{HOST}"},
        allow_redirects=False,
        timeout=10,
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/staff/")
    assert "Secure" in answer.headers["Set-Cookie"]
    caller = requests.get(f"{proxy}/ip", headers=BY_TLS, timeout=10).json()
    assert caller["data"]["host"] == "203.0.113.9"


def answers(url: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(f"{url}/healthz", timeout=5).ok
    return False
