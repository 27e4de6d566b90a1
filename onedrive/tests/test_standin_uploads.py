from urllib.parse import urlsplit

import pytest

from onedrive.tests.probe import Probe, code, inner_code
from onedrive.tests.ranges import begin, send, url

UNIT = 327_680
FRONTEND_CHUNK = 3_276_800
CONFLICT = "@microsoft.graph.conflictBehavior"


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def test_a_session_lies_at_another_port(drive):
    body = begin(drive).json()
    assert body["uploadUrl"].startswith(drive.standin.upload_url)
    assert len(body["uploadUrl"]) > 2000
    assert body["nextExpectedRanges"] == ["0-"]
    assert body["expirationDateTime"].endswith(".000Z")
    assert body["@odata.context"].endswith("$metadata#microsoft.graph.uploadSession")


def test_the_chunks_of_a_browser_become_a_file(drive):
    """As they come from the deployed page: raw bytes that are called a form."""
    data = bytes(range(256)) * 20_000
    target = url(drive, **{CONFLICT: "rename"})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    first, rest = data[:FRONTEND_CHUNK], data[FRONTEND_CHUNK:]
    answer = send(drive, target, first, 0, len(data), **form)
    assert answer.status_code == 202
    assert answer.json()["nextExpectedRanges"] == [f"{FRONTEND_CHUNK}-"]
    answer = send(drive, target, rest, FRONTEND_CHUNK, len(data), **form)
    assert (answer.status_code, answer.json()["size"]) == (201, len(data))
    link = answer.json()["@microsoft.graph.downloadUrl"]
    assert drive.bare("GET", link).content == data


def test_a_replaced_file_is_200_with_the_same_id(drive):
    file = drive.file("a.bin")
    answer = send(drive, url(drive, **{CONFLICT: "replace"}), b"new", 0, 3)
    assert (answer.status_code, answer.json()["id"]) == (200, file["id"])


def test_an_unnamed_conflict_behaviour_acts_as_replace(drive):
    file = drive.file("a.bin")
    assert send(drive, url(drive), b"new", 0, 3).json()["id"] == file["id"]


def test_a_renamed_upload_leaves_the_existing_file(drive):
    drive.file("a.bin")
    answer = send(drive, url(drive, **{CONFLICT: "rename"}), b"new", 0, 3)
    assert (answer.status_code, answer.json()["name"]) == (201, "a 1.bin")


def test_a_taken_name_is_refused_at_the_start_or_at_the_end(drive):
    target = url(drive, **{CONFLICT: "fail"})
    drive.file("a.bin")
    assert code(begin(drive, **{CONFLICT: "fail"})) == (409, "nameAlreadyExists")
    assert code(send(drive, target, b"new", 0, 3)) == (409, "nameAlreadyExists")
    status = drive.bare("GET", target)
    assert status.json()["nextExpectedRanges"] == ["0-"]
    assert drive.bare("DELETE", target).status_code == 204


def test_the_conflict_behaviour_outside_of_the_item_is_ignored(drive):
    file = drive.file("a.bin")
    address = "/me/drive/root:/a.bin:/createUploadSession"
    answer = drive.call("POST", address, json={CONFLICT: "fail"})
    done = send(drive, answer.json()["uploadUrl"], b"new", 0, 3)
    assert done.json()["id"] == file["id"]


def test_the_times_of_the_item_are_kept(drive):
    info = {"lastModifiedDateTime": "2026-01-31T18:22:05Z"}
    answer = send(drive, url(drive, fileSystemInfo=info), b"new", 0, 3)
    kept = answer.json()["fileSystemInfo"]["lastModifiedDateTime"]
    assert kept == "2026-01-31T18:22:05Z"


@pytest.mark.parametrize(
    "item",
    [
        {"name": "b.bin"},
        {"fileSize": -1},
        {"fileSize": "1"},
        {CONFLICT: "no"},
        {"fileSystemInfo": 5},
        {"fileSystemInfo": {"createdDateTime": "x"}},
    ],
)
def test_a_session_that_cannot_be(drive, item):
    assert code(begin(drive, **item)) == (400, "invalidRequest")


@pytest.mark.parametrize("body", [{"item": []}, [], {"deferCommit": True}])
def test_a_body_that_cannot_be(drive, body):
    address = "/me/drive/root:/a.bin:/createUploadSession"
    assert drive.call("POST", address, json=body).status_code in (400, 501)


def test_a_session_needs_a_good_name_and_a_folder(drive):
    drive.file("file")
    assert begin(drive, "CON.jpg").status_code == 400
    assert begin(drive, "no/a.bin").status_code == 404
    assert begin(drive, "file/a.bin").status_code == 400


def test_business_drives_refuse_properties_they_do_not_know(drive, tmp_path_factory):
    assert begin(drive, fileSize=10).status_code == 200
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        assert code(begin(other, fileSize=10)) == (400, "invalidRequest")


def test_a_file_that_exists_is_addressed_by_id_on_business_drives(
    drive, tmp_path_factory
):
    address = "/me/drive/items/{}/createUploadSession"
    file = drive.file("a.bin")
    answer = drive.call("POST", address.format(file["id"]))
    assert code(answer) == (400, "invalidRequest")
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        file = other.file("a.bin")
        answer = other.call("POST", address.format(file["id"]))
        done = send(other, answer.json()["uploadUrl"], b"new", 0, 3)
        assert (done.status_code, done.json()["id"]) == (200, file["id"])


def test_a_second_session_for_a_name_is_refused_on_business_drives(business):
    target = url(business)
    refused = begin(business)
    assert code(refused) == (409, "nameAlreadyExists")
    assert business.bare("DELETE", target).status_code == 204
    assert begin(business).status_code == 200
    business.standin.clock.advance(16 * 60)
    assert begin(business).status_code == 200


def test_a_second_session_is_fine_on_personal_drives(drive):
    assert url(drive) != url(drive)


def test_a_token_is_refused_at_the_upload_address(drive):
    target = url(drive)
    for method in ("PUT", "GET", "DELETE"):
        assert code(drive.call(method, target)) == (401, "unauthenticated")
    assert drive.bare("GET", target).status_code == 200


def test_an_address_without_its_secret_is_no_address(drive):
    target = url(drive)
    other = url(drive, "b.bin")
    mixed = target.partition("?")[0] + "?" + other.partition("?")[2]
    for broken in (target.partition("?")[0], target + "x", mixed):
        assert drive.bare("GET", broken).status_code == 404


def test_a_session_that_ended_is_no_more(drive):
    target = url(drive)
    assert send(drive, target, b"abc", 0, 3).status_code == 201
    cancelled = url(drive)
    assert drive.bare("DELETE", cancelled).status_code == 204
    for gone in (target, cancelled):
        assert code(drive.bare("GET", gone)) == (404, "itemNotFound")
        assert code(send(drive, gone, b"abc", 0, 3)) == (404, "itemNotFound")
        assert code(drive.bare("DELETE", gone)) == (404, "itemNotFound")


def test_a_personal_session_lasts_a_week(drive):
    target = url(drive)
    drive.standin.clock.advance(7 * 86400 - 60)
    assert drive.bare("GET", target).status_code == 200
    drive.standin.clock.advance(61)
    assert code(send(drive, target, b"abc", 0, 3)) == (404, "itemNotFound")


def test_a_business_session_lasts_longer_with_each_range_but_not_for_ever(business):
    target, total = url(business), 200 * UNIT
    for number in range(110):
        business.standin.clock.advance(14 * 60)
        answer = send(business, target, bytes(UNIT), number * UNIT, total)
        if answer.status_code != 202:
            break
    assert code(answer) == (404, "itemNotFound")
    assert number * 14 * 60 > 86400 - 15 * 60


def test_the_quota_is_asked_at_the_start_and_at_the_end(drive):
    drive.standin.behaviour.quota = 10
    refused = (507, "quotaLimitReached")
    assert code(begin(drive, fileSize=11)) == refused
    target = url(drive)
    answer = send(drive, target, bytes(11), 0, 11)
    assert code(answer) == refused
    assert inner_code(answer) == "insufficientStorage"
    assert drive.bare("GET", target).status_code == 200
    drive.standin.behaviour.quota = 11
    assert send(drive, target, bytes(11), 0, 11).status_code == 201


def test_a_folder_that_is_deleted_meanwhile(drive):
    folder = drive.folder("A")
    target = url(drive, "A/a.bin")
    drive.call("DELETE", f"/me/drive/items/{folder['id']}")
    assert code(send(drive, target, b"abc", 0, 3)) == (404, "itemNotFound")


def test_a_stale_tag_stops_a_session(drive):
    old = drive.file("a.bin")
    drive.file("a.bin", b"newer")
    answer = drive.call(
        "POST",
        "/me/drive/root:/a.bin:/createUploadSession",
        headers={"If-Match": old["eTag"]},
    )
    assert code(answer) == (412, "resourceModified")


def test_a_browser_may_send_ranges_from_another_site(drive):
    target = url(drive)
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-range,content-type",
    }
    answer = drive.bare("OPTIONS", target, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert sorted(allowed) == ["content-length", "content-range", "content-type"]
    assert answer.headers["Access-Control-Max-Age"] == "3600"


def test_a_browser_may_read_every_answer(drive):
    target = url(drive)
    for answer in (
        drive.bare("GET", target),
        send(drive, target, bytes(UNIT), 0, 2 * UNIT),
        send(drive, target, bytes(UNIT), 0, 2 * UNIT),
        send(drive, target, bytes(UNIT), UNIT, 2 * UNIT),
        drive.bare("GET", target),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_session_outlives_a_restart(tmp_path):
    with Probe(tmp_path) as first:
        path = urlsplit(url(first))
        target = f"{path.path}?{path.query}"
        send(first, f"{first.standin.upload_url}{target}", bytes(UNIT), 0, UNIT + 3)
    with Probe(tmp_path) as second:
        target = f"{second.standin.upload_url}{target}"
        assert send(second, target, b"abc", UNIT, UNIT + 3).status_code == 201
