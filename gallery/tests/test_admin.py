"""A group, an image and their files in the staff site, and who may do what."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from gallery.admin_parts import PictureAdmin
from gallery.models import Group, Image
from gallery.services import group_delete
from gallery.tests.staff_site import GROUPS, IMAGES, change, delete, file, text

pytestmark = pytest.mark.django_db


# --- Deleting ---------------------------------------------------------------------


def test_deleting_a_group_first_says_how_many_pictures_go(
    boss, added, stored_files, django_capture_on_commit_callbacks
):
    [image, *_] = added(*range(3))

    page = " ".join(re.sub("<[^>]+>", " ", text(boss.get(delete(image.group)))).split())
    assert "Images: 3" in page
    assert Group.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        boss.post(delete(image.group), {"post": "yes"})

    assert not Group.objects.exists()
    assert stored_files() == []


@pytest.mark.parametrize("model", ["group", "image"])
def test_chosen_rows_are_deleted_after_a_question(
    boss, added, stored_files, revision, model, django_capture_on_commit_callbacks
):
    rows = [added(index)[0] for index in range(3)]
    chosen = [r.group_id if model == "group" else r.pk for r in rows[:2]]
    form = {"action": "delete_selected", "_selected_action": chosen}
    path = f"/staff/gallery/{model}/"

    question = text(boss.post(path, form))
    assert "Are you sure" in question
    assert f"Delete {model}s | Artetore ImageHub</title>" in question
    assert Image.objects.count() == 3
    before = revision()
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(path, form | {"post": "yes"})

    assert Image.objects.get() == rows[2]
    assert sorted(stored_files()) == sorted(
        [rows[2].original.name, rows[2].thumbnail.name, rows[2].preview.name]
    )
    assert revision() == before + 1


# --- One image --------------------------------------------------------------------


def test_an_image_gets_a_title_and_a_caption(boss, added, revision):
    [image] = added(0)
    before = revision()
    form = {"title": "Snow", "caption": "Seen from\nthe hut", "name": "other.png"}
    assert boss.post(change(image), form).status_code == 302
    image.refresh_from_db()
    assert (image.title, image.name) == ("Snow", "0.png")
    assert image.caption == "Seen from the hut"
    assert revision() == before + 1


def test_its_page_shows_the_preview_and_what_is_known(boss, added):
    [image] = added(0)
    page = text(boss.get(change(image)))
    assert f'src="{file(image, "preview")}"' in page
    assert f'href="{file(image, "original")}"' in page
    for known in (image.sha256, "image/png", "40 × 30", "0.png"):
        assert known in page


def test_deleting_an_image_removes_its_files_and_keeps_its_group(
    boss, added, stored_files, django_capture_on_commit_callbacks
):
    [image] = added(0)
    with django_capture_on_commit_callbacks(execute=True):
        boss.post(delete(image), {"post": "yes"})
    assert stored_files() == []
    assert Group.objects.exists()


@pytest.fixture
def deleted_meanwhile(monkeypatch):
    """Deletes the group when a picture's form has been read but not saved."""

    def save_form(self, request, form, change):
        group_delete(groups=[1])
        return form.save(commit=False)

    monkeypatch.setattr(PictureAdmin, "save_form", save_form)


def test_what_was_deleted_meanwhile_is_told(boss, added, deleted_meanwhile):
    [image] = added(0)
    answer = boss.post(change(image), {"title": "New", "caption": ""}, follow=True)
    assert "There is no group 1." in text(answer)
    assert not LogEntry.objects.exists()


def test_what_is_gone_is_told(boss, added):
    [image] = added(0)
    group_delete(groups=[1])
    answer = boss.post(change(image), {"title": "New"}, follow=True)
    assert "doesn’t exist" in text(answer)


def test_a_title_that_is_too_long_is_refused(boss, added):
    [image] = added(0)
    answer = boss.post(change(image), {"title": "x" * 201, "caption": ""})
    assert "at most 200 characters" in text(answer)


# --- Who may ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"{GROUPS}add/", f"{IMAGES}add/"])
def test_nothing_is_added_by_hand(boss, path):
    assert boss.get(path).status_code == 403


def test_strangers_are_led_to_the_sign_in(client, added):
    [image] = added(0)
    for path in (GROUPS, change(image), change(image.group)):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/login/")


def test_staff_without_permission_sees_nothing(clerk, added):
    [image] = added(0)
    browser = clerk()
    for path in (GROUPS, IMAGES, change(image.group), change(image)):
        assert browser.get(path).status_code == 403


def test_who_may_only_look_cannot_change(clerk, added):
    [image] = added(0)
    browser = clerk("view_group", "view_image")
    assert 'name="title"' not in text(browser.get(change(image.group)))
    assert browser.post(change(image), {"title": "x"}).status_code == 403
    assert browser.post(delete(image), {"post": "yes"}).status_code == 403


def test_who_may_not_delete_pictures_may_not_delete_their_group(clerk, added):
    [image] = added(0)
    browser = clerk("view_group", "change_group", "delete_group")
    assert browser.post(delete(image.group), {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


def test_a_missing_file_takes_no_page_away(boss, added, media):
    [image] = added(0)
    for name in image.files:
        (media / name).unlink()
    for path in (GROUPS, IMAGES, change(image), change(image.group)):
        assert boss.get(path).status_code == 200
