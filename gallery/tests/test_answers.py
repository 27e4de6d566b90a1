"""ETag and 304: what a visitor has is good until the gallery changes."""

import pytest
from django.http import StreamingHttpResponse

from gallery.data_urls import Base64Stream
from gallery.services import (
    group_delete,
    group_update,
    image_update,
    images_delete,
    images_place,
)

pytestmark = pytest.mark.django_db

ROUTES = [
    "/image/total-page",
    "/image/page?page=1",
    "/image/group?group=1",
    "/image/?group=1&image_id=1",
    "/image/download?group_id=1&image_id=1",
]


@pytest.mark.parametrize("route", ROUTES)
def test_what_did_not_change_is_304_after_one_query(
    client, added, route, django_assert_num_queries
):
    added(0)
    tag = client.get(route)["ETag"]

    with django_assert_num_queries(1):
        answer = client.get(route, headers={"If-None-Match": tag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == tag
    assert answer["Cache-Control"] == "no-cache"
    assert answer["X-Accel-Expires"] == "@1"


@pytest.mark.parametrize("form", ['"other", {}', "W/{}", "*", '{}, "other"'])
def test_the_tag_is_found_in_every_form(client, added, form):
    added(0)
    tag = client.get("/image/page")["ETag"]
    answer = client.get("/image/page", headers={"If-None-Match": form.format(tag)})
    assert answer.status_code == 304


@pytest.mark.parametrize(
    "change",
    [
        lambda added: added(5),
        lambda added: added(5, group=1),
        lambda added: group_update(group=1, title="New"),
        lambda added: group_update(group=1, cover=2),
        lambda added: image_update(group=1, image=1, title="New"),
        lambda added: images_place(group=1, numbers=[2], before=1),
        lambda added: images_delete(numbers={1: [2]}),
        lambda added: group_delete(groups=[1]),
    ],
)
@pytest.mark.parametrize("route", ROUTES)
def test_after_every_change_it_is_sent_anew(client, added, route, change):
    added(0, 1)
    tag = client.get(route)["ETag"]

    change(added)

    answer = client.get(route, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_each_address_has_its_own_tag(client, added):
    added(0)
    assert len({client.get(route)["ETag"] for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("spelling", ["/image/page/?page=1", "/image/page?page=+01"])
def test_spellings_of_one_question_have_one_tag(client, added, spelling):
    added(0)
    assert client.get(spelling)["ETag"] == client.get("/image/page")["ETag"]


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}])
def test_a_refused_request_has_no_tag(client, headers):
    answer = client.get("/image/page?page=x", headers=headers)
    assert answer.status_code == 422
    assert "ETag" not in answer


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("/image/page", "thumbnail"),
        ("/image/group", "thumbnail"),
        ("/image/?group=1&image_id=1", "preview"),
        ("/image/download?group_id=1&image_id=1", "original"),
    ],
)
def test_what_lacks_a_file_is_not_kept(client, added, media, route, kind):
    [image] = added(0)
    file = media / getattr(image, kind).name
    file.rename(media / "away")

    answer = client.get(route)
    assert answer.status_code == 200
    assert "ETag" not in answer
    assert answer["Cache-Control"] == "no-store"

    (media / "away").rename(file)
    assert "ETag" in client.get(route)


def test_head_has_the_tag_and_no_body(client, added):
    added(0)
    answer = client.head("/image/page")
    assert answer["ETag"] == client.get("/image/page")["ETag"]
    assert answer.content == b""


def test_a_download_that_nobody_reads_closes_its_file(picture_file):
    file = picture_file().open("rb")
    StreamingHttpResponse(Base64Stream(b"[", file, b"]")).close()
    assert file.closed
