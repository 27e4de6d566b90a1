"""From sign-in to the stored picture, with every library at DEBUG: no secret is told.

Here the console's filter stands between: the libraries' own debug lines, which are
switched off otherwise, hold signed links and codes.
"""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings

from gallery.models import Image
from onedrive.session import http_session
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)

TOKENS = ("access_token", "refresh_token", "id_token")


@pytest.fixture
def seen():
    """Every token and every signed value that went over the wire, by its kind."""
    found = {kind: set() for kind in (*TOKENS, "bearer", "link")}

    def note(response, **kwargs):
        request = response.request
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer":
            found["bearer"].add(token)
        for address in (request.url, response.headers.get("Location", "")):
            found["link"].update(signed(address))
        if request.url.endswith("/token"):
            for kind in TOKENS:
                found[kind].add(response.json()[kind])

    hooks = http_session().hooks["response"]
    hooks.append(note)
    yield found
    hooks.remove(note)


def signed(address):
    return [value for _, value in parse_qsl(urlsplit(address).query) if len(value) > 30]


def test_sign_in_list_import_and_upload_tell_no_secret(
    api, standin, consent, tree, console, seen
):
    standin.seed(tree({"Alps": ["a.png", "b.png"]}))
    code = consent()
    api.post("/admin/auth/code", {"auth_code": code})
    api.post("/admin/auth/code", {"auth_code": code})  # used up: a refusal is logged
    standin.identity.expire_access_tokens()
    standin.faults.add(Fault(role="content", cut=0.5, times=1))
    standin.faults.add(Fault(role="content", status=503, times=1))

    listing = api.get("/admin/onedrive/folders").json()["folders"]
    [(key, folder)] = [e for e in listing.items() if isinstance(e[1], dict)]
    order = {
        "all_image_id": [
            {"file_id": file_id, "file_name": file["file_name"]}
            for file_id, file in folder["files"].items()
        ],
        "group": -1,
        "folder_name": "Alps",
    }
    api.post("/admin/add/image", {"image_list": {"f": order}})
    query = {"folder_id": key, "file_name": "c.png"}
    upload = api.get("/admin/onedrive/upload-session", query).json()["sessionUrl"]

    assert Image.objects.count() == 2
    text = console.getvalue()
    assert {"urllib3.connectionpool", "msal.token_cache"} <= set(
        logging.root.manager.loggerDict
    )
    assert "tempauth=***" in text
    assert all(seen.values())
    secrets = set().union(*seen.values(), signed(upload))
    secrets |= {code, upload, settings.ONEDRIVE_CLIENT_SECRET}
    assert [secret for secret in secrets if secret in text] == []
