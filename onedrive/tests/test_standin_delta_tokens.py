import pytest

from onedrive.standin.faults import Fault
from onedrive.tests.probe import Probe, code, inner_code
from onedrive.tests.rounds import DELTA, names, seen


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def test_a_link_may_be_used_again(drive):
    _, link = seen(drive)
    drive.file("a.txt")
    assert names(seen(drive, link)[0]) == ["root", "a.txt"]
    drive.file("b.txt")
    assert names(seen(drive, link)[0]) == ["root", "a.txt", "b.txt"]


def test_latest_starts_from_now(drive):
    drive.file("a.txt")
    entries, link = seen(drive, f"{DELTA}?token=latest")
    assert entries == []
    drive.file("b.txt")
    assert names(seen(drive, link)[0]) == ["root", "b.txt"]
    assert seen(drive, "/me/drive/root/delta(token='latest')")[0] == []


def test_a_moment_is_a_token_on_business_drives_only(business, tmp_path_factory):
    business.file("a.txt")
    business.standin.clock.advance(3600)
    business.sign_in()
    business.file("b.txt")
    stamp = business.get("/me/drive/root:/b.txt").json()["createdDateTime"]
    entries, _ = seen(business, f"{DELTA}?token={stamp}")
    assert names(entries) == ["root", "b.txt"]
    with Probe(tmp_path_factory.mktemp("p")) as other:
        assert other.get(f"{DELTA}?token={stamp}").status_code == 400


def test_a_token_dies_of_age(drive):
    _, link = seen(drive)
    drive.standin.clock.advance(31 * 86400)
    drive.sign_in()
    answer = drive.get(link)
    assert code(answer) == (410, "resyncRequired")
    assert inner_code(answer) == "resyncChangesApplyDifferences"
    assert drive.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("fault", "outer", "inner"),
    [
        ({"inner": "resyncChangesUploadDifferences"}, "resyncRequired", True),
        ({"inner": "resyncChangesApplyDifferences"}, "resyncRequired", True),
        ({"code": "resyncChangesApplyDifferences"}, None, False),
        ({"code": "syncStateNotFound"}, None, False),
    ],
)
def test_a_token_dies_when_asked_in_each_way(drive, fault, outer, inner):
    drive.standin.faults.add(Fault(path="*/delta", status=410, times=1, **fault))
    answer = drive.get(DELTA)
    assert code(answer) == (410, outer or fault["code"])
    assert ("code" in answer.json()["error"]["innerError"]) is inner
    assert answer.headers["Location"].endswith("/v1.0/me/drive/root/delta")
    assert drive.get(DELTA).status_code == 200


@pytest.mark.parametrize("token", ["rubbish", "a.b", "latest2"])
def test_a_broken_token_is_refused(drive, token):
    assert code(drive.get(f"{DELTA}?token={token}")) == (400, "invalidRequest")


def test_a_token_of_a_listing_is_no_delta_token(drive):
    drive.file("a")
    drive.file("b")
    link = drive.get("/me/drive/root/children?$top=1").json()["@odata.nextLink"]
    token = link.partition("skiptoken=")[2]
    assert drive.get(f"{DELTA}?token={token}").status_code == 400


def test_a_link_outlives_a_restart(tmp_path):
    with Probe(tmp_path) as first:
        first.file("a.txt")
        query = seen(first)[1].partition("?")[2]
    with Probe(tmp_path) as second:
        second.file("b.txt")
        assert names(seen(second, f"{DELTA}?{query}")[0]) == ["root", "b.txt"]
