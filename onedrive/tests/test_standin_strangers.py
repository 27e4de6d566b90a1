"""Other people's Graph clients at work on the stand-in, over its real socket.

Our own client and the stand-in could agree on a mistake; these know nothing of either.
O365 is pointed at the stand-in's address; Office365-REST-Python-Client calls
Microsoft's, which an adapter carries over.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from O365 import Account, MSGraphProtocol
from O365.drive import Folder
from O365.utils.token import MemoryTokenBackend
from office365.graph_client import GraphClient
from office365.onedrive.driveitems.driveItem import DriveItem
from office365.runtime.client_request_exception import ClientRequestException

from onedrive.standin.adapter import StandInAdapter
from onedrive.tests.probe import Probe

CHUNK = 320 * 1024
# Not a whole number of chunks, and no two chunks alike.
DATA = b"".join(number.to_bytes(4, "big") for number in range(800_000))
CHUNKS = 10
NAME = "Übung 1.jpg"
# Office365-REST-Python-Client leaves such names unescaped in addresses.
HARD_NAME = "Übung 100% #1.jpg"
NAMES = [f"{number:02}.jpg" for number in range(7)]
PAGE_SIZE = 3


@pytest.fixture(params=["personal", "business"])
def probe(request, tmp_path, monkeypatch) -> Iterator[Probe]:
    options = {"kind": request.param, "page_size": PAGE_SIZE}
    with Probe(tmp_path / "onedrive", **options) as running:
        monkeypatch.setenv("ONEDRIVE_STANDIN_URL", running.standin.url)
        yield running


@pytest.fixture
def shelf(probe) -> str:
    """A folder of more files than two pages hold."""
    folder = probe.folder("Shelf")
    for name in NAMES:
        probe.file(f"Shelf/{name}", name.encode())
    probe.standin.journal.clear()
    return folder["id"]


@pytest.fixture
def original(tmp_path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(DATA)
    return path


def calls(probe: Probe, role: str, method: str) -> int:
    return len(probe.standin.journal.entries(role=role, method=method))


# --- O365 -------------------------------------------------------------------------


class StandInProtocol(MSGraphProtocol):
    """Protocols are inherited from, as O365 documents, to go elsewhere."""

    def __init__(self, url: str):
        self._protocol_url = f"{url}/"
        super().__init__(timezone="UTC")


@pytest.fixture
def o365(probe) -> Iterator[Account]:
    account = Account(
        ("demo", "demo"),
        protocol=StandInProtocol(probe.standin.url),
        token_backend=MemoryTokenBackend(),
        requests_delay=0,
        request_retries=0,
    )
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {probe.token()}"
        account.connection.session = session
        yield account


@pytest.fixture
def o365_shelf(o365, shelf) -> Folder:
    return o365.storage().get_default_drive().get_item(shelf)


def test_o365_lists_a_folder_over_several_pages(probe, o365_shelf):
    probe.standin.journal.clear()
    # Without a limit it asks for pages of 999.
    files = o365_shelf.get_items(limit=100, batch=PAGE_SIZE)
    assert [item.name for item in files] == NAMES
    assert calls(probe, "graph", "GET") == 3


def test_o365_uploads_in_chunks_downloads_and_deletes(
    probe, o365, o365_shelf, original, tmp_path
):
    uploaded = o365_shelf.upload_file(
        original, item_name=HARD_NAME, upload_in_chunks=True, chunk_size=CHUNK
    )
    assert (uploaded.name, uploaded.size) == (HARD_NAME, len(DATA))
    assert calls(probe, "upload", "PUT") == CHUNKS

    (tmp_path / "fetched").mkdir()
    assert uploaded.download(tmp_path / "fetched")
    assert (tmp_path / "fetched" / HARD_NAME).read_bytes() == DATA

    assert uploaded.delete()
    assert [item.name for item in o365_shelf.get_items()] == NAMES


# --- Office365-REST-Python-Client ---------------------------------------------------


@pytest.fixture
def office365(probe) -> Iterator[GraphClient]:
    token = {"access_token": probe.token(), "token_type": "Bearer"}
    with requests.Session() as session:
        session.mount("https://", StandInAdapter())
        session.mount("http://", StandInAdapter())
        yield GraphClient(lambda: token).with_transport(session=session)


@pytest.fixture
def office365_shelf(office365, shelf) -> DriveItem:
    return office365.me.drive.items[shelf]


def test_office365_lists_a_folder_over_several_pages(probe, office365_shelf):
    files = office365_shelf.children.get_all().execute_query()
    assert [item.name for item in files] == NAMES
    assert calls(probe, "graph", "GET") == 3


def test_office365_uploads_in_chunks_downloads_and_deletes(
    probe, office365, office365_shelf, original, tmp_path
):
    upload = office365_shelf.resumable_upload(str(original), chunk_size=CHUNK)
    uploaded = upload.execute_query().get().execute_query()
    assert (uploaded.name, uploaded.properties["size"]) == (NAME, len(DATA))
    assert calls(probe, "upload", "PUT") == CHUNKS

    # An item loaded by its path loses its drive from its address (theirs, not ours).
    item = office365.me.drive.items[uploaded.id]
    with (tmp_path / "fetched").open("wb") as file:
        item.download_session(file).execute_query()
    assert (tmp_path / "fetched").read_bytes() == DATA

    item.delete_object().execute_query()
    with pytest.raises(ClientRequestException) as refusal:
        item.get().execute_query()
    assert refusal.value.response.status_code == 404
