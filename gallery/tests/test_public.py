"""The public routes, whichever: methods, queries, addresses, missing files."""

import pytest

from gallery.tests.answers import KINDS, body, opened

pytestmark = pytest.mark.django_db


# --- Addresses instead of pictures ------------------------------------------------


def pictures_in(answer):
    data = answer.get("data", answer.get("image"))
    return data if isinstance(data, list) else [data]


@pytest.mark.parametrize(
    "route",
    [
        "/image/page?page=1",
        "/image/group?group=1",
        "/image/?group=1&image_id=1",
        "/image/download?group_id=1&image_id=1",
    ],
)
def test_addresses_alone_come_to_those_who_ask_for_them(client, added, route):
    added(0)
    [with_picture] = pictures_in(body(client.get(route)))
    short = client.get(f"{route}&images=url")
    [without] = pictures_in(body(short))

    picture = with_picture.pop("image")
    assert picture.startswith("data:image/")
    assert with_picture == without
    assert all(without[f"{kind}_url"].startswith("/pictures/") for kind in KINDS)
    assert short["ETag"] != client.get(route)["ETag"]


@pytest.mark.parametrize("value", ["", "data", "URL", "url "])
def test_no_other_form_of_pictures_is_known(client, value):
    answer = client.get("/image/page", {"images": value})
    assert answer.status_code == 422
    assert body(answer)["detail"] == [
        {
            "loc": ["query", "images"],
            "msg": "value is not a valid enumeration member; permitted: 'url'",
            "type": "type_error.enum",
        }
    ]


# --- Faults -----------------------------------------------------------------------


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
