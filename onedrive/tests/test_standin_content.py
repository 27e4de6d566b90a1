from concurrent.futures import ThreadPoolExecutor

import pytest

from onedrive.tests.probe import Probe, code


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
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
