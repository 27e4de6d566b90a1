"""nginx without the site: what it answers then, and how it reads its files."""

import datetime
import subprocess

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from artetore.tests.nginx import NGINX, configured, nginx
from artetore.tests.servers import free_port


def test_while_the_site_is_away_callers_are_asked_to_wait(tmp_path):
    folder = tmp_path / "proxy"
    with nginx(folder, f"127.0.0.1:{free_port()}") as url:
        query = {"username": "boss", "password": "of-the-boss"}
        answers = [
            requests.get(f"{url}{path}", query, timeout=10)
            for path in ("/login/", "/login", "/image/page", "/staff/")
        ]
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json() == {"detail": "Service Unavailable"}
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["X-Request-ID"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    lines = (folder / "access.log").read_text()
    assert '"GET /login/" 503' in lines
    assert "/login" not in (folder / "error.log").read_text()
    assert "of-the-boss" not in lines


def test_the_site_with_tls_is_understood(tmp_path):
    certificate(tmp_path)
    changes = {
        "/etc/letsencrypt/live/gallery.example.org": str(tmp_path),
        "ssl_session_cache shared:artetore:10m": "ssl_session_cache none",
    }
    main = configured(tmp_path / "site", "site.conf", changes)
    done = subprocess.run(
        [NGINX, "-t", "-c", main, "-p", tmp_path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def certificate(folder) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name.from_rfc4514_string("CN=gallery.example.org")
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
