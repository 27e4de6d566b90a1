"""nginx as `deploy/nginx` configures it, in front of a running site."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import requests
from django.conf import settings

from artetore.tests.processes import until
from artetore.tests.servers import free_port

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
KIT = Path(settings.BASE_DIR) / "deploy/nginx"
MAIN = """
{user}
daemon off;
worker_processes 2;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/kit/{site};
}}
"""


def configured(folder: Path, site: str, changes: dict[str, str]) -> Path:
    """The kit in a folder of its own with other places, each of which it must name."""
    places = {
        "/etc/nginx/artetore/": f"{folder}/kit/",
        "/var/log/nginx/": f"{folder}/",
        "/var/cache/nginx-artetore": f"{folder}/cache",
        **changes,
    }
    (folder / "kit").mkdir(parents=True)
    text = {path.name: path.read_text() for path in KIT.glob("*.conf")}
    for place, other in places.items():
        assert any(place in each for each in text.values()), place
        text = {name: each.replace(place, other) for name, each in text.items()}
    for name, each in text.items():
        (folder / "kit" / name).write_text(each)
    # The folders of tests are for their owner alone.
    user = "user root;" if os.getuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder, site=site, user=user))
    return main


@contextlib.contextmanager
def nginx(folder: Path, upstream: str, media: str = "/nowhere") -> Iterator[str]:
    """Before the site at `upstream` (host and port); gives its own address."""
    port = free_port()
    changes = {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "web:8000": upstream,
        "/var/lib/artetore/media": media,
    }
    main = configured(folder, "compose.conf", changes)
    process = subprocess.Popen([NGINX, "-c", main, "-p", folder])
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: _answers(url))
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    with contextlib.suppress(requests.ConnectionError):
        return bool(requests.get(f"{url}/healthz", timeout=5).status_code)
    return False
