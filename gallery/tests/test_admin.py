"""A group, an image and their files in the staff site, and who may do what."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from gallery.admin import PictureAdmin
from gallery.models import Group, Image
from gallery.services import (
    group_delete,
    group_update,
)
from gallery.tests.staff_site import GROUPS, IMAGES, change, delete, file, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, staff):
    """A browser of a member of staff with these permissions on the gallery alone."""

    def sign_in(*codenames):
        permissions = Permission.objects.filter(
            content_type__app_label="gallery", codename__in=codenames
        )
        assert len(permissions) == len(codenames)
        staff.user_permissions.set(permissions)
        client.force_login(staff, "accounts.backends.StaffBackend")
        return client

    return sign_in


# --- One group --------------------------------------------------------------------


def test_a_group_gets_a_title_and_a_cover(boss, added, revision):
    first, second = added(0, 1)
    before = revision()

    answer = boss.post(change(first.group), {"title": "Alps", "cover": second.pk})

    assert answer.status_code == 302
    group = Group.objects.get()
    assert (group.title, group.cover) == ("Alps", second)
    assert revision() == before + 1
    assert LogEntry.objects.get().object_id == str(group.pk)


def test_a_cover_can_be_taken_back(boss, added):
    first, second = added(0, 1)
    group_update(group=1, cover=second.number)
    boss.post(change(first.group), {"title": "", "cover": ""})
    assert Group.objects.get().cover is None


def test_saving_without_a_change_changes_nothing(boss, added, revision):
    [image] = added(0)
    before = revision()
    assert boss.post(change(image.group), {"title": "", "cover": ""}).status_code == 302
    assert revision() == before


@pytest.fixture
def deleted_meanwhile(monkeypatch):
    """Deletes the group when its form, or a picture's, has been read but not saved."""

    def save_form(self, request, form, change):
        group_delete(groups=[1])
        return form.save(commit=False)

    monkeypatch.setattr(PictureAdmin, "save_form", save_form)


@pytest.mark.parametrize("model", ["group", "image"])
def test_what_was_deleted_meanwhile_is_told(boss, added, deleted_meanwhile, model):
    [image] = added(0)
    row = image.group if model == "group" else image
    answer = boss.post(change(row), {"title": "New", "cover": ""}, follow=True)
    assert "There is no group 1." in text(answer)
    assert not LogEntry.objects.exists()


def test_what_is_gone_is_told(boss, added):
    [image] = added(0)
    group_delete(groups=[1])
    answer = boss.post(change(image), {"title": "New"}, follow=True)
    assert "doesn’t exist" in text(answer)


def test_a_picture_of_another_group_is_no_cover(boss, added):
    [own], [strange] = added(0), added(1)
    page = text(boss.get(change(own.group)))
    assert f'<option value="{own.pk}"' in page
    assert f'<option value="{strange.pk}"' not in page

    answer = boss.post(change(own.group), {"title": "New", "cover": strange.pk})

    assert "Select a valid choice" in text(answer)
    group = Group.objects.get(number=1)
    assert (group.title, group.cover) == ("", None)


def test_a_title_that_is_too_long_is_refused(boss, added):
    [image] = added(0)
    answer = boss.post(change(image.group), {"title": "x" * 201, "cover": ""})
    assert "at most 200 characters" in text(answer)


def test_its_page_shows_its_pictures(boss, added, django_assert_max_num_queries):
    images = added(*range(20))
    with django_assert_max_num_queries(10):
        page = text(boss.get(change(images[0].group)))
    for image in images:
        assert f'src="{file(image, "thumbnail")}"' in page
        assert f'href="{change(image)}"' in page
        assert f">{image.name}</a>" in page


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

    assert "Are you sure" in text(boss.post(path, form))
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


def test_an_image_gets_a_title(boss, added, revision):
    [image] = added(0)
    before = revision()
    answer = boss.post(change(image), {"title": "Snow", "name": "other.png"})
    assert answer.status_code == 302
    image.refresh_from_db()
    assert (image.title, image.name) == ("Snow", "0.png")
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


# --- Who may ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"{GROUPS}add/", f"{IMAGES}add/"])
def test_nothing_is_added_by_hand(boss, path):
    assert boss.get(path).status_code == 403


def test_strangers_are_led_to_the_sign_in(client, added):
    [image] = added(0)
    for path in (GROUPS, change(image), file(image, "original")):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/staff/login/")


def test_staff_without_permission_sees_nothing(clerk, added):
    [image] = added(0)
    browser = clerk()
    for path in (GROUPS, IMAGES, change(image.group), file(image, "thumbnail")):
        assert browser.get(path).status_code == 403


def test_who_may_only_look_cannot_change(clerk, added):
    [image] = added(0)
    browser = clerk("view_group", "view_image")
    assert 'name="title"' not in text(browser.get(change(image.group)))
    assert browser.get(file(image, "preview")).status_code == 200
    assert browser.post(change(image), {"title": "x"}).status_code == 403
    assert browser.post(delete(image), {"post": "yes"}).status_code == 403


def test_who_may_not_delete_pictures_may_not_delete_their_group(clerk, added):
    [image] = added(0)
    browser = clerk("view_group", "change_group", "delete_group")
    assert browser.post(delete(image.group), {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


# --- Files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "content_type", "disposition"),
    [
        ("thumbnail", "image/webp", ""),
        ("preview", "image/webp", ""),
        ("original", "image/png", 'attachment; filename="0.png"'),
    ],
)
def test_files_come_with_their_type(
    boss, added, media, kind, content_type, disposition
):
    [image] = added(0)
    answer = boss.get(file(image, kind))
    stored = (media / getattr(image, kind).name).read_bytes()
    assert b"".join(answer) == stored
    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert answer.get("Content-Disposition", "").startswith(disposition)


@pytest.mark.parametrize(
    "path", ["0/file/thumbnail/", "{}/file/other/", f"{'9' * 30}/file/thumbnail/"]
)
def test_an_unknown_file_is_404(boss, added, path):
    [image] = added(0)
    assert boss.get(IMAGES + path.format(image.pk)).status_code == 404


def test_a_missing_file_is_404_and_the_page_is_shown_all_the_same(boss, added, media):
    [image] = added(0)
    (media / image.thumbnail.name).unlink()
    (media / image.preview.name).unlink()
    assert boss.get(file(image, "thumbnail")).status_code == 404
    assert boss.get(IMAGES).status_code == 200
    assert boss.get(change(image)).status_code == 200
