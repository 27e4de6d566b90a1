"""Thumbnails of one's OneDrive in the staff site."""

import re

import pytest
from django.core.cache import cache

from conftest import png
from onedrive.standin.faults import Fault
from onedrive.tests.pages import DRIVE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(clerk, connection):
    return clerk("view_drivefolder")


def thumbnails(answer):
    return re.findall(
        r'src="(/staff/onedrive/thumbnails/[^"]+)"', answer.content.decode()
    )


def test_pictures_have_thumbnails_that_come_through_us(browser, shelf):
    shelf.file("a.png", png(1))
    shelf.file("notes.txt", b"words")
    page = browser.get(DRIVE)
    [address] = thumbnails(page)
    answer = browser.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content.startswith(b"\xff\xd8")
    assert "tempauth" not in page.content.decode() + str(answer.headers)


def test_a_thumbnail_is_fetched_once_until_the_file_changes(browser, shelf, calls):
    shelf.file("a.png", png(1))
    [address] = thumbnails(browser.get(DRIVE))
    first = browser.get(address).content
    before = calls()
    assert browser.get(address).content == first
    assert calls() == before

    with shelf.store.blobs.arrival() as source:
        source.write_bytes(png(200, (200, 300)))
        shelf.store.put_file(shelf.home.id, "a.png", source)
    [changed] = thumbnails(browser.get(DRIVE))
    assert changed != address
    assert browser.get(changed).content != first


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="*thumbnails*", status=404),
        Fault(path="*thumbnails*", status=429, retry_after=60),
        Fault(path="*thumbnails*", reset=True),
        Fault(role="content", status=404),
        Fault(role="content", status=202),
        Fault(role="content", reset=True),
    ],
)
def test_a_thumbnail_that_can_not_be_had_is_none_for_now(
    browser, shelf, standin, fault, monkeypatch
):
    monkeypatch.setattr("onedrive.thumbnails.PATIENCE", 0.0)
    shelf.file("a.png", png(1))
    [address] = thumbnails(browser.get(DRIVE))
    standin.faults.add(fault)
    answer = browser.get(address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Cache-Control"] == "no-store"


def test_only_what_a_list_showed_has_a_thumbnail(browser, shelf, clerk, other_staff):
    shelf.file("a.png", png(1))
    [address] = thumbnails(browser.get(DRIVE))
    assert browser.get("/staff/onedrive/thumbnails/made-up/").status_code == 404
    assert browser.get(address[:-3] + "xx/").status_code == 404
    other_staff.is_superuser = True
    other_staff.save()
    browser.force_login(other_staff, "accounts.backends.StaffBackend")
    assert browser.get(address).status_code == 404
    assert cache.get("thumbnail") is None
