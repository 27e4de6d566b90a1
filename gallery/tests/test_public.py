"""The public routes: pages, groups, large pictures, downloads."""

import base64
import io
import json

import pytest
from PIL import Image as Picture

from gallery.services import group_update, images_add, images_delete, picture_store
from gallery.tests import samples

pytestmark = pytest.mark.django_db

MISSING = {"msg": "field required", "type": "value_error.missing"}
NOT_AN_INTEGER = {
    "msg": "value is not a valid integer",
    "type": "type_error.integer",
}


def opened(data_url: str) -> Picture.Image:
    head, _, content = data_url.partition(";base64,")
    picture = Picture.open(io.BytesIO(base64.b64decode(content, validate=True)))
    assert head == f"data:{picture.get_format_mimetype()}"
    return picture


def body(answer):
    content = b"".join(answer) if answer.streaming else answer.content
    assert answer["Content-Type"] == "application/json"
    return json.loads(content)


# /image/total-page


def test_pages_are_counted_by_groups_that_have_pictures(client, added):
    assert body(client.get("/image/total-page")) == {"totalPage": 0}
    for _ in range(13):
        [image] = added(0)
    assert body(client.get("/image/total-page")) == {"totalPage": 2}

    images_delete(numbers={image.group.number: [1]})

    assert body(client.get("/image/total-page")) == {"totalPage": 1}


# /image/page


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


# /image/group


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


# /image/


def test_a_picture_is_shown_large_with_its_names(client, added):
    added(0)

    answer = body(client.get("/image/?group=1&image_id=1"))

    assert (answer["code"], answer["hint"]) == (1, "image_found")
    data = answer["data"]
    assert opened(data.pop("image")).size == (700, 525)
    assert data == {"imageName": "0.png", "title": "", "group": 1, "imageID": 1}


@pytest.mark.parametrize("query", ["group=1&image_id=2", "group=2&image_id=1"])
def test_an_unknown_picture_is_not_found(client, added, query):
    added(0)
    for route in (
        "/image/?" + query,
        "/image/download?" + query.replace("p=", "p_id="),
    ):
        assert body(client.get(route)) == {"code": 0, "hint": "image_not_found"}


@pytest.mark.parametrize(
    ("route", "names"),
    [("/image/", ["group", "image_id"]), ("/image/download", ["group_id", "image_id"])],
)
def test_each_missing_parameter_is_named(client, route, names):
    answer = client.get(route)
    assert answer.status_code == 422
    assert body(answer)["detail"] == [{"loc": ["query", n], **MISSING} for n in names]


# /image/download


@pytest.mark.parametrize("size", [1, 2, 3, 1_000_000])
def test_the_original_comes_byte_for_byte(client, db, picture_file, size):
    content = samples.png() + bytes(size)
    image = picture_store(path=picture_file(content), name="o\u0308 😀.png")
    images_add(group=None, images=[image])

    answer = client.get("/image/download?group_id=1&image_id=1")
    length = int(answer["Content-Length"])
    raw = b"".join(answer)

    assert length == len(raw)
    data = json.loads(raw)
    assert (data["code"], data["hint"]) == (1, "image_found")
    assert data["image"]["image_name"] == image.name
    head, _, encoded = data["image"]["image"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(encoded, validate=True) == content


def test_a_large_download_comes_in_pieces(client, db, picture_file):
    image = picture_store(
        path=picture_file(samples.png() + bytes(5_000_000)), name="large.png"
    )
    images_add(group=None, images=[image])
    answer = client.get("/image/download?group_id=1&image_id=1")
    assert max(len(piece) for piece in answer) <= 1024 * 1024


# Faults


def test_a_missing_file_hides_only_itself(client, added, media):
    first, second = added(0, 1)
    (media / first.thumbnail.name).unlink()
    (media / first.preview.name).unlink()
    (media / first.original.name).unlink()

    [entry] = body(client.get("/image/page"))["data"]
    assert opened(entry["image"]).size == (1, 1)
    group = body(client.get("/image/group"))
    assert [entry["imageID"] for entry in group["data"]] == [second.number]
    for route in (
        "/image/?group=1&image_id=1",
        "/image/download?group_id=1&image_id=1",
    ):
        assert body(client.get(route)) == {"code": 0, "hint": "image_not_found"}


@pytest.mark.parametrize(
    "route",
    [
        "/image/total-page",
        "/image/page",
        "/image/group",
        "/image/?group=1&image_id=1",
        "/image/download?group_id=1&image_id=1",
    ],
)
class TestEveryRoute:
    def test_answers_with_and_without_the_closing_slash(self, client, added, route):
        added(0)
        path, _, query = route.partition("?")
        for spelling in (path.rstrip("/"), path.rstrip("/") + "/"):
            assert client.get(f"{spelling}?{query}").status_code == 200

    def test_refuses_other_methods(self, client, route):
        answer = client.post(route)
        assert answer.status_code == 405
        assert "GET" in answer["Allow"].split(", ")

    def test_is_for_everybody_whatever_token_comes_along(self, client, route):
        answer = client.get(route, headers={"Authorization": "Bearer nonsense"})
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("route", "queries"),
    [
        ("/image/total-page", 2),
        ("/image/page", 3),
        ("/image/group?group=1", 2),
        ("/image/?group=1&image_id=1", 2),
    ],
)
@pytest.mark.parametrize("groups", [1, 12])
def test_queries_do_not_grow_with_the_data(
    client, added, django_assert_num_queries, route, queries, groups
):
    for _ in range(groups):
        added(*range(groups))
    with django_assert_num_queries(queries):
        client.get(route)
