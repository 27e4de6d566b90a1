"""The lists of groups and images in the staff site: rows, search, filters."""

import re

import pytest

from gallery.admin_images import ImageAdmin
from gallery.services import (
    group_update,
    images_add,
    images_delete,
    picture_store,
)
from gallery.tests import samples
from gallery.tests.staff_site import GROUPS, IMAGES, change, file, in_list, text

pytestmark = pytest.mark.django_db


def test_groups_are_listed_with_cover_and_number_of_pictures(boss, added):
    first, second = added(0, 1)
    group_update(group=1, title="Alps", cover=second.number)

    page = boss.get(GROUPS)

    [row] = in_list(page)
    assert row.split() == ["1", "Alps", "2"]
    assert f'src="{file(second, "thumbnail")}"' in text(page)


def test_without_a_cover_the_first_picture_stands_for_the_group(boss, added):
    first, _ = added(0, 1)
    assert f'src="{file(first, "thumbnail")}"' in text(boss.get(GROUPS))


def test_an_emptied_group_is_listed_as_empty(boss, added):
    added(0)
    images_delete(numbers={1: [1]})
    [row] = in_list(boss.get(GROUPS))
    assert row.split() == ["empty", "1", "Without", "a", "title", "0"]


def test_images_are_listed_with_thumbnail_and_group(boss, added):
    [image] = added(0)
    page = boss.get(IMAGES)
    assert len(in_list(page)) == 1
    assert f'src="{file(image, "thumbnail")}"' in text(page)
    assert f'href="{change(image.group)}"' in text(page)


@pytest.mark.parametrize("groups", [3, 30])
@pytest.mark.parametrize(
    ("path", "queries"),
    [(GROUPS, 5), (f"{GROUPS}?q=png", 5), (IMAGES, 5), (f"{IMAGES}?q=png+0", 5)],
)
def test_queries_of_a_list_do_not_grow(
    boss, added, django_assert_num_queries, path, queries, groups
):
    for _ in range(groups):
        added(0)
    # The session, its user, how many, the rows; of groups also how many in all, of
    # images their groups.
    with django_assert_num_queries(queries):
        assert len(in_list(boss.get(path))) == groups


@pytest.mark.parametrize("count", [1, 4, 5, 7])
def test_all_pages_together_are_the_list(boss, added, monkeypatch, count):
    monkeypatch.setattr(ImageAdmin, "list_per_page", 2)
    added(*range(count))

    pages = [in_list(boss.get(f"{IMAGES}?p={n + 1}")) for n in range((count + 1) // 2)]

    shown = [re.search(r"(\d+)\.png", row)[1] for page in pages for row in page]
    assert shown == [str(n) for n in reversed(range(count))]
    assert {len(page) for page in pages[:-1]} <= {2}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=alps", ["1"]),
        ("q=3", ["3"]),
        ("q=2.png", ["3"]),
        ("q=nothing", []),
        ("q=" + "9" * 40, []),
        ("q=" + "9" * 5000, []),
        ("q=%F0%9F%98%80", []),
    ],
)
def test_groups_are_found_by_title_number_and_picture(boss, added, query, found):
    for index in range(3):
        added(index)
    group_update(group=1, title="The Alps")
    images_delete(numbers={2: [1]})
    rows = in_list(boss.get(f"{GROUPS}?{query}"))
    assert [re.search(r"\b\d\b", row)[0] for row in rows] == found


def test_groups_are_listed_by_number_title_or_pictures(boss, added):
    added(0)
    added(1, 2)
    group_update(group=1, title="Sea")
    group_update(group=2, title="Alps")
    page = text(boss.get(GROUPS))
    for name in ("number", "title", "images"):
        [link] = re.findall(rf'href="([^"]+)"[^>]*>By {name}', page)
        rows = in_list(boss.get(GROUPS + link.replace("&amp;", "&")))
        expected = ["2", "1"] if name in ("number", "title") else ["1", "2"]
        assert [row.split()[0] for row in rows] == expected, name


def test_the_dots_between_far_pages_lead_nowhere(boss, added, monkeypatch):
    monkeypatch.setattr(ImageAdmin, "list_per_page", 1)
    for _ in range(12):
        added(0)
    page = text(boss.get(IMAGES))
    assert "…</div>" in page
    assert re.findall(r'href="\?p=([^"]+)"', page) == ["2", "3", "4", "11", "12"]


def test_an_empty_list_says_whether_anything_was_asked(boss, added):
    assert "Nothing here yet" in text(boss.get(GROUPS))
    assert "Nothing here yet" in text(boss.get(IMAGES))
    added(0)
    for path in (f"{GROUPS}?q=none", f"{IMAGES}?q=none", f"{IMAGES}?group=2"):
        page = text(boss.get(path))
        assert "Nothing found" in page, path
        assert re.search(r'<a href="\?"[^>]*>\s*<span[^>]*>[^<]*</span> Show all', page)


def test_a_list_says_how_many_were_found_when_something_was_asked(boss, added):
    added(0, 1)
    assert "found (" not in text(boss.get(IMAGES))
    assert '1 found (<a class="text-link" href="?">' in text(boss.get(f"{IMAGES}?q=0"))


def test_of_several_orders_the_first_is_marked(boss, added):
    added(0)
    page = text(boss.get(f"{GROUPS}?o=3.1"))
    assert re.findall(r">By (\w+) ([↑↓])", page) == [("images", "↑")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("group=2", ["snow.jpg"]),
        ("group=x", []),
        ("group=" + "9" * 40, []),
        ("group=" + "9" * 5000, []),
        ("group=", ["snow.jpg", "0.png"]),
        ("folder=alp", ["snow.jpg"]),
        ("folder=Sea", []),
        ("content_type=image/png", ["0.png"]),
        ("content_type=image/png&group=2", []),
        ("content_type=nonsense", []),
        ("created__gte=2000-01-01+00:00:00%2B00:00", ["snow.jpg", "0.png"]),
        ("created__lt=2000-01-01+00:00:00%2B00:00", []),
        ("megabytes=0", ["snow.jpg", "0.png"]),
        ("megabytes=1", []),
        ("megabytes=20", []),
        ("megabytes=7", ["snow.jpg", "0.png"]),
        ("titled=no", ["0.png"]),
        ("titled=yes", ["snow.jpg"]),
        ("q=snow", ["snow.jpg"]),
        ("q=2", ["snow.jpg"]),
        ("q=white", ["snow.jpg"]),
        ("q=alps+2", ["snow.jpg"]),
        ("q=alps+1", []),
        ("q=" + "9" * 5000, []),
    ],
)
def test_images_are_filtered_and_found(boss, added, picture_file, query, found):
    added(0)
    snow = picture_store(
        path=picture_file(samples.jpeg()),
        name="snow.jpg",
        folder_name="The Alps",
        title="White",
    )
    images_add(group=None, images=[snow])
    rows = in_list(boss.get(f"{IMAGES}?{query}"))
    assert sorted(row.split()[0] for row in rows) == sorted(found)


def test_a_filter_that_is_written_keeps_the_others(boss, added):
    added(0)
    page = text(boss.get(f"{IMAGES}?content_type=image/png&folder=%22%3E&q=0.png"))
    assert '<input type="hidden" name="content_type" value="image/png">' in page
    assert '<input type="hidden" name="q" value="0.png">' in page
    assert '<input type="search" name="folder" value="&quot;&gt;"' in page


@pytest.mark.parametrize("path", [GROUPS, IMAGES])
@pytest.mark.parametrize(
    "query",
    ["p=x", "p=99", "o=99.x", "created__gte=x", "group__id__exact=x", "no=1", "all="],
)
def test_nonsense_in_the_address_of_a_list_is_no_fault(boss, added, path, query):
    added(0)
    assert boss.get(f"{path}?{query}", follow=True).status_code == 200
