"""The public routes of many pictures: pages and groups."""

import pytest

from gallery.services import group_update, images_delete
from gallery.tests.answers import body, opened

pytestmark = pytest.mark.django_db

NOT_AN_INTEGER = {
    "msg": "value is not a valid integer",
    "type": "type_error.integer",
}


# --- /image/total-page ------------------------------------------------------------


def test_pages_are_counted_by_groups_that_have_pictures(client, added):
    assert body(client.get("/image/total-page")) == {"totalPage": 0}
    for _ in range(13):
        [image] = added(0)
    assert body(client.get("/image/total-page")) == {"totalPage": 2}

    images_delete(numbers={image.group.number: [1]})

    assert body(client.get("/image/total-page")) == {"totalPage": 1}


# --- /image/page ------------------------------------------------------------------


def test_a_page_holds_twelve_groups_in_rising_number(client, added):
    for _ in range(14):
        added(0, 1)

    first = body(client.get("/image/page?page=1"))
    second = body(client.get("/image/page?page=2"))

    assert (first["code"], first["hint"]) == (1, "got_images")
    assert [entry["group"] for entry in first["data"]] == list(range(1, 13))
    assert [entry["group"] for entry in second["data"]] == [13, 14]


def test_a_group_is_shown_by_its_cover_or_else_its_first_picture(client, added):
    first, second = added(0, 1)
    group = first.group.number

    [entry] = body(client.get("/image/page"))["data"]
    assert entry["image_name"] == "0.png"
    assert opened(entry["image"]).size == (180, 115)

    group_update(group=group, cover=second.number)

    [entry] = body(client.get("/image/page"))["data"]
    assert entry["image_name"] == "1.png"


def test_emptied_groups_are_left_out(client, added):
    added(0)
    [gone] = added(1)
    added(2)
    images_delete(numbers={gone.group.number: [gone.number]})

    data = body(client.get("/image/page"))["data"]

    assert [entry["group"] for entry in data] == [1, 3]


@pytest.mark.parametrize("page", ["1", "2", "9" * 30, "9" * 4300])
def test_past_the_end_there_is_nothing(client, page):
    answer = client.get("/image/page", {"page": page})
    assert body(answer) == {"code": 0, "hint": "database_empty"}


@pytest.mark.parametrize("page", ["0", "-1", "-" + "9" * 30])
def test_a_page_below_one_is_refused(client, page):
    assert body(client.get("/image/page", {"page": page})) == {
        "code": -1,
        "hint": "positive invalid page.. dont try this again",
    }


@pytest.mark.parametrize("page", [" 1 ", "+1", "001"])
def test_integers_may_be_written_loosely(client, added, page):
    added(0)
    assert body(client.get("/image/page", {"page": page}))["code"] == 1


@pytest.mark.parametrize(
    "page", ["", " ", "x", "1.0", "1e0", "0x2", "true", "1_0", "١", "9" * 4301]
)
def test_what_is_no_integer_is_422(client, page):
    answer = client.get("/image/page", {"page": page})
    assert answer.status_code == 422
    assert body(answer) == {"detail": [{"loc": ["query", "page"], **NOT_AN_INTEGER}]}


def test_of_a_parameter_given_twice_the_last_counts(client, added):
    added(0)
    assert body(client.get("/image/page?page=x&page=1"))["code"] == 1


# --- /image/group -----------------------------------------------------------------


def test_a_group_shows_its_pictures_in_order(client, added):
    added(0, 1, 2)

    answer = body(client.get("/image/group?group=1"))

    assert answer["status"] == 1
    assert [
        (entry["group"], entry["imageID"], entry["imageName"])
        for entry in answer["data"]
    ] == [(1, 1, "0.png"), (1, 2, "1.png"), (1, 3, "2.png")]
    assert all(opened(e["image"]).size == (180, 115) for e in answer["data"])


@pytest.mark.parametrize("group", ["2", "0", "-1", "9" * 40])
def test_an_unknown_group_is_refused(client, added, group):
    added(0)
    answer = body(client.get("/image/group", {"group": group}))
    assert answer == {"status": 0, "data": "invalid group.. dont try this again"}


def test_an_emptied_group_is_refused(client, added):
    added(0)
    images_delete(numbers={1: [1]})
    assert body(client.get("/image/group"))["status"] == 0
