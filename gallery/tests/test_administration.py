"""The gallery's share of the administration routes."""

import pytest

from gallery.models import Group, Image
from gallery.services import images_delete, images_place

pytestmark = pytest.mark.django_db

ROUTES = [
    ("get", "/admin/groups"),
    ("get", "/admin/groups/images"),
    ("get", "/admin/image?group_id=1"),
    ("post", "/admin/delete/image"),
]


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_without_a_token_it_is_401(client, method, route):
    answer = getattr(client, method)(route)
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_other_method_is_405_whoever_asks(client, method, route):
    answer = getattr(client, {"get": "post", "post": "get"}[method])(route)
    assert answer.status_code == 405
    assert method.upper() in answer["Allow"].split(", ")


def test_groups_with_pictures_are_listed_by_number(api, added):
    added(0)
    [gone] = added(1)
    added(2)
    images_delete(numbers={gone.group.number: [1]})
    assert api.get("/admin/groups").json() == {"data": [1, 3]}


def test_all_names_are_listed_by_group(api, added):
    assert api.get("/admin/groups/images").json() == {
        "code": 0,
        "hint": "empty_database",
    }
    added(0, 1)
    assert api.get("/admin/groups/images").json() == {
        "code": 1,
        "data": {
            "1": {
                "images": [
                    {"folder_name": "", "image_id": 1, "image_name": "0.png"},
                    {"folder_name": "", "image_id": 2, "image_name": "1.png"},
                ]
            }
        },
    }


@pytest.mark.parametrize("groups", [1, 10])
def test_its_queries_do_not_grow(api, added, django_assert_num_queries, groups):
    for _ in range(groups):
        added(0, 1)
    # The user of the token and what was asked for.
    with django_assert_num_queries(2):
        api.get("/admin/groups/images")
    with django_assert_num_queries(2):
        api.get("/admin/groups")


def test_names_come_in_the_order_of_groups_and_of_pictures(api, added):
    added(0, 1)
    added(2)
    images_place(group=1, numbers=[2], before=1)
    data = api.get("/admin/groups/images").json()["data"]
    names = [
        (group, image["image_id"]) for group in data for image in data[group]["images"]
    ]
    assert names == [("1", 2), ("1", 1), ("2", 1)]


def test_an_image_is_the_groups_first_or_the_one_asked_for(api, added):
    added(0, 1)
    first = api.get("/admin/image?group_id=1").json()
    assert (first["code"], first["hint"]) == (1, "got_image")
    assert first["image"].startswith("data:image/webp;base64,")
    assert api.get("/admin/image?group_id=1&image_id=1").json() == first
    assert api.get("/admin/image?group_id=1&image_id=2").json() != first


@pytest.mark.parametrize("query", ["group_id=2", "group_id=1&image_id=9"])
def test_an_unknown_image_is_refused(api, added, query):
    added(0)
    answer = api.get(f"/admin/image?{query}").json()
    assert answer == {"code": 0, "hint": "couldn't_get_image"}


# Deleting


def delete(api, image_list):
    return api.post("/admin/delete/image", {"image_list": image_list})


def test_pictures_are_deleted_and_their_numbers_stay_used(api, added):
    added(0, 1)

    extra = {"folder_name": "x", "image_id": 1, "image_name": "y", "more": [1]}
    assert delete(api, {"1": [extra]}).json() == {
        "code": 1,
        "hint": "image_deleted_from_database",
    }

    assert [image.number for image in Image.objects.all()] == [2]
    [added_later] = added(2, group=1)
    assert added_later.number == 3


def test_a_group_in_two_spellings_is_one_group(api, added):
    added(0, 1, 2)
    delete(api, {"1": [{"image_id": 1}], " +01": [{"image_id": 2}]})
    assert [image.number for image in Image.objects.all()] == [3]


@pytest.mark.parametrize(
    "image_list",
    [{}, {"1": []}, {"9": [{"image_id": 1}]}, {"1": [{"image_id": 10**40}]}],
)
def test_nothing_matched_is_fine(api, added, image_list):
    added(0)
    assert delete(api, image_list).json()["code"] == 1
    assert Image.objects.count() == 1


@pytest.mark.parametrize(
    ("image_list", "loc", "kind"),
    [
        (5, ["body", "image_list"], "type_error.dict"),
        ({"x": []}, ["body", "image_list"], "type_error.integer"),
        ({"1": 5}, ["body", "image_list", "1"], "type_error.list"),
        (
            {"1": [{}]},
            ["body", "image_list", "1", 0, "image_id"],
            "value_error.missing",
        ),
        (
            {"1": [{"image_id": 1}, {"image_id": True}]},
            ["body", "image_list", "1", 1, "image_id"],
            "type_error.integer",
        ),
    ],
)
def test_a_wrong_shape_is_422_and_deletes_nothing(api, added, image_list, loc, kind):
    added(0)
    answer = delete(api, image_list)
    assert answer.status_code == 422
    [entry] = answer.json()["detail"]
    assert (entry["loc"], entry["type"]) == (loc, kind)
    assert Image.objects.count() == 1


def test_an_absent_body_is_422(api):
    answer = api.post("/admin/delete/image")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {"loc": ["body"], "msg": "field required", "type": "value_error.missing"}
    ]


def test_the_group_stays_without_pictures(api, added):
    added(0)
    delete(api, {"1": [{"image_id": 1}]})
    assert Group.objects.get().number == 1
