"""A bare client of the stand-in: HTTP, a token, and nothing that forgives."""

import io
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit

import requests
from PIL import Image

from onedrive.standin.server import StandIn

SCOPE = "offline_access Files.ReadWrite User.Read"
REDIRECT_URI = "http://localhost:3000/connect/onedrive/auth"


class Probe:
    """A running stand-in and a session that is signed in to it."""

    def __init__(self, folder: Path, **options):
        self.standin = StandIn(folder, **options)
        self.session = requests.Session()

    def __enter__(self) -> Self:
        self.standin.start()
        self.sign_in()
        self.standin.journal.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self.standin.stop()

    def sign_in(self) -> None:
        """Once more after the clock was put ahead: tokens live for an hour."""
        self.session.headers["Authorization"] = f"Bearer {self.token()}"

    def token(self, scope: str = SCOPE) -> str:
        """As a browser and a server get one: consent, a code, a token."""
        endpoint = f"{self.standin.url}/common/oauth2/v2.0"
        asked = {
            "client_id": "demo",
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": scope,
        }
        consent = requests.post(
            f"{endpoint}/authorize",
            params=asked,
            data={"consent": "accept"},
            allow_redirects=False,
            timeout=10,
        )
        back = parse_qs(urlsplit(consent.headers["Location"]).query)
        code = {"grant_type": "authorization_code", "code": back["code"][0]}
        answer = requests.post(
            f"{endpoint}/token",
            data=asked | code | {"client_secret": "demo"},
            timeout=10,
        )
        return answer.json()["access_token"]

    def call(self, method: str, path: str, **options) -> requests.Response:
        """`path` is what follows `/v1.0`, or a whole address."""
        url = path if path.startswith("http") else f"{self.standin.url}/v1.0{path}"
        options.setdefault("allow_redirects", False)
        return self.session.request(method, url, timeout=10, **options)

    def get(self, path: str, **options) -> requests.Response:
        return self.call("GET", path, **options)

    def folder(self, name: str, parent: str = "root") -> dict:
        where = "root" if parent == "root" else f"items/{parent}"
        answer = self.call(
            "POST", f"/me/drive/{where}/children", json={"name": name, "folder": {}}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def file(self, path: str, data: bytes = b"some bytes") -> dict:
        """Put a file at a decoded path from the root."""
        answer = self.call("PUT", f"{by_path(path)}:/content", data=data)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def bare(self, method: str, url: str, **options) -> requests.Response:
        """Without a token, as pre-authenticated addresses are called."""
        return requests.request(method, url, timeout=10, **options)


def by_path(path: str) -> str:
    """The address of a decoded path, each segment encoded by itself."""
    segments = (quote(name, safe="") for name in path.split("/"))
    return f"/me/drive/root:/{'/'.join(segments)}"


def picture(width: int = 64, height: int = 48, orientation: int = 1) -> bytes:
    """A JPEG, as large as it is stored, with camera data in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Acme"
    exif.get_ifd(0x8769)[0x9003] = "2026:01:31 18:22:05"
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG", exif=exif)
    return file.getvalue()


def code(answer: requests.Response) -> tuple[int, str]:
    """The status and Graph's code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def inner_code(answer: requests.Response) -> str:
    return answer.json()["error"]["innerError"]["code"]
