"""What the first page of the staff site tells of the gallery."""

import pytest

from gallery.models import Image
from gallery.overview import totals
from gallery.services import group_update, images_delete
from gallery.tests.staff_site import file, text

pytestmark = pytest.mark.django_db

HOME = "/staff/"


def test_it_tells_how_much_there_is(boss, added):
    added(0, 1)
    added(2)
    Image.objects.update(size=1024**3)
    page = text(boss.get(HOME))
    for value in ("2", "3", "3.0\xa0GB"):
        assert f">{value}</strong>" in page


def test_what_there_is_is_counted_anew_after_a_change_only(
    added, django_assert_num_queries
):
    added(0, 1)
    assert totals().images == 2
    with django_assert_num_queries(1):
        assert totals().images == 2
    images_delete(numbers={1: [1]})
    assert totals().images == 1


def test_the_newest_groups_are_shown_by_their_covers(boss, added):
    added(0)
    _, cover = added(1, 2)
    group_update(group=2, title="Alps", cover=cover.number)
    page = text(boss.get(HOME))
    wall = page.partition('id="newest"')[2]
    assert wall.index("Alps") < wall.index("Group 1")
    assert file(cover, "thumbnail") in wall
    assert "No. 2, 2 images" in wall


def test_the_newest_groups_fill_rows_of_five(boss, added):
    for _ in range(11):
        added(0)
    assert text(boss.get(HOME)).count('id="group-') == 10


def test_an_emptied_group_is_not_on_the_wall(boss, added):
    added(0)
    images_delete(numbers={1: [1]})
    assert "There are no images yet" in text(boss.get(HOME))
