"""Pictures chosen on a group's page or in the list: moved to a group, or deleted."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from gallery.models import Group, Image
from gallery.services import group_delete, group_update
from gallery.tests.staff_site import GROUPS, IMAGES, call, change, text

pytestmark = pytest.mark.django_db


def chosen(*images: Image, action: str = "move", **more: object) -> dict:
    return {"action": action, "_selected_action": [i.pk for i in images], **more}


def offered(page: str) -> list[int]:
    """The numbers of the groups to choose from."""
    keys = [int(key) for key in re.findall('name="group" value="([0-9]+)"', page)]
    return [Group.objects.get(pk=key).number for key in keys]


def history(group: Group) -> list[str]:
    entries = LogEntry.objects.filter(object_id=group.pk)
    return [entry.get_change_message() for entry in entries]


@pytest.fixture
def groups(added) -> tuple[list[Image], Group]:
    """Three pictures of group 1, and group 2."""
    images, [other] = added(0, 1, 2), added(3)
    group_update(group=2, title="Alps")
    return images, other.group


def test_where_to_is_asked_first(boss, groups):
    images, _ = groups
    page = text(boss.post(call(images[0].group, "chosen"), chosen(*images[:2])))
    assert "Move 2 images" in page
    for image in images[:2]:
        assert f'name="_selected_action" value="{image.pk}"' in page
    assert {image.group.number for image in Image.objects.all()} == {1, 2}


def test_the_group_that_all_are_in_is_not_offered(boss, groups):
    images, alps = groups
    page = text(boss.post(call(images[0].group, "chosen"), chosen(*images)))
    assert offered(page) == [2]
    without = f"{GROUPS}choices/?without={images[0].group_id}"
    assert f'hx-get="{without}"' in page
    assert offered(text(boss.get(without))) == [2]
    both = chosen(images[0], alps.images.get())
    assert offered(text(boss.post(IMAGES, both))) == [2, 1]


def test_how_many_more_groups_there_are_is_said(boss, groups):
    assert "Search for others" not in text(boss.get(f"{GROUPS}choices/"))
    Group.objects.bulk_create(Group(number=number) for number in range(3, 20))
    page = text(boss.get(f"{GROUPS}choices/"))
    assert len(offered(page)) == 12
    assert "The newest 12 of 19. Search for others." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        *(("", [2, 1]), (" alp ", [2]), ("1", [1]), ("none", [])),
        ("9" * 30, []),
    ],
)
def test_groups_are_found_to_choose_from(boss, clerk, groups, query, found):
    assert offered(text(boss.get(f"{GROUPS}choices/", {"q": query}))) == found
    assert clerk("view_image").get(f"{GROUPS}choices/").status_code == 403


def test_pictures_move_to_another_group(boss, groups):
    images, alps = groups
    address = call(images[0].group, "chosen")

    answer = boss.post(address, chosen(*images[1:], to="group", group=alps.pk))

    assert answer["Location"] == change(images[0].group)
    names = [image.name for image in Image.objects.in_group(2)]
    assert names == ["3.png", "1.png", "2.png"]
    assert "Moved 2 images to" in text(boss.get(change(images[0].group)))
    assert history(images[0].group) == ["Moved 2 images to Alps."]
    assert history(alps) == ["Got 2 images from Group 1."]


def test_a_move_from_several_groups_is_in_the_history_of_each(boss, groups):
    images, alps = groups
    form = chosen(*images[:2], *alps.images.all(), to="new", title="Sea")
    boss.post(IMAGES, form)
    assert history(images[0].group) == ["Moved 2 images to Sea."]
    assert history(alps) == ["Moved 1 image to Sea."]
    assert history(Group.objects.get(title="Sea")) == ["Got 3 images from 2 groups."]


def test_pictures_move_to_a_new_group(boss, groups):
    images, _ = groups
    boss.post(IMAGES, chosen(*images[1:], to="new", title="Sea"))
    group = Group.objects.get(title="Sea")
    assert [image.name for image in group.images.in_order()] == ["1.png", "2.png"]


def test_all_that_a_list_shows_can_be_moved(boss, groups):
    images, alps = groups
    form = chosen(images[0], to="group", group=alps.pk, select_across="1")
    boss.post(f"{IMAGES}?group=1", form)
    assert Image.objects.in_group(2).count() == 4


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"to": "group"}, "Choose the group that they move to."),
        ({"to": "group", "group": "0"}, "Select a valid choice"),
        ({"to": "group", "group": "x"}, "Select a valid choice"),
        ({"to": "group", "group": "9" * 30}, "Select a valid choice"),
        ({"to": "new", "title": "x" * 201}, "at most 200 characters"),
        ({"to": "new", "title": " "}, "Give the new group a title."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_moves(boss, groups, fields, reason):
    images, _ = groups
    answer = boss.post(call(images[0].group, "chosen"), chosen(*images, **fields))
    assert reason in text(answer)
    assert Image.objects.in_group(1).count() == 3


def test_what_was_looked_for_stays_found(boss, groups):
    images, _ = groups
    form = chosen(*images, to="group", q="alp")
    page = text(boss.post(call(images[0].group, "chosen"), form))
    assert 'name="q" value="alp"' in page
    assert offered(page) == [2]


def test_pictures_that_are_there_already_stay(boss, groups, revision):
    images, _ = groups
    before = revision()
    form = chosen(*images, to="group", group=images[0].group_id)
    assert "nothing to move" in text(boss.post(IMAGES, form, follow=True))
    assert revision() == before


def test_chosen_pictures_of_a_group_are_deleted_after_a_question(boss, groups):
    images, _ = groups
    address = call(images[0].group, "chosen")
    form = chosen(*images[:2], action="delete_selected")
    assert "Images: 2" in text(boss.post(address, form))
    assert Image.objects.count() == 4
    answer = boss.post(address, form | {"post": "yes"})
    assert answer["Location"] == change(images[0].group)
    assert [image.number for image in Image.objects.in_group(1)] == [3]


def test_pictures_of_another_group_are_not_reached_from_a_groups_page(boss, groups):
    images, alps = groups
    form = chosen(*alps.images.all(), action="delete_selected", post="yes")
    boss.post(call(images[0].group, "chosen"), form)
    assert alps.images.exists()


@pytest.mark.parametrize("key", ["x", "", "-1", "9" * 30])
@pytest.mark.parametrize("action", ["", "nonsense", "move", "delete_selected"])
def test_nonsense_that_is_chosen_does_no_harm(boss, groups, action, key, revision):
    before = revision()
    form = {"action": action, "_selected_action": key, "post": "yes"}
    for path in (call(groups[1], "chosen"), IMAGES, GROUPS):
        assert boss.post(path, form).status_code in (200, 302, 403)
    assert revision() == before


def test_a_group_that_is_gone_is_no_fault(boss, groups):
    images, alps = groups
    address = call(alps, "chosen")
    group_delete(groups=[2])
    assert boss.post(address, chosen(*images)).status_code == 403


def test_moving_needs_permission(clerk, groups):
    images, alps = groups
    address = call(images[0].group, "chosen")
    form = chosen(*images, to="group", group=alps.pk)
    browser = clerk("view_group", "view_image", "delete_image")
    assert browser.post(address, form).status_code == 403
    browser = clerk("view_group", "view_image", "change_image")
    new = chosen(*images, to="new", title="x")
    assert browser.post(address, new).status_code == 403
    assert browser.post(address, form).status_code == 302
