"""nginx in front of the site, as the kit for production configures it."""

import pytest
import requests
from django.conf import settings
from django.utils.http import content_disposition_header

from accounts.tokens import token_for
from artetore.tests.nginx import nginx
from artetore.tests.servers import granian
from gallery.services import (
    group_update,
    images_add,
    images_delete,
    picture_store,
)
from gallery.tests import samples

pytestmark = pytest.mark.django_db(transaction=True)

ORIGINS = ("http://localhost:3000", "http://127.0.0.1:3000")
NAME = "ab/" + "ab" * 32 + "-1.webp"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(autouse=True)
def media(settings, place):
    """One place for all tests here, as one site serves them."""
    settings.MEDIA_ROOT = place / "media"
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    return settings.MEDIA_ROOT


@pytest.fixture(scope="module")
def served(django_db_setup, place):
    media = str(place / "media")
    with (
        granian(
            workers=1, PROXIES="1", MEDIA_ROOT=media, ACCEL_REDIRECT="/_media/"
        ) as site,
        nginx(place / "proxy", site.removeprefix("http://"), media=media) as url,
    ):
        yield url


@pytest.fixture
def get(served, request):
    """Under addresses of the test's own: each begins with an empty database."""
    own = {"test": request.node.name}
    return lambda path, **headers: requests.get(
        served + path, own, headers=headers, timeout=10
    )


def assert_kept(answer: requests.Response, state: str) -> None:
    assert answer.headers["X-Cache"] == state
    assert "X-Accel-Expires" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


# --- Public answers ---------------------------------------------------------------


def test_a_public_answer_is_kept_and_asked_about_each_time(get, added):
    added(0)
    path = "/image/page?page=1"

    first, second = get(path), get(path)
    known = get(path, **{"If-None-Match": first.headers["ETag"]})

    assert_kept(first, "MISS")
    assert_kept(second, "REVALIDATED")
    assert second.json() == first.json()
    assert (known.status_code, known.content) == (304, b"")


def test_what_was_committed_is_seen_at_once(get, added):
    [image] = added(0)
    group = image.group.number
    path = f"/image/?group={group}&image_id=1"
    for number in range(10):
        name = get(f"/image/group?group={group}").json()["data"][0]["imageName"]
        assert name == "0.png"
        group_update(group=group, title=f"Title {number}")
        assert_kept(get(path), "EXPIRED" if number else "MISS")
        assert_kept(get(path), "REVALIDATED")

    images_delete(numbers={group: [1]})

    assert get(path).json() == {"code": 0, "hint": "image_not_found"}


def test_an_answer_that_lacks_a_file_is_not_kept(get, added, media):
    [image] = added(0, 1)[:1]
    (media / image.thumbnail.name).unlink()
    path = f"/image/group?group={image.group.number}"

    assert [get(path).headers["X-Cache"] for _ in range(2)] == ["MISS"] * 2


def test_each_origin_gets_its_own_header(get, added):
    added(0)
    for _ in range(2):
        for origin in ORIGINS:
            answer = get("/image/total-page", Origin=origin)
            assert answer.headers["Access-Control-Allow-Origin"] == origin


def test_who_brings_a_token_is_answered_by_the_site_alone(get, added):
    added(0)
    path = "/image/total-page/"
    assert get(path, Authorization="Bearer x").headers["X-Cache"] == "BYPASS"
    assert_kept(get(path), "MISS")


@pytest.mark.parametrize("path", ["/admin/groups", "/auth", "/ip"])
def test_routes_that_are_not_public_answers_are_never_kept(get, staff, path):
    token = {"Authorization": f"Bearer {token_for(staff)}"}
    assert get(path, **token).status_code == 200
    assert "X-Cache" not in get(path, **token).headers
    if path != "/ip":
        assert get(path).status_code == 401


def test_large_answers_are_compressed_for_those_who_understand(get, added):
    added(*range(4))
    path = "/image/group?group=1"
    plain = get(path, **{"Accept-Encoding": "identity"})
    small = get(path, **{"Accept-Encoding": "gzip"})

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert small.json() == plain.json()


# --- Pictures ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["thumbnails", "previews"])
def test_small_pictures_come_from_the_disk_to_be_kept_for_ever(get, media, kind):
    (media / kind / "ab").mkdir(parents=True, exist_ok=True)
    # The site knows nothing of it.
    (media / kind / NAME).write_bytes(b"0123456789")
    path = f"/pictures/{kind}/{NAME}"

    whole = get(path)
    part = get(path, Range="bytes=2-4")
    known = get(path, **{"If-None-Match": whole.headers["ETag"]})

    assert whole.content == b"0123456789"
    assert {
        "Content-Type": "image/webp",
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }.items() <= whole.headers.items()
    assert (part.status_code, part.content) == (206, b"234")
    assert known.status_code == 304


def test_what_is_not_on_the_disk_the_site_is_asked_for(get):
    answer = get(f"/pictures/thumbnails/{NAME.replace('ab', 'cd')}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_what_is_half_written_is_nobodys(get, media):
    draft = media / "thumbnails/ab/.draft-1.webp"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_bytes(b"half")
    for path in ("/pictures/thumbnails/ab/.draft-1.webp", "/pictures/../nginx.conf"):
        assert get(path).status_code == 404


def test_an_original_comes_from_the_disk_by_leave_of_the_site(get, picture_file):
    content = samples.jpeg((900, 600))
    new = picture_store(path=picture_file(content), name='Ænima "1".jpg')
    [image] = images_add(group=None, images=[new])
    group = image.group.number
    path = f"/pictures/originals/{group}/1/{image.original.name.rpartition('/')[2]}"

    whole = get(path)
    part = get(path, Range="bytes=5-9")
    beyond = get(path, Range=f"bytes={len(content)}-")
    known = get(path, **{"If-None-Match": whole.headers["ETag"]})

    assert whole.content == content
    assert {
        "Content-Type": "image/jpeg",
        "Content-Disposition": content_disposition_header(True, new.name),
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Allow-Origin": "*",
    }.items() <= whole.headers.items()
    assert (part.status_code, part.content) == (206, content[5:10])
    assert beyond.status_code == 416
    assert known.status_code == 304
    # nginx's own tag: the site sent no byte of it.
    assert whole.headers["ETag"] != f'"{image.sha256}"'

    images_delete(numbers={group: [1]})
    assert get(path).status_code == 404


def test_the_folder_of_the_pictures_is_closed_to_callers(get, media):
    (media / "secret").write_text("x")
    assert get("/_media/secret").status_code == 404


# --- Callers ----------------------------------------------------------------------


def test_the_site_sees_who_calls_whatever_the_caller_says(get):
    answer = get("/ip", **{"X-Forwarded-For": "203.0.113.9"})
    assert answer.json()["data"]["host"] == "127.0.0.1"


def test_each_request_has_one_name_here_and_there(get, added):
    added(0)
    given = get("/ip", **{"X-Request-ID": "of-the-caller"})
    seen = given.json()["data"]["headers"]["x-request-id"]
    assert given.headers["X-Request-ID"] == seen != "of-the-caller"

    names = {get("/image/page").headers["X-Request-ID"] for _ in range(3)}
    assert len(names) == 3


def test_a_body_is_refused_in_the_shape_of_the_site(served, staff):
    token = {"Authorization": f"Bearer {token_for(staff)}"}
    route = f"{served}/admin/delete/image"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    read = requests.post(route, data=b" " * limit, headers=token, timeout=10)
    refused = requests.post(route, data=b" " * (limit + 1), headers=token, timeout=10)

    assert read.status_code == 422
    assert refused.status_code == 413
    assert refused.json() == {"detail": "Request Entity Too Large"}
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_the_staff_site_takes_a_picture(served):
    for _ in range(5):
        answer = requests.post(
            f"{served}/staff/login/", files={"file": b"x" * 5_000_000}, timeout=10
        )
        # Without the form's own token, which is said before the picture is read.
        assert answer.status_code == 403


def test_who_watches_the_site_is_let_through(get):
    assert get("/healthz").json() == {"status": "ok"}
    assert get("/readyz").status_code == 200
    assert get("/readyz", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 404
