"""The public routes of one picture: large, and as it was uploaded."""

import base64
import json

import pytest

from gallery.services import images_add, picture_store
from gallery.tests import samples
from gallery.tests.answers import KINDS, body, opened

pytestmark = pytest.mark.django_db

MISSING = {"msg": "field required", "type": "value_error.missing"}


# --- /image/ ----------------------------------------------------------------------


def test_a_picture_is_shown_large_with_its_names(client, added):
    added(0)

    answer = body(client.get("/image/?group=1&image_id=1"))

    assert (answer["code"], answer["hint"]) == (1, "image_found")
    data = answer["data"]
    assert opened(data.pop("image")).size == (700, 525)
    addresses = {data.pop(f"{kind}_url") for kind in KINDS}
    assert {client.get(address).status_code for address in addresses} == {200}
    assert data == {
        "imageName": "0.png",
        "title": "",
        "caption": "",
        "group": 1,
        "imageID": 1,
    }


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


# --- /image/download --------------------------------------------------------------


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
