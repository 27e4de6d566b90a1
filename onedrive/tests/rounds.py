"""Rounds of delta from the client's side."""

from onedrive.tests.probe import Probe

DELTA = "/me/drive/root/delta"


def round_of(drive: Probe, address: str = DELTA) -> tuple[list[list[dict]], str]:
    """The entries of each page, and the link to the next round."""
    pages = []
    while True:
        body = drive.get(address).json()
        assert ("@odata.nextLink" in body) != ("@odata.deltaLink" in body), body
        pages.append(body["value"])
        if "@odata.deltaLink" in body:
            return pages, body["@odata.deltaLink"]
        address = body["@odata.nextLink"]


def seen(drive: Probe, address: str = DELTA) -> tuple[list[dict], str]:
    pages, link = round_of(drive, address)
    return [entry for page in pages for entry in page], link


def names(entries: list[dict]) -> list[str]:
    return [entry.get("name", "?") for entry in entries]
