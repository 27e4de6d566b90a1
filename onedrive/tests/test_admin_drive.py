"""Looking through one's OneDrive in the staff site."""

import re
import socket
import time

import pytest

from conftest import png
from gallery.addresses import thumbnail_url
from gallery.models import Image
from onedrive import auth, browsing
from onedrive.ledger import start
from onedrive.models import Connection, Import, ImportItem
from onedrive.orders import FileOrder, FolderOrder
from onedrive.standin.faults import Fault
from onedrive.tests.pages import DRIVE, words
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(clerk, connection):
    return clerk("view_drivefolder")


def page_of(item):
    return f"{DRIVE}{item.id}/"


def names(answer):
    return re.findall(r'class="drive-name[^>]*>([^<]*)<', answer.content.decode())


@pytest.fixture
def take(staff):
    """Into the gallery, by an import that has ended or, without `worked`, has not."""

    def ordered(folder, *files, worked=True):
        orders = tuple(FileOrder(file.id, file.name) for file in files)
        run = start(
            owner=staff,
            orders=[FolderOrder(folder.name, None, orders)],
            origin=Import.Origin.STAFF,
            retries=False,
        )
        if worked:
            Worker(runs=[run.pk]).run()
        return run

    return ordered


# --- Folders ----------------------------------------------------------------------


def test_folders_come_first_and_files_with_size_and_date(browser, shelf):
    shelf.file("a.png", png(1))
    shelf.folder("Zoo")
    answer = browser.get(DRIVE)
    assert names(answer) == ["Zoo", "a.png"]
    assert re.search(r"a\.png \d+ bytes · \d+ \w+ \d{4}", words(answer))


def test_the_root_folder_is_called_as_on_the_way_to_others(browser, shelf):
    page = browser.get(DRIVE).content.decode()
    assert re.search(r'aria-current="page">OneDrive<', page)


def test_the_way_to_a_folder_leads_back_up(browser, shelf):
    top = shelf.folder("Top")
    middle = shelf.folder("Middle", top)
    page = browser.get(page_of(shelf.folder("Deep", middle)))
    told = words(page)
    assert "OneDrive chevron_right Top chevron_right Middle chevron_right Deep" in told
    for item in (top, middle):
        assert f'href="{page_of(item)}"' in page.content.decode()
    assert "This folder is empty." in told


def test_strange_names_are_shown_as_they_are(browser, shelf):
    name = "a & b #1 (50%) é+<i>.jpg".replace("<i>", "[i]")
    shelf.file(name, png(1))
    assert names(browser.get(DRIVE)) == [name.replace("&", "&amp;")]


def test_a_long_folder_comes_page_by_page(browser, shelf, monkeypatch):
    monkeypatch.setattr(browsing, "PAGE", 4)
    folder = shelf.folder("Long")
    shelf.files(10, folder)
    seen, address = [], page_of(folder)
    while address:
        answer = browser.get(address)
        seen.append(names(answer))
        found = re.search(r'href="(\?page=[^"]+)"', answer.content.decode())
        address = page_of(folder) + found[1] if found else ""
    assert [len(page) for page in seen] == [4, 4, 2]
    assert sum(seen, []) == [f"{number:05}.jpg" for number in range(10)]


def test_a_page_of_another_folder_is_not_given(browser, shelf, monkeypatch):
    """A mark of where to go on is bound to its folder, and signed."""
    monkeypatch.setattr(browsing, "PAGE", 2)
    one, two = shelf.folder("One"), shelf.folder("Two")
    shelf.files(3, one)
    shelf.file("other.png", b"", two)
    [mark] = re.findall(
        r'href="(\?page=[^"]+)"', browser.get(page_of(one)).content.decode()
    )
    for query in (mark, "?page=nonsense", "?page=%00", mark + "x"):
        assert names(browser.get(page_of(two) + query)) == ["other.png"]


def test_pages_that_are_empty_are_passed(browser, shelf, standin, monkeypatch):
    monkeypatch.setattr(browsing, "PAGE", 4)
    standin.behaviour.empty_pages = True
    shelf.files(6)
    [mark] = re.findall(r'href="(\?page=[^"]+)"', browser.get(DRIVE).content.decode())
    assert len(names(browser.get(DRIVE + mark))) == 2


def test_what_is_neither_file_nor_folder_is_left_out(browser, shelf, standin):
    shelf.file("a.png", png(1))
    standin.faults.add(Fault(path="*children", edit="strangers"))
    assert names(browser.get(DRIVE)) == ["a.png"]


@pytest.mark.parametrize("files", [3, 50])
def test_neither_queries_nor_calls_grow(
    browser, shelf, calls, files, django_assert_max_num_queries
):
    folder = shelf.folder("Alps", shelf.folder("Europe"))
    shelf.files(files, folder)
    browser.get(page_of(folder))
    before = calls()
    # The session, its user and permissions, the connection, for each call its token
    # and its pause, and what is in the gallery.
    with django_assert_max_num_queries(20):
        assert len(names(browser.get(page_of(folder)))) == files
    # The folder, the one above and the root, and what is in it.
    assert calls() - before == 3


# --- What is in the gallery -------------------------------------------------------


def test_what_is_in_the_gallery_is_marked(browser, shelf, take):
    folder = shelf.folder("Alps")
    files = [shelf.file(f"{name}.png", png(n), folder) for n, name in enumerate("abc")]
    broken = shelf.file("broken.png", b"no picture", folder)
    take(folder, *files[:1])
    run = take(folder, broken)
    waiting = take(folder, files[1], worked=False)

    page = browser.get(page_of(folder))

    told = words(page)
    assert re.search(r"a\.png .*? In Alps image b\.png .*? Being imported", told)
    assert re.search(r"broken\.png .*? Import failed", told)
    assert not re.search(r"c\.png [^.]*(In Alps|Being imported|Import failed)", told)
    for each in (run, waiting):
        assert f"/staff/onedrive/import/{each.pk}/change/" in page.content.decode()
    assert re.search(r"Alps .*? 1 in the gallery", words(browser.get(DRIVE)))
    cover = thumbnail_url(Image.objects.order_by("pk").first())
    assert f'src="{cover}"' in browser.get(DRIVE).content.decode()


def test_what_failed_and_was_taken_later_is_in_the_gallery(browser, shelf, take):
    file = shelf.file("a.png", png(1))
    take(shelf.home, file, worked=False)
    ImportItem.objects.update(state="failed", reason="It rained.")
    assert "Import failed" in words(browser.get(DRIVE))
    take(shelf.home, file)
    told = words(browser.get(DRIVE))
    assert "In Artetore" in told
    assert "Import failed" not in told


# --- When it can't be shown -------------------------------------------------------


def test_what_lies_outside_is_not_shown(browser, outside):
    answer = browser.get(f"{DRIVE}{outside}/")
    assert answer.status_code == 404
    assert "This is not the gallery&#x27;s" in words(answer)


@pytest.mark.parametrize("name", ["none", "..%2F..", "%00", "A!B", "é" * 400])
def test_what_is_not_there_is_told(browser, name):
    answer = browser.get(f"{DRIVE}{name}/")
    assert answer.status_code == 404


def test_a_file_is_no_folder(browser, shelf):
    answer = browser.get(page_of(shelf.file("a.png", png(1))))
    assert answer.status_code == 404
    assert "This is a file, not a folder." in words(answer)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (Fault(status=503), "OneDrive does not answer as it should"),
        (Fault(reset=True), "OneDrive did not answer."),
        (Fault(status=429, retry_after=900), "OneDrive asked for a pause"),
        (Fault(status=403), "OneDrive does not allow this."),
        (Fault(path="*children", body="<html>", status=200), "something unexpected"),
    ],
)
def test_a_drive_with_a_fault_is_told_with_what_to_do(
    browser, standin, fault, told, monkeypatch
):
    monkeypatch.setattr("onedrive.staff_drive.PATIENCE", 0.0)
    standin.faults.add(fault)
    answer = browser.get(DRIVE)
    assert answer.status_code == 200
    assert told in words(answer)
    assert "Try again" in words(answer)


@pytest.fixture
def silent(monkeypatch):
    """A OneDrive that takes calls and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        yield lambda: monkeypatch.setenv("ONEDRIVE_STANDIN_URL", url)


@pytest.mark.parametrize("address", [DRIVE, f"{DRIVE}x/import/"])
@pytest.mark.parametrize("kind", ["silent", "nowhere"])
def test_a_drive_that_does_not_answer_is_not_waited_for(
    clerk, connection, request, kind, address, monkeypatch
):
    browser = clerk("view_drivefolder", "add_import")
    request.getfixturevalue(kind)()
    monkeypatch.setattr("onedrive.staff_drive.REACH", 0.4)
    begun = time.monotonic()
    send = browser.post if "import" in address else browser.get
    assert "OneDrive did not answer." in words(send(address, follow=True))
    assert time.monotonic() - begun < 2


def test_a_site_that_is_not_set_up_is_told(browser, settings, standin):
    settings.ONEDRIVE_ROOT_FOLDER_ID = ""
    assert "OneDrive is not set up" in words(browser.get(DRIVE))


def test_everybody_sees_the_own_drive_alone(browser, shelf, other_staff):
    other_staff.is_superuser = True
    other_staff.save()
    browser.force_login(other_staff, "accounts.backends.StaffBackend")
    assert "OneDrive is not connected" in words(browser.get(DRIVE))
    assert Connection.objects.count() == 1


def test_who_may_nothing_sees_nothing(clerk, connection, shelf):
    browser = clerk("view_import")
    folder = shelf.folder("Alps")
    for address in (DRIVE, page_of(folder), "/staff/onedrive/thumbnails/x/"):
        assert browser.get(address).status_code == 403
        assert browser.post(address).status_code == 403


def test_a_stopped_consent_is_told_on_the_page(browser, staff):
    auth.disconnect(user=staff)
    assert "It was disconnected." in words(browser.get(DRIVE))
