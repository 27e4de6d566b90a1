import io
from concurrent.futures import ThreadPoolExecutor

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


def link_of(drive: Probe, path: str) -> str:
    answer = drive.get(f"/me/drive/root:/{path}:/content")
    assert (answer.status_code, answer.content) == (302, b"")
    return answer.headers["Location"]


def test_a_new_file_is_201_and_a_replaced_one_200(drive):
    address = "/me/drive/root:/a.txt:/content"
    first = drive.call("PUT", address, data=b"one")
    second = drive.call("PUT", address, data=b"two!")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert second.json()["size"] == 4


def test_a_file_is_replaced_by_its_id(drive):
    file = drive.file("a.txt")
    address = f"/me/drive/items/{file['id']}/content"
    assert drive.call("PUT", address, data=b"new").status_code == 200
    assert drive.call("PUT", "/me/drive/items/no/content", data=b"").status_code == 404
    stale = {"If-Match": file["eTag"]}
    answer = drive.call("PUT", address, data=b"newer", headers=stale)
    assert code(answer) == (412, "resourceModified")


def test_many_uploads_at_once_are_all_kept_and_counted(drive):
    drive.folder("A")
    with ThreadPoolExecutor(8) as pool:
        files = list(pool.map(lambda n: drive.file(f"A/{n}.txt", bytes(n)), range(40)))
    assert len({file["id"] for file in files}) == 40
    folder = drive.get("/me/drive/root:/A").json()
    assert (folder["folder"]["childCount"], folder["size"]) == (40, sum(range(40)))


@pytest.mark.parametrize(
    ("conflict", "status", "name"),
    [("fail", 409, None), ("rename", 201, "a 1.txt"), ("replace", 200, "a.txt")],
)
def test_the_conflict_behaviour_of_an_upload_is_in_the_query(
    drive, conflict, status, name
):
    drive.file("a.txt")
    address = (
        f"/me/drive/root:/a.txt:/content?@microsoft.graph.conflictBehavior={conflict}"
    )
    answer = drive.call("PUT", address, data=b"new")
    assert (answer.status_code, answer.json().get("name")) == (status, name)


def test_a_file_that_must_not_exist_yet(drive):
    drive.file("a.txt")
    must_be_new = {"If-None-Match": "*"}
    address = "/me/drive/root:/{}:/content"
    answer = drive.call("PUT", address.format("a.txt"), data=b"", headers=must_be_new)
    assert answer.status_code == 412
    answer = drive.call("PUT", address.format("b.txt"), data=b"", headers=must_be_new)
    assert answer.status_code == 201


def test_a_simple_upload_has_a_limit(drive):
    drive.standin.behaviour.simple_upload_limit = 10
    drive.file("a.bin", bytes(10))
    answer = drive.call("PUT", "/me/drive/root:/b.bin:/content", data=bytes(11))
    assert code(answer) == (413, "requestTooLarge")
    assert drive.get("/me/drive/root:/b.bin").status_code == 404


def test_an_upload_without_its_length_is_refused(drive):
    answer = drive.call(
        "PUT", "/me/drive/root:/a.bin:/content", data=iter([b"a", b"b"])
    )
    assert answer.status_code == 411


def test_the_download_lies_at_another_port_and_wants_no_token(drive):
    drive.file("ä b.txt", b"hello")
    link = link_of(drive, "ä b.txt")
    assert link.startswith(drive.standin.content_url)
    answer = drive.bare("GET", link)
    assert (answer.status_code, answer.content) == (200, b"hello")
    assert answer.headers["Content-Length"] == "5"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%C3%A4%20b.txt"
    )
    etag = drive.get("/me/drive/root:/ä b.txt").json()["eTag"]
    assert answer.headers["ETag"] == etag


def test_requests_follows_to_the_download_without_its_token(drive):
    drive.file("a.txt", b"hello")
    answer = drive.get("/me/drive/root:/a.txt:/content", allow_redirects=True)
    assert answer.content == b"hello"
    (entry,) = drive.standin.journal.entries(role="content")
    assert not entry.authorized


@pytest.mark.parametrize(
    ("asked", "status", "data", "range_"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
    ],
)
def test_a_range_of_a_download(drive, asked, status, data, range_):
    drive.file("a.bin", b"0123456789")
    answer = drive.bare("GET", link_of(drive, "a.bin"), headers={"Range": asked})
    assert answer.status_code == status
    assert answer.headers["Content-Range"] == range_
    if data is not None:
        assert answer.content == data


def test_a_link_is_for_one_file_and_one_hour(drive):
    drive.file("a.txt", b"a")
    other = drive.file("b.txt", b"b")
    link = link_of(drive, "a.txt")
    item_id = drive.get("/me/drive/root:/a.txt").json()["id"]
    stolen = link.replace(item_id.replace("!", "%21"), other["id"])
    assert stolen != link
    assert drive.bare("GET", stolen).status_code == 403
    assert drive.bare("GET", link.replace("tempauth=", "tempauth=x")).status_code == 403
    assert drive.bare("GET", link.partition("?")[0]).status_code == 403
    query = link.partition("?")[2]
    reordered = "&".join(reversed(query.split("&")))
    assert drive.bare("GET", link.replace(query, reordered)).status_code == 403
    drive.standin.clock.advance(3599)
    assert drive.bare("GET", link).status_code == 200
    drive.standin.clock.advance(2)
    expired = drive.bare("GET", link)
    assert expired.status_code == 401
    assert expired.headers["Content-Type"].startswith("text/html")


def test_a_token_at_a_download_link_is_refused(drive):
    drive.file("a.txt")
    assert drive.get(link_of(drive, "a.txt")).status_code == 401


def test_a_link_to_a_deleted_file_is_gone(drive):
    file = drive.file("a.txt")
    link = link_of(drive, "a.txt")
    drive.call("DELETE", f"/me/drive/items/{file['id']}")
    assert drive.bare("GET", link).status_code == 404


def test_a_folder_has_no_content(drive):
    assert code(drive.get("/me/drive/root/content")) == (400, "invalidRequest")


def test_an_empty_file_downloads_as_nothing(drive):
    drive.file("empty.txt", b"")
    answer = drive.bare("GET", link_of(drive, "empty.txt"))
    assert (answer.status_code, answer.content) == (200, b"")


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
