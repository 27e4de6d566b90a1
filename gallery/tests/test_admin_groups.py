"""A group's page in the staff site: its pictures, and what its scripts call."""

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from gallery.admin_groups import PIECE
from gallery.models import Group, Image
from gallery.services import group_delete, group_update
from gallery.tests.staff_site import call, change, file, text

pytestmark = pytest.mark.django_db


def order() -> list[int]:
    return [image.number for image in Image.objects.in_group(1)]


def test_its_page_shows_its_pictures_in_their_order(boss, added):
    images = added(*range(3))
    page = text(boss.get(change(images[0].group)))
    for image in images:
        assert f'src="{file(image, "thumbnail")}"' in page
        assert f'href="{change(image)}"' in page
    assert page.index("0.png") < page.index("1.png") < page.index("2.png")


@pytest.mark.parametrize("count", [1, 30])
def test_its_page_asks_the_same_however_many_pictures(
    boss, added, django_assert_num_queries, count
):
    image = added(*range(count))[0]
    # The session, its user, the group, a piece of its pictures, and how many in all.
    with django_assert_num_queries(5):
        boss.get(change(image.group))


def test_a_large_group_comes_in_pieces(boss, added):
    group = added(0)[0].group
    rows = [
        Image(group=group, number=n, position=n, name=f"{n}.png", width=1, height=1)
        for n in range(2, 2 * PIECE + 2)
    ]
    for row in rows:
        row.size, row.original = 1, "originals/x"
    Image.objects.bulk_create(rows)

    page = text(boss.get(change(group)))
    assert page.count("data-number") == PIECE
    pieces = f"/staff/gallery/group/{group.pk}/pictures/?from="
    assert f'data-more="{pieces}{PIECE}"' in page

    second = text(boss.get(f"{pieces}{PIECE}"))
    assert second.count("data-number") == PIECE
    assert f'data-more="{pieces}{2 * PIECE}"' in second
    last = text(boss.get(f"{pieces}{2 * PIECE}"))
    assert last.count("data-number") == 1
    assert "data-more" not in last


@pytest.mark.parametrize("start", ["", "x", "-1", "9" * 30])
def test_a_piece_that_is_not_there_is_empty(boss, added, start):
    [image] = added(0)
    path = f"/staff/gallery/group/{image.group.pk}/pictures/?from={start}"
    assert "data-number" not in text(boss.get(path))


# --- What its scripts call ----------------------------------------------------------


def test_a_group_gets_a_title(boss, added, revision):
    group, before = added(0)[0].group, revision()
    answer = boss.post(call(group, "title"), {"title": " Alps "})
    assert answer.json() == {"title": "Alps"}
    assert Group.objects.get().title == "Alps"
    assert revision() == before + 1
    assert LogEntry.objects.get().object_id == str(group.pk)


def test_without_a_chosen_cover_the_first_star_is_pressed(boss, added):
    first, _ = added(0, 1)
    page = text(boss.get(change(first.group)))
    assert f'value="{first.pk}" aria-pressed="true"' in page
    assert page.count('aria-pressed="true"') == 1


def test_a_group_gets_a_cover_and_gives_it_back(boss, added):
    first, second = added(0, 1)
    address = call(first.group, "cover")
    boss.post(address, {"cover": second.number})
    assert Group.objects.get().cover == second
    assert 'aria-pressed="true"' in text(boss.get(change(first.group)))
    boss.post(address, {"cover": ""})
    assert Group.objects.get().cover is None


def test_pictures_are_put_before_another_or_last(boss, added):
    group = added(0, 1, 2)[0].group
    boss.post(call(group, "place"), {"numbers": [3, 2], "before": 1})
    assert order() == [3, 2, 1]
    boss.post(call(group, "place"), {"numbers": [3], "before": ""})
    assert order() == [2, 1, 3]


def test_a_picture_gets_a_title_or_a_caption(boss, added):
    [image] = added(0)
    boss.post(call(image, "texts"), {"title": "Snow"})
    answer = boss.post(call(image, "texts"), {"caption": "Much\nof it "})
    assert answer.json() == {"caption": "Much of it"}
    image.refresh_from_db()
    assert (image.title, image.caption) == ("Snow", "Much of it")
    assert LogEntry.objects.filter(object_id=image.pk).count() == 2


def test_visitors_see_the_new_order_and_cover_at_once(boss, client, added):
    first, second = added(0, 1)
    boss.post(call(first.group, "place"), {"numbers": [2], "before": 1})
    shown = client.get("/image/group?group=1").json()["data"]
    assert [entry["imageID"] for entry in shown] == [2, 1]
    assert client.get("/image/page").json()["data"][0]["image_name"] == "1.png"
    boss.post(call(first.group, "cover"), {"cover": 1})
    assert client.get("/image/page").json()["data"][0]["image_name"] == "0.png"


CALLS = [
    ("title", {"title": "x"}),
    ("cover", {"cover": 1}),
    ("place", {"numbers": [1], "before": ""}),
]


@pytest.mark.parametrize(("name", "fields"), CALLS)
def test_a_group_that_is_gone_is_told(boss, added, name, fields):
    group = added(0)[0].group
    address = call(group, name)
    group_delete(groups=[1])
    answer = boss.post(address, fields)
    assert answer.status_code == 404
    assert answer.json() == {"detail": "This group is not there any more."}


@pytest.mark.parametrize(
    ("name", "fields", "status", "reason"),
    [
        ("title", {}, 400, "title: This field is required."),
        ("title", {"title": "x" * 201}, 400, "title: Ensure this field has no more"),
        ("title", {"title": "a\0"}, 400, "title: Null characters"),
        ("cover", {"cover": "x"}, 400, "cover: value is not a valid integer"),
        ("cover", {"cover": 9}, 404, "There is no picture 9 in group 1."),
        ("cover", {"cover": "9" * 40}, 404, "There is no picture 9"),
        ("place", {"before": 1}, 400, "numbers: This"),
        ("place", {"numbers": ["1", "x"], "before": ""}, 400, "numbers: value is not"),
        ("place", {"numbers": [1], "before": 9}, 404, "There is no picture 9"),
        ("place", {"numbers": [1]}, 400, "before: This field is required."),
    ],
)
def test_what_is_wrong_with_a_call_is_said(
    boss, added, revision, name, fields, status, reason
):
    group, before = added(0)[0].group, revision()
    answer = boss.post(call(group, name), fields)
    assert answer.status_code == status
    assert answer.json()["detail"].startswith(reason)
    assert revision() == before


@pytest.mark.parametrize(("name", "fields"), CALLS)
def test_a_call_needs_permission_post_and_csrf(boss, clerk, added, name, fields):
    group = added(0)[0].group
    assert boss.get(call(group, name)).status_code == 405
    looker = clerk("view_group", "view_image")
    assert looker.post(call(group, name), fields).json() == {
        "detail": "Your account may not do this."
    }
    assert looker.post(call(group, name), fields).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = looker.cookies
    assert strict.post(call(group, name), fields).status_code == 403
    assert Client().post(call(group, name), fields).status_code == 302


def test_who_may_only_look_is_offered_no_change(clerk, added):
    [image] = added(0)
    group_update(group=1, title="Alps")
    page = text(clerk("view_group", "view_image").get(change(image.group)))
    assert f'src="{file(image, "thumbnail")}"' in page
    for offered in ("data-save", "data-upload", "data-place", "data-cover", "/delete/"):
        assert offered not in page
