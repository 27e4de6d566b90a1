"""No token and no signed address gets into a log when transfers go wrong."""

import io
import logging
from urllib.parse import parse_qs, urlsplit

import pytest

from onedrive.exceptions import OneDriveError
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log():
    """All that is logged at DEBUG level, as it is before the filter that scrubs."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    root.handlers.insert(0, handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def seen(drive):
    """Every token and every signature that goes over the wire."""
    found = set()

    def note(response, **kwargs):
        request = response.request
        if "Authorization" in request.headers:
            found.add(request.headers["Authorization"].removeprefix("Bearer "))
        for address in (request.url, response.headers.get("Location", "")):
            found.update(parse_qs(urlsplit(address).query).get("tempauth", []))

    hooks = drive.client.session.hooks["response"]
    hooks.append(note)
    yield found
    hooks.remove(note)


def test_transfers_that_fail_log_no_secret(drive, shelf, standin, tmp_path, log, seen):
    path = tmp_path / "b.jpg"
    path.write_bytes(b"picture" * 1000)
    folder = shelf.folder("Alps")
    item = drive.item(shelf.file("a.jpg", b"bytes" * 1000, folder).id)
    for fault in (
        Fault(role="graph", status=401, times=1),
        Fault(role="graph", status=502, times=1),
        Fault(role="content", cut=0.5, times=1),
        Fault(role="content", status=401, times=1),
        Fault(role="upload", reset=True, times=1),
    ):
        standin.faults.add(fault)

    drive.folders()
    drive.download(item, tmp_path / "a.jpg", limit=10_000)
    drive.upload(folder.id, path)
    standin.faults.add(Fault(role="content", reset=True))
    standin.faults.add(Fault(role="upload", reset=True))
    for act in (
        lambda: drive.download(item, tmp_path / "a.jpg", limit=10_000),
        lambda: drive.upload(folder.id, path),
    ):
        with pytest.raises(OneDriveError) as failure:
            act()
        logging.getLogger("onedrive").exception("It failed.", exc_info=failure.value)

    text = log.getvalue()
    assert "It failed." in text
    assert len(seen) >= 6
    assert [secret for secret in seen if secret in text] == []
