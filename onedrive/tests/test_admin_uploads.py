"""Bringing files to one's OneDrive from the staff site: what our server does of it."""

import pytest
import requests
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import png
from onedrive.standin.faults import Fault
from onedrive.tests.pages import DRIVE

pytestmark = pytest.mark.django_db(transaction=True)

RIGHTS = ("view_drivefolder", "change_drivefolder")


@pytest.fixture
def browser(clerk, connection):
    return clerk(*RIGHTS)


@pytest.fixture
def send(browser, shelf):
    def sent(what, folder=None, **form):
        folder_id = folder or shelf.home.id
        return browser.post(f"{DRIVE}{folder_id}/{what}/", form)

    return sent


def whole(name, data):
    return {"name": name, "file": SimpleUploadedFile("upload", data)}


def held(shelf):
    return {item.name: item.size for item in shelf.store.children(shelf.home)}


def test_a_session_is_given_to_which_the_browser_sends(send, shelf):
    answer = send("upload", name="a #1.png", size="5")
    url = answer.json()["url"]
    span = {"Content-Range": "bytes 0-4/5"}
    assert requests.put(url, b"bytes", headers=span, timeout=5).status_code == 201
    assert held(shelf) == {"a #1.png": 5}
    assert "no-store" in answer["Cache-Control"]
    [entry] = LogEntry.objects.all()
    assert (entry.object_repr, entry.change_message) == (
        "a #1.png",
        "Uploaded to OneDrive.",
    )


def test_who_asks_again_for_what_is_stored_is_told_so(send, shelf):
    shelf.file("a.png", b"bytes")
    told = send("upload", name="a.png", size="5", again="yes").json()
    assert told == {"stored": True}
    for form in ({"size": "5"}, {"size": "6", "again": "yes"}):
        assert "url" in send("upload", name="a.png", **form).json()


def test_an_empty_file_comes_through_us(send, shelf):
    told = {"stored": True, "name": "empty.png"}
    assert send("relay", **whole("empty.png", b"")).json() == told
    assert held(shelf) == {"empty.png": 0}


def test_a_whole_file_may_come_through_us(send, shelf):
    data = png(1, (900, 700)) + bytes(3_000_000)
    told = send("relay", **whole("a.png", data)).json()
    assert told == {"stored": True, "name": "a.png"}
    [item] = shelf.store.children(shelf.home)
    assert shelf.store.open(item).read_bytes() == data


def test_what_comes_through_us_and_gets_another_name_is_told_by_it(send, shelf):
    shelf.file("a.png", b"bytes")
    told = send("relay", **whole("a.png", b"others")).json()
    assert told == {"stored": True, "name": "a 1.png"}


@pytest.mark.parametrize("what", ["upload", "relay"])
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "The name is empty."),
        ("a/b.png", "has a / in it"),
        ("x" * 300, "longer than 255"),
        ("\0", "can"),
    ],
)
def test_a_name_that_can_not_be_is_told(send, shelf, what, name, told):
    form = whole(name, b"bytes") if what == "relay" else {"name": name}
    answer = send(what, **form)
    assert answer.status_code == 400
    assert told in answer.json()["detail"]
    assert held(shelf) == {}


def test_a_relay_of_nothing_is_told(send):
    answer = send("relay", name="a.png")
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "There is no file in this request.",
    )


@pytest.mark.parametrize("what", ["upload", "relay"])
def test_nothing_is_brought_outside(send, outside, shelf, what):
    answer = send(what, folder=outside, **whole("a.png", b"bytes"))
    assert answer.status_code == 400
    assert "outside the gallery" in answer.json()["detail"]
    assert list(shelf.store.children(shelf.store.get(outside))) == []


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        (Fault(path="*createUploadSession", status=507), 400, "OneDrive is full"),
        (Fault(path="*createUploadSession", status=503), 503, "has a fault"),
        (Fault(path="*createUploadSession", body="{}", status=200), 503, "unexpected"),
        (Fault(status=429, retry_after=60), 503, "asked us to wait"),
    ],
)
def test_what_onedrive_refuses_is_told(send, standin, fault, status, told, monkeypatch):
    monkeypatch.setattr("onedrive.staff_uploads.PATIENCE", 0.0)
    standin.faults.add(fault)
    answer = send("upload", name="a.png", size="5")
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_who_is_not_connected_is_told(clerk, standin, shelf):
    browser = clerk(*RIGHTS)
    answer = browser.post(f"{DRIVE}{shelf.home.id}/upload/", {"name": "a.png"})
    assert answer.status_code == 400
    assert "not connected" in answer.json()["detail"]


def test_only_the_folders_page_may_call_hosts_of_uploads(browser):
    policy = browser.get(DRIVE)["Content-Security-Policy"]
    assert "connect-src 'self' https://*.sharepoint.com " in policy
    assert "http://127.0.0.1:*" in policy  # of the stand-in, by its adapter
    policy = browser.get("/staff/")["Content-Security-Policy"]
    assert "connect-src 'self';" in policy


def test_with_microsoft_itself_only_its_hosts_are_called(settings):
    from onedrive.session import page_sources

    settings.ONEDRIVE_HTTP_ADAPTER = "requests.adapters.HTTPAdapter"
    assert {source.partition("*")[0] for source in page_sources()} == {"https://"}


@pytest.mark.parametrize("what", ["upload", "relay"])
def test_uploads_need_the_right_to_change_and_a_token(clerk, connection, shelf, what):
    browser = clerk("view_drivefolder", "delete_drivefolder")
    address = f"{DRIVE}{shelf.home.id}/{what}/"
    assert browser.post(address, whole("a.png", b"bytes")).status_code == 403
    assert browser.get(address).status_code == 403
    assert 'id="upload"' not in browser.get(DRIVE).content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(connection.user, "accounts.backends.StaffBackend")
    assert strict.post(address, whole("a.png", b"bytes")).status_code == 403
    assert held(shelf) == {}
