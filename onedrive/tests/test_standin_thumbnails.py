import io

import pytest
from PIL import Image

from onedrive.tests.probe import Probe, code, inner_code, picture


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def thumbnails(drive: Probe, rest: str = "") -> dict:
    return drive.get(f"/me/drive/root:/a.jpg:/thumbnails{rest}").json()


def size_at(drive: Probe, url: str) -> tuple[int, int]:
    answer = drive.bare("GET", url)
    assert answer.headers["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content)).size


def test_thumbnails_come_in_three_sizes(drive):
    drive.file("a.jpg", picture(1600, 800))
    (sizes,) = thumbnails(drive)["value"]
    assert sizes["id"] == "0"
    for name, size in (("small", (96, 48)), ("large", (800, 400))):
        assert (sizes[name]["width"], sizes[name]["height"]) == size
        assert size_at(drive, sizes[name]["url"]) == size


def test_a_thumbnail_stands_upright(drive):
    drive.file("a.jpg", picture(1600, 800, orientation=6))
    large = thumbnails(drive, "/0/large")
    assert (large["width"], large["height"]) == (400, 800)
    assert size_at(drive, large["url"]) == (400, 800)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("c200x150", (200, 100)),
        ("c200x150_crop", (200, 150)),
        ("smallSquare", (96, 96)),
    ],
)
def test_other_sizes_are_selected(drive, asked, size):
    drive.file("a.jpg", picture(1600, 800))
    (sizes,) = thumbnails(drive, f"?$select={asked}")["value"]
    assert set(sizes) == {"id", asked}
    assert (sizes[asked]["width"], sizes[asked]["height"]) == size
    assert size_at(drive, sizes[asked]["url"]) == size


def test_other_sizes_do_not_work_as_a_segment(drive):
    drive.file("a.jpg", picture())
    answer = drive.get("/me/drive/root:/a.jpg:/thumbnails/0/c200x150_crop/content")
    assert code(answer) == (400, "BadRequest")
    answer = drive.get("/me/drive/root:/a.jpg:/thumbnails/0/large/content")
    assert size_at(drive, answer.headers["Location"]) == (64, 48)


@pytest.mark.parametrize("asked", ["huge", "c0x10", "c10", "c200x150_fit"])
def test_a_size_that_is_none(drive, asked):
    drive.file("a.jpg", picture())
    answer = drive.get(f"/me/drive/root:/a.jpg:/thumbnails?$select={asked}")
    assert code(answer) == (400, "invalidRequest")
    assert inner_code(answer) == "invalidQueryOption"


def test_what_is_no_picture_has_no_thumbnails(drive):
    drive.file("a.jpg", b"no picture at all")
    assert thumbnails(drive)["value"] == []
    answer = drive.get("/me/drive/root:/a.jpg:/thumbnails/0/large")
    assert answer.status_code == 404


def test_a_picture_that_breaks_off_has_an_address_but_no_thumbnail(drive):
    drive.file("a.jpg", picture(640, 480)[:2000])
    sizes = thumbnails(drive)["value"]
    assert drive.bare("GET", sizes[0]["small"]["url"]).status_code == 404


def test_a_picture_without_facets_yet_has_no_thumbnails_yet(drive):
    drive.standin.behaviour.facet_delay = 5.0
    drive.file("a.jpg", picture())
    assert thumbnails(drive)["value"] == []
    drive.standin.clock.advance(6)
    assert len(thumbnails(drive)["value"]) == 1


def test_other_content_has_other_thumbnail_addresses(drive):
    drive.file("a.jpg", picture(640, 480))
    old = thumbnails(drive, "/0/small")["url"]
    drive.file("a.jpg", picture(480, 640))
    new = thumbnails(drive, "/0/small")["url"]
    assert new != old
    assert size_at(drive, new) == (72, 96)


def test_business_thumbnails_tell_the_box_and_expire(business):
    business.file("a.jpg", picture(1600, 800))
    large = thumbnails(business, "/0/large")
    assert (large["width"], large["height"]) == (800, 800)
    assert size_at(business, large["url"]) == (800, 400)
    business.standin.clock.advance(3601)
    assert business.bare("GET", large["url"]).status_code == 401
