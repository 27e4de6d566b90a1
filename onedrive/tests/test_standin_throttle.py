from concurrent.futures import ThreadPoolExecutor

import pytest

from onedrive.tests.probe import Probe

DRIVE = "/me/drive"


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def statuses(drive: Probe, count: int, path: str = DRIVE) -> list[int]:
    return [drive.get(path).status_code for _ in range(count)]


def test_the_bucket_refuses_what_is_too_much(drive):
    drive.standin.throttle.limit(rate=0.01, burst=3, pause=5)
    assert statuses(drive, 4) == [200, 200, 200, 429]
    drive.standin.clock.advance(100)
    assert statuses(drive, 1) == [200]


def test_calls_inside_the_pause_make_it_longer(drive):
    drive.standin.throttle.limit(rate=0.01, burst=1, pause=5, penalty=10)
    drive.get(DRIVE)
    assert drive.get(DRIVE).headers["Retry-After"] == "5"
    assert drive.get(DRIVE).headers["Retry-After"] == "15"
    drive.standin.clock.advance(6)
    assert statuses(drive, 1) == [429]
    calls = drive.standin.journal.entries(role="graph")
    assert [call.during_pause for call in calls] == [False, False, True, True]


def test_the_bucket_fills_again(drive):
    drive.standin.throttle.limit(rate=0.01, burst=2)
    assert statuses(drive, 2) == [200, 200]
    drive.standin.clock.advance(100)
    assert statuses(drive, 2) == [200, 429]


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "/me/drive/root", 1),
        ("GET", "/me/drive/root/children?$top=5", 2),
        ("GET", "/me/drive/root/delta", 2),
        ("GET", "/me/drive/root/delta?token=latest", 1),
        ("DELETE", "/me/drive/items/no", 2),
    ],
)
def test_some_calls_cost_more(drive, method, path, cost):
    drive.standin.throttle.limit(rate=0, burst=2)
    drive.call(method, path)
    assert statuses(drive, 2) == ([200, 429] if cost == 1 else [429, 429])


def test_the_bucket_holds_against_many_at_once(drive):
    drive.standin.throttle.limit(rate=0, burst=10, pause=60)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: drive.get(DRIVE).status_code, range(40)))
    assert answers.count(200) == 10


def test_business_drives_tell_what_is_left_once_it_is_little(tmp_path):
    with Probe(tmp_path, kind="business") as drive:
        drive.standin.throttle.limit(rate=0, burst=10)
        answers = [drive.get(DRIVE) for _ in range(8)]
        assert "RateLimit-Limit" not in answers[6].headers
        assert answers[7].headers["RateLimit-Limit"] == "10"
        assert answers[7].headers["RateLimit-Remaining"] == "2"
