"""Pictures as files: their headers, parts of them, and who is not given any."""

import re
from email.message import Message

import pytest

from gallery.addresses import addresses
from gallery.models import Image
from gallery.services import images_add, images_delete, picture_store

pytestmark = pytest.mark.django_db

KINDS = ("thumbnail", "preview", "original")
FOR_EVER = "public, max-age=31536000, immutable"


def urls(image: Image) -> dict[str, str]:
    found = addresses(image, image.group.number)
    return {kind: found[f"{kind}_url"] for kind in KINDS}


def content(answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


@pytest.fixture
def ten_bytes(added, media) -> str:
    """The address of an original of ten bytes, 0 to 9."""
    [image] = added(0)
    (media / image.original.name).write_bytes(b"0123456789")
    return urls(image)["original"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_a_file_to_be_kept_for_ever(client, added, media, kind):
    [image] = added(0)
    answer = client.get(urls(image)[kind])

    assert answer.status_code == 200
    assert content(answer) == (media / getattr(image, kind).name).read_bytes()
    kinds = {"original": "image/png"}
    assert answer["Content-Type"] == kinds.get(kind, "image/webp")
    assert int(answer["Content-Length"]) == getattr(image, kind).size
    assert answer["Cache-Control"] == FOR_EVER
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    assert image.sha256 in answer["ETag"]
    assert ("Content-Disposition" in answer) == (kind == "original")


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_browser_has_is_304(client, added, kind):
    [image] = added(0)
    url = urls(image)[kind]
    tag = client.get(url)["ETag"]
    answer = client.get(url, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["Cache-Control"] == FOR_EVER


def test_head_tells_all_but_the_bytes(client, ten_bytes):
    answer = client.head(ten_bytes, headers={"Range": "bytes=0-3"})
    assert (answer.status_code, answer["Content-Length"]) == (200, "10")
    assert content(answer) == b""


def test_other_methods_are_refused(client, ten_bytes):
    answer = client.post(ten_bytes)
    assert (answer.status_code, answer.json()) == (
        405,
        {"detail": "Method Not Allowed"},
    )


def test_other_origins_may_read_them(client, ten_bytes):
    answer = client.get(ten_bytes, headers={"Origin": "http://localhost:3000"})
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"


@pytest.mark.parametrize("kind", KINDS)
def test_one_query_finds_it(client, added, kind, django_assert_num_queries):
    [image] = added(0)
    url = urls(image)[kind]
    with django_assert_num_queries(1):
        client.get(url)


# --- The name of an original ------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["plain.png", 'snow, "high".png', "a;b=c.png", "ü 😀.png", "x\r\nY: z.png"]
)
def test_an_original_is_an_attachment_by_its_name(client, picture, name):
    [image] = images_add(group=None, images=[picture(0, name=name)])

    header = client.get(urls(image)["original"])["Content-Disposition"]

    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
    assert message.get_filename() == image.name
    assert not re.search(r"[\r\n]", header)


def test_each_of_two_images_of_one_content_has_its_own_name(client, picture):
    images_add(group=None, images=[picture(0, name="a.png"), picture(0, name="b.png")])
    for image in Image.objects.all():
        header = client.get(urls(image)["original"])["Content-Disposition"]
        assert image.name in header


def test_no_type_but_a_pictures_is_ever_named(client, added):
    [image] = added(0)
    Image.objects.update(content_type="text/html")
    answer = client.get(urls(image)["original"])
    assert answer["Content-Type"] == "application/octet-stream"


# --- What is not there ------------------------------------------------------------


def test_a_deleted_picture_is_not_found(client, added, media):
    [image] = added(0)
    files = {name: (media / name).read_bytes() for name in image.files}
    images_delete(numbers={1: [1]})
    for name, bytes_ in files.items():  # such as those that a killed process left
        (media / name).write_bytes(bytes_)
    for url in urls(image).values():
        answer = client.get(url)
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})
        assert "Cache-Control" not in answer


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("accel", ["", "/_media/"])
def test_a_missing_file_is_not_found(client, added, media, settings, kind, accel):
    settings.ACCEL_REDIRECT = accel
    [image] = added(0)
    (media / getattr(image, kind).name).unlink()
    assert client.get(urls(image)[kind]).status_code == 404


def test_an_original_is_not_found_under_anothers_address(client, added):
    first, second = added(0, 1)
    other = urls(first)["original"].replace("/1/1/", "/1/2/")
    assert client.get(other).status_code == 404
    far = urls(first)["original"].replace("/1/1/", f"/{'9' * 19}/1/")
    assert client.get(far).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/",
        "/pictures/thumbnails/../originals/x",
        "/pictures/thumbnails/ab/.draft",
        "/pictures/db.sqlite3",
        "/pictures/originals/1/1/" + "a" * 64 + ".png/../x",
    ],
)
def test_nothing_else_lies_there(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


# --- Parts of it ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "expected", "place"),
    [
        ("bytes=0-3", b"0123", "0-3"),
        ("bytes=4-", b"456789", "4-9"),
        ("bytes=0-", b"0123456789", "0-9"),
        ("bytes=9-99", b"9", "9-9"),
        ("bytes=-3", b"789", "7-9"),
        ("bytes=-99", b"0123456789", "0-9"),
    ],
)
def test_a_part_is_206(client, ten_bytes, asked, expected, place):
    answer = client.get(ten_bytes, headers={"Range": asked})
    assert answer.status_code == 206
    assert content(answer) == expected
    assert answer["Content-Range"] == f"bytes {place}/10"
    assert answer["Content-Length"] == str(len(expected))
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_part_behind_the_end_is_416(client, ten_bytes, asked):
    answer = client.get(ten_bytes, headers={"Range": asked})
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */10"
    assert "Cache-Control" not in answer


@pytest.mark.parametrize(
    "asked",
    ["bytes=3-1", "bytes=0-1,4-5", "bytes=", "bytes=-", "lines=1-2", "bytes=x-", "١"]
    + [f"bytes={'9' * 5000}-"],
)
def test_what_is_no_part_gets_the_whole(client, ten_bytes, asked):
    answer = client.get(ten_bytes, headers={"Range": asked})
    assert (answer.status_code, content(answer)) == (200, b"0123456789")


def test_a_part_of_this_version_only(client, ten_bytes):
    tag = client.get(ten_bytes)["ETag"]
    for version, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
        headers = {"Range": "bytes=0-3", "If-Range": version}
        assert client.get(ten_bytes, headers=headers).status_code == status


def test_a_large_one_comes_in_pieces(client, picture_file):
    path = picture_file()
    path.write_bytes(path.read_bytes() + bytes(3_000_000))
    [image] = images_add(group=None, images=[picture_store(path=path, name="l.png")])
    pieces = list(client.get(urls(image)["original"]))
    assert b"".join(pieces) == path.read_bytes()
    assert max(map(len, pieces)) <= 256 * 1024


# --- Sent by nginx ----------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nginx_is_told_which_file_to_send(client, added, settings, kind):
    settings.ACCEL_REDIRECT = "/_media/"
    [image] = added(0)

    answer = client.get(urls(image)[kind])

    assert answer["X-Accel-Redirect"] == f"/_media/{getattr(image, kind).name}"
    assert answer["Cache-Control"] == FOR_EVER
    assert answer["Content-Type"].startswith("image/")
    assert ("Content-Disposition" in answer) == (kind == "original")
    assert answer.content == b""


def test_what_is_not_in_a_folder_is_sent_by_the_site(client, storage, added, settings):
    settings.ACCEL_REDIRECT = "/_media/"
    storage("django.core.files.storage.InMemoryStorage")
    [image] = added(0)
    answer = client.get(urls(image)["thumbnail"])
    assert "X-Accel-Redirect" not in answer
    assert content(answer).startswith(b"RIFF")
