"""Pictures that staff upload: to a group, to a new one, in place of another."""

from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files import File
from django.db import connection
from django.test import Client

from gallery.models import Group, Image
from gallery.services import group_delete, image_update
from gallery.storage import AtomicFileSystemStorage
from gallery.tests import samples
from gallery.tests.staff_site import GROUPS, call

pytestmark = pytest.mark.django_db

NEW = f"{GROUPS}upload/"


def form(content: bytes, name: str = "new.png", **fields: str) -> dict:
    picture = BytesIO(content)
    picture.name = name
    return {"picture": picture, **fields}


def test_an_upload_comes_last_in_its_group(boss, added, media):
    group = added(0)[0].group
    content = samples.png((50, 50))

    answer = boss.post(call(group, "upload"), form(content))

    image = Image.objects.in_group(1).last()
    assert (image.name, image.number, image.folder_name) == ("new.png", 2, "Uploads")
    assert (media / image.original.name).read_bytes() == content
    assert answer.json()["number"] == 2
    assert f'data-number="{image.number}"' in answer.json()["picture"]
    assert LogEntry.objects.get().change_message == "Uploaded new.png."


def test_an_upload_makes_a_new_group_and_says_where_others_go(boss, db):
    answer = boss.post(NEW, form(samples.png(), title="Alps")).json()
    group = Group.objects.get()
    assert group.title == "Alps"
    assert answer["group"] == f"{GROUPS}{group.pk}/change/"
    boss.post(answer["upload"], form(samples.jpeg(), "b.jpg"))
    assert [image.name for image in group.images.in_order()] == ["new.png", "b.jpg"]


@pytest.mark.parametrize("kind", ["text", "zero bytes", "truncated png", "huge png"])
def test_what_is_no_picture_is_refused_with_a_reason(
    boss, added, stored_files, revision, kind
):
    group = added(0)[0].group
    files, before = stored_files(), revision()
    for address in (call(group, "upload"), NEW):
        answer = boss.post(address, form(samples.NO_PICTURES[kind]()))
        assert answer.status_code == 400
        assert answer.json()["detail"]
    assert (stored_files(), revision()) == (files, before)
    assert Group.objects.count() == 1


@pytest.mark.parametrize("fields", [{}, {"picture": "text"}])
def test_an_upload_without_a_file_is_refused(boss, db, fields):
    answer = boss.post(NEW, fields)
    assert answer.status_code == 400
    assert answer.json() == {"detail": "picture: There is no file."}


def test_what_is_too_large_is_refused_before_it_is_read(boss, settings, db):
    settings.MAX_PICTURE_BYTES = 1000
    answer = boss.post(NEW, form(b"x" * 1_002_000))
    assert answer.status_code == 413
    assert answer.json() == {"detail": "Request Entity Too Large"}
    answer = boss.post(NEW, form(b"x" * 2000))
    assert answer.status_code == 400
    assert "too large" in answer.json()["detail"]


def test_an_odd_name_loses_no_picture(boss, db):
    boss.post(NEW, form(samples.png(), "C:\\sn\nöw 50%<b>.png"))
    assert "<b>" not in boss.post(NEW, form(samples.png(), "<b>.png")).json()["picture"]
    assert Image.objects.count() == 2


def test_an_upload_to_a_group_that_is_gone_leaves_nothing(boss, added, stored_files):
    group = added(0)[0].group
    address = call(group, "upload")
    group_delete(groups=[1])
    before = stored_files()
    assert boss.post(address, form(samples.png())).status_code == 404
    assert stored_files() == before


@pytest.mark.django_db(transaction=True)
def test_a_group_that_goes_while_the_picture_is_made_leaves_nothing(
    boss, added, stored_files, monkeypatch
):
    from gallery import admin_uploads

    group, store = added(0)[0].group, admin_uploads.picture_store

    def slow(**named):
        picture = store(**named)
        group_delete(groups=[1])
        return picture

    monkeypatch.setattr(admin_uploads, "picture_store", slow)
    answer = boss.post(call(group, "upload"), form(samples.png()))
    assert answer.json() == {"detail": "There is no group 1."}
    assert stored_files() == []


def test_a_storage_that_fails_is_told_and_nothing_is_half_done(
    boss, added, storage, stored_files
):
    group, before = added(0)[0].group, stored_files()
    storage("gallery.tests.test_admin_uploads.Full")
    answer = boss.post(call(group, "upload"), form(samples.jpeg()))
    assert answer.status_code == 503
    assert answer.json() == {"detail": "It could not be stored. Try again later."}
    assert stored_files() == before
    assert Image.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_uploads_at_once_get_numbers_of_their_own(boss, added):
    group, start = added(0)[0].group, Barrier(3)

    def upload(index: int) -> None:
        browser = Client()
        browser.cookies = boss.cookies
        start.wait()
        browser.post(call(group, "upload"), form(samples.png((60 + index, 9))))
        connection.close()

    threads = [Thread(target=upload, args=[index]) for index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [image.number for image in Image.objects.in_group(1)] == [1, 2, 3, 4]


# --- In place of another ------------------------------------------------------------


def test_a_picture_is_replaced_under_its_number(
    boss, added, stored_files, django_capture_on_commit_callbacks
):
    image = added(0, 1)[1]
    image_update(group=1, image=2, title="Snow", caption="Much")
    with django_capture_on_commit_callbacks(execute=True):
        answer = boss.post(call(image, "replace"), form(samples.jpeg(), "b.jpg"))
    assert answer.json() == {}
    old, image = image, Image.objects.get(pk=image.pk)
    assert (image.number, image.position) == (old.number, old.position)
    assert (image.title, image.caption, image.name) == ("Snow", "Much", "b.jpg")
    assert image.content_type == "image/jpeg"
    assert old.original.name not in stored_files()
    assert image.original.name in stored_files()


def test_a_picture_is_not_replaced_by_none(boss, added):
    [image] = added(0)
    answer = boss.post(call(image, "replace"), form(samples.text()))
    assert answer.status_code == 400
    assert Image.objects.get().sha256 == image.sha256


# --- Who may ------------------------------------------------------------------------


def test_uploads_need_permission(clerk, added):
    [image] = added(0)
    browser = clerk("view_group", "view_image", "change_group", "add_group")
    for address in (NEW, call(image.group, "upload"), call(image, "replace")):
        assert browser.post(address, form(samples.png())).status_code == 403
    assert Image.objects.count() == 1
    browser = clerk("view_group", "add_image")
    assert browser.post(NEW, form(samples.png())).status_code == 403
    assert browser.post(call(image.group, "upload"), form(samples.png())).json()


class Full(AtomicFileSystemStorage):
    """A disk without room."""

    def _save(self, name: str, content: File) -> str:
        raise OSError(28, "No space left on device")
