"""No token, code, secret or signed link in any log, even at DEBUG."""

import io
import json
import logging
import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings

from conftest import png
from onedrive import auth, tokens
from onedrive.drive import drive_of
from onedrive.exceptions import OneDriveError
from onedrive.models import Connection
from onedrive.tests.consents import agree, answer_of
from onedrive.tests.pages import DRIVE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log():
    """All that anybody logs, as it is before the filter that scrubs."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    level = root.level
    root.handlers.insert(0, handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def in_cache(connection) -> list[str]:
    found = json.loads(tokens.decrypt(connection).serialize())
    entries = [entry for kind in found.values() for entry in kind.values()]
    return [entry["secret"] for entry in entries if "secret" in entry]


def test_a_full_run_logs_no_secret(staff, standin, consent, tree, tmp_path, log):
    standin.seed(tree({"Alps": ["a.png"]}))
    secrets = [settings.ONEDRIVE_CLIENT_SECRET, *settings.ONEDRIVE_TOKEN_KEYS]

    # By the bare code, used twice.
    code = consent()
    connection = auth.connect(user=staff, code=code)
    with suppress(OneDriveError):
        auth.connect(user=staff, code=code)
    secrets += [code, *in_cache(connection), connection.cache]

    # By state and PKCE, and by a device.
    flow = auth.begin(settings.ONEDRIVE_REDIRECT_URI)
    answer = answer_of(flow["auth_uri"])
    secrets += [flow["state"], flow["code_verifier"], flow["nonce"], answer["code"]]
    connection = auth.finish(user=staff, flow=flow, answer=answer)
    secrets += in_cache(connection)
    flow = auth.device_begin()
    secrets += [flow["device_code"], flow["user_code"]]
    agree(flow)
    connection = auth.device_finish(user=staff, flow=flow)
    secrets += in_cache(connection)

    # A refresh, a download, an upload session, and the end.
    standin.identity.expire_access_tokens()
    drive = drive_of(staff)
    [folder] = drive.folders()
    secrets += in_cache(Connection.objects.get())
    path = tmp_path / "a.png"
    drive.download(folder.files[0], path, limit=10**6)
    link = drive.client.location(f"/me/drive/items/{folder.files[0].id}/content")
    secrets += signed_parts(link)
    session = drive.upload_session(folder.item.id, "b.png")
    secrets += signed_parts(session.url)
    drive.upload_cancel(session.url)
    standin.identity.revoke_all()
    with suppress(OneDriveError):
        drive.check()

    logged = log.getvalue()
    assert "createUploadSession" in logged
    assert len(secrets) > 20
    assert [secret for secret in secrets if secret in logged] == []


def signed_parts(link: str) -> list[str]:
    """What makes a link worth something: values of its query, or else its path."""
    address = urlsplit(link)
    values = [value for each in parse_qs(address.query).values() for value in each]
    found = [p for p in values or address.path.split("/") if len(p) > 30]
    assert found, "This link is not signed."
    return found


def test_the_staff_sites_pages_log_no_secret(clerk, standin, shelf, log):
    shelf.file("a.png", png(1))
    browser = clerk("change_connection", "view_drivefolder", "change_drivefolder")
    answer = answer_of(browser.post("/staff/onedrive/connect/")["Location"])
    flow = browser.session["onedrive_sign_in"]
    browser.get("/staff/onedrive/connected/", answer)
    secrets = [answer["code"], flow["state"], flow["code_verifier"], flow["nonce"]]
    secrets += in_cache(Connection.objects.get())

    page = browser.get(DRIVE).content.decode()
    [thumbnail] = re.findall(r'src="(/staff/onedrive/thumbnails/[^"]+)"', page)
    assert browser.get(thumbnail).status_code == 200
    form = {"name": "b.png", "size": "5"}
    upload = browser.post(f"{DRIVE}{shelf.home.id}/upload/", form)
    secrets += [parse_qs(urlsplit(upload.json()["url"]).query)["tempauth"][0]]

    found = log.getvalue()
    assert "tempauth=" not in found + page + thumbnail
    assert [secret for secret in secrets if secret in found + page] == []
