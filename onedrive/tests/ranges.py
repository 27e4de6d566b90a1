"""Upload sessions from the client's side."""

import requests

from onedrive.tests.probe import Probe


def begin(drive: Probe, path: str = "a.bin", /, **item) -> requests.Response:
    address = f"/me/drive/root:/{path}:/createUploadSession"
    return drive.call("POST", address, json={"item": item})


def url(drive: Probe, path: str = "a.bin", /, **item) -> str:
    answer = begin(drive, path, **item)
    assert answer.status_code == 200, answer.text
    return answer.json()["uploadUrl"]


def send(
    drive: Probe, url: str, data: bytes, first: int, total: int, **headers: str
) -> requests.Response:
    last = first + len(data) - 1
    headers = {"Content-Range": f"bytes {first}-{last}/{total}"} | headers
    return drive.bare("PUT", url, data=data, headers=headers)
