import time
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection

import pytest
import requests

from onedrive.standin.faults import EDITS, Fault
from onedrive.tests.probe import Probe, code

DRIVE = "/me/drive"


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def statuses(drive: Probe, count: int, path: str = DRIVE) -> list[int]:
    return [drive.get(path).status_code for _ in range(count)]


def add(drive: Probe, **rule: object) -> None:
    drive.standin.faults.add(Fault(**rule))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [503, 503, 503, 503]),
        ({"times": 2}, [503, 503, 200, 200]),
        ({"skip": 2, "times": 1}, [200, 200, 503, 200]),
        ({"every": 2}, [503, 200, 503, 200]),
        ({"skip": 1, "every": 2, "times": 1}, [200, 503, 200, 200]),
        ({"path": "*/drive"}, [503, 503, 503, 503]),
        ({"path": "re:dr[i]ve$"}, [503, 503, 503, 503]),
        ({"path": "*/children"}, [200, 200, 200, 200]),
        ({"method": "POST"}, [200, 200, 200, 200]),
        ({"role": "graph"}, [503, 503, 503, 503]),
        ({"role": "content"}, [200, 200, 200, 200]),
    ],
)
def test_a_rule_says_which_calls_it_means(drive, rule, expected):
    add(drive, status=503, **rule)
    assert statuses(drive, 4) == expected


def test_each_port_can_be_meant(drive):
    session = drive.call("POST", "/me/drive/root:/a.bin:/createUploadSession").json()
    discovery = "/common/v2.0/.well-known/openid-configuration"
    add(drive, role="identity", status=503)
    add(drive, role="upload", method="GET", status=502)
    assert drive.bare("GET", drive.standin.url + discovery).status_code == 503
    assert drive.bare("GET", session["uploadUrl"]).status_code == 502
    assert statuses(drive, 1) == [200]


def test_of_two_rules_the_first_that_is_due_acts(drive):
    add(drive, status=503, times=1)
    add(drive, status=502, times=2)
    assert statuses(drive, 4) == [503, 502, 502, 200]


def test_rules_can_be_cleared(drive):
    add(drive, status=503)
    drive.standin.faults.clear()
    assert statuses(drive, 1) == [200]


@pytest.mark.parametrize("rule", [{"edit": "no"}, {"every": 0}, {"path": "re:("}])
def test_a_rule_that_means_nothing_is_refused(rule):
    with pytest.raises(ValueError):
        Fault(**rule)


def test_a_refusal_looks_like_graphs(drive):
    add(drive, status=429, retry_after=7)
    answer = drive.get(DRIVE)
    assert code(answer) == (429, "activityLimitReached")
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["request-id"]


def test_a_wait_may_be_missing_or_a_date(drive):
    add(drive, status=429, times=1)
    add(drive, status=429, retry_after=60, retry_date=True)
    assert "Retry-After" not in drive.get(DRIVE).headers
    moment = parsedate_to_datetime(drive.get(DRIVE).headers["Retry-After"])
    assert 50 < moment.timestamp() - drive.standin.clock.now() <= 60


def test_an_answer_may_be_html_empty_or_rubbish(drive):
    add(drive, status=502, body="<html>Bad gateway</html>", times=1)
    add(drive, status=504, body="", times=1)
    add(drive, status=200, body="{", times=1)
    first, second, third = (drive.get(DRIVE) for _ in range(3))
    assert first.headers["Content-Type"].startswith("text/html")
    assert (second.status_code, second.content) == (504, b"")
    assert (third.status_code, third.content) == (200, b"{")


def test_a_401_challenges(drive):
    add(drive, status=401, times=1)
    assert "Bearer" in drive.get(DRIVE).headers["WWW-Authenticate"]
    assert statuses(drive, 1) == [200]


def test_headers_may_be_added(drive):
    add(drive, status=503, headers={"X-Mine": "1"})
    assert drive.get(DRIVE).headers["X-Mine"] == "1"


@pytest.mark.parametrize("after_work", [False, True])
def test_a_failure_may_come_before_or_after_the_work(drive, after_work):
    add(drive, method="PUT", status=504, after_work=after_work)
    answer = drive.call("PUT", "/me/drive/root:/a.txt:/content", data=b"a")
    assert answer.status_code == 504
    found = drive.get("/me/drive/root:/a.txt").status_code
    assert found == (200 if after_work else 404)


@pytest.mark.parametrize("after_work", [False, True])
def test_a_connection_may_be_reset(drive, after_work):
    add(drive, method="PUT", reset=True, after_work=after_work)
    with pytest.raises(requests.ConnectionError):
        drive.call("PUT", "/me/drive/root:/a.txt:/content", data=b"a")
    found = drive.get("/me/drive/root:/a.txt").status_code
    assert found == (200 if after_work else 404)
    (entry,) = drive.standin.journal.entries(method="PUT")
    assert (entry.status, entry.ended is not None) == (0, True)


def test_a_large_upload_may_be_cut_off_while_it_is_sent(drive):
    add(drive, method="PUT", reset=True)
    with pytest.raises(requests.ConnectionError):
        drive.call("PUT", "/me/drive/root:/a.txt:/content", data=bytes(20_000_000))


def content_link(drive: Probe, size: int) -> str:
    drive.file("a.bin", bytes(size))
    return drive.get("/me/drive/root:/a.bin:/content").headers["Location"]


def test_a_download_may_be_cut_short(drive):
    link = content_link(drive, 1_000_000)
    add(drive, role="content", cut=0.5, times=1)
    answer = drive.bare("GET", link, stream=True)
    assert answer.headers["Content-Length"] == "1000000"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        _ = answer.content
    (entry,) = drive.standin.journal.entries(role="content")
    assert entry.sent == 500_000
    assert len(drive.bare("GET", link).content) == 1_000_000


def test_a_content_length_may_be_too_large(drive):
    link = content_link(drive, 1000)
    add(drive, role="content", length=10)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        drive.bare("GET", link)


def test_a_content_length_may_be_too_small(drive):
    link = content_link(drive, 1000)
    add(drive, role="content", length=-10)
    assert len(drive.bare("GET", link).content) == 990


def test_bytes_may_be_slow(drive):
    link = content_link(drive, 1000)
    add(drive, role="content", rate=10_000)
    started = time.monotonic()
    drive.bare("GET", link)
    assert time.monotonic() - started > 0.08


def test_an_answer_may_be_late(drive):
    add(drive, delay=0.05)
    started = time.monotonic()
    assert statuses(drive, 1) == [200]
    assert time.monotonic() - started >= 0.05


def test_a_link_may_be_expired(drive):
    link = content_link(drive, 10)
    add(drive, role="content", status=401, body="gone", times=1)
    assert drive.bare("GET", link).status_code == 401
    assert drive.bare("GET", link).status_code == 200


def test_metadata_may_be_wrong(drive):
    good = drive.file("a.bin", b"abc")
    for edit in ("wrong_hash", "no_hashes", "wrong_size", "malware"):
        add(drive, path="*a.bin", edit=edit, times=1)
    wrong, none, size, malware = (drive.get("/me/drive/root:/a.bin") for _ in range(4))
    hashes = wrong.json()["file"]["hashes"]
    assert set(hashes) == set(good["file"]["hashes"])
    assert hashes["quickXorHash"] != good["file"]["hashes"]["quickXorHash"]
    assert none.json()["file"]["hashes"] == {}
    assert size.json()["size"] == 4
    assert malware.json()["malware"] == {}


def test_pages_may_loop_repeat_and_hold_ghosts(drive):
    drive.folder("A")
    children = "/me/drive/root/children"
    for edit in ("loop", "repeat", "ghost"):
        add(drive, path="*/children", edit=edit, times=1)
    loop, repeat, ghost = (drive.get(children).json() for _ in range(3))
    assert loop["@odata.nextLink"] == f"{drive.standin.url}/v1.0{children}"
    assert [entry["name"] for entry in repeat["value"]] == ["A", "A"]
    assert set(ghost["value"][-1]) == {"id", "size"}
    assert drive.get(f"/me/drive/items/{ghost['value'][-1]['id']}").status_code == 404


def test_what_is_neither_file_nor_folder_may_be_listed(drive):
    add(drive, path="*/children", edit="strangers")
    entries = drive.get("/me/drive/root/children").json()["value"]
    kinds = [set(entry) - {"id", "name"} for entry in entries]
    assert kinds == [{"package"}, {"remoteItem"}, {"bundle"}]


def test_every_edit_leaves_other_answers_alone(drive):
    before = drive.get(DRIVE).json()
    for edit in set(EDITS) - {"loop"}:
        add(drive, edit=edit, times=1)
        assert drive.get(DRIVE).json() == before


def test_a_connection_is_kept_for_the_next_call(drive):
    host = drive.standin.url.partition("//")[2]
    connection = HTTPConnection(host, timeout=10)
    sockets = set()
    for method, path in (("GET", "/v1.0/me"), ("POST", "/v1.0/me"), ("GET", "/no")):
        connection.request(method, path, body=bytes(100_000))
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1
    assert None not in sockets
