"""Two sites and a worker with one database, one bucket and one Redis: they are one."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from accounts.tokens import token_for
from artetore.tests.arrivals import all_done, manage, orders_for
from artetore.tests.object_store import (
    CREDENTIALS,
    in_new_bucket,
    names_in,
    object_store,
)
from artetore.tests.processes import running, until
from artetore.tests.redis import redis
from artetore.tests.servers import free_port, granian
from gallery.models import Group, Image
from gallery.services import group_update
from gallery.tests.rows import rows_without_files
from onedrive import ledger
from onedrive.models import Import

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

PICTURES = 12
TRIES = 6


@pytest.fixture(scope="module")
def store():
    with object_store() as url:
        yield url


@pytest.fixture
def shared(settings, store, tmp_path) -> dict[str, str]:
    """What all machines are told; the test itself keeps its pictures there too."""
    bucket = in_new_bucket(settings, store)
    with redis(tmp_path) as cache:
        yield {
            "CACHE_URL": cache,
            "S3_BUCKET": bucket,
            "S3_ENDPOINT_URL": store,
            "S3_ACCESS_KEY": CREDENTIALS["access_key"],
            "S3_SECRET_KEY": CREDENTIALS["secret_key"],
            # No machine has the pictures to itself.
            "MEDIA_ROOT": "/nowhere",
            "LOGIN_RATE": f"{TRIES}/min",
            "LOGIN_FAILURES": "3",
        }


@pytest.fixture
def sites(shared, standin, connection):
    with granian(workers=1, **shared) as one, granian(workers=1, **shared) as other:
        yield one, other


@pytest.fixture
def staff_session(staff) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token_for(staff)}"
    return session


def get(site: str, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{site}{path}", headers=headers, timeout=20)


def test_what_a_worker_imports_both_sites_show(
    sites, shared, staff, standin, tree, tmp_path
):
    orders = orders_for(staff, standin, tree, pictures=PICTURES)
    ledger.start(owner=staff, orders=orders, origin=Import.Origin.COMMAND)
    with running("manage.py", "run_worker", log=tmp_path / "worker.log", **shared):
        until(all_done, seconds=60)

    one, other = (get(site, "/image/page") for site in sites)
    assert len(one.json()["data"]) == 4
    assert other.content == one.content
    assert other.headers["ETag"] == one.headers["ETag"]
    assert rows_without_files() == []


def test_what_one_deletes_the_other_never_shows_again(sites, added, staff_session):
    one, other = sites
    group = added(*range(4))[0].group.number
    path = f"/image/group?group={group}"
    tag = get(other, path).headers["ETag"]
    images = get(one, path).json()["data"]
    while len(images) > 1:
        gone = images.pop()["imageID"]
        answer = staff_session.post(
            f"{one}/admin/delete/image",
            json={"image_list": {str(group): [{"image_id": gone}]}},
            timeout=20,
        )
        assert answer.json()["code"] == 1

        news = get(other, path, **{"If-None-Match": tag})

        assert news.status_code == 200
        assert news.json()["data"] == images
        tag = news.headers["ETag"]
        one, other = other, one


def test_files_that_are_needed_no_more_leave_the_store(
    sites, added, shared, store, staff_session
):
    for group in range(4):
        added(*range(3 * group, 3 * group + 3))
    numbers = Image.objects.values_list("group__number", "number")
    images = {}
    for group, number in numbers:
        images.setdefault(str(group), []).append({"image_id": number})
    kept = images.popitem()[1]

    for site, group in zip(sites * 2, images, strict=False):
        staff_session.post(
            f"{site}/admin/delete/image",
            json={"image_list": {group: images[group]}},
            timeout=20,
        )

    assert len(names_in(store, shared["S3_BUCKET"])) == 3 * len(kept)
    for command in ("check_gallery", "prune_media"):
        told = manage(command, "--hours", "0", "--json", **shared)
        assert told.returncode == 0, told.stdout + told.stderr
        assert not any(
            json.loads(told.stdout).get(key) for key in ("findings", "files")
        )


def test_numbers_given_out_at_both_sites_are_all_different(
    sites, staff_session, drive_file
):
    folder = {"all_image_id": [drive_file], "group": -1, "folder_name": "Parallel"}

    def add(site: str) -> int:
        body = {"image_list": {"f": folder}}
        answer = staff_session.post(f"{site}/admin/add/image", json=body, timeout=120)
        return answer.json()["code"]

    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(add, sites * 6)) == {1}

    numbers = list(Group.objects.values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, 13))
    assert rows_without_files() == []


def test_tries_to_sign_in_are_counted_together(sites):
    statuses = [
        get(site, f"/login/?username=nobody-{number}&password=x").status_code
        for number in range(TRIES // 2 + 1)
        for site in sites
    ]
    assert statuses == [200] * TRIES + [429] * 2


def test_a_name_that_failed_at_both_is_locked_at_both(sites):
    statuses = [
        get(site, "/login/?username=one-name&password=x").status_code
        for site in sites * 2
    ]
    assert statuses == [200, 200, 429, 429]


def test_without_the_redis_they_still_judge_who_signs_in(shared, staff):
    away = {**shared, "CACHE_URL": f"redis://127.0.0.1:{free_port()}/0"}
    with granian(workers=1, **away) as site:
        answer = get(site, "/login/?username=staff&password=x")
    assert (answer.status_code, answer.json()["code"]) == (200, 1)


def test_a_change_at_every_moment_is_seen_at_once(sites, added):
    group = added(0)[0].group.number
    tags = set()
    for number in range(40):
        group_update(group=group, title=f"Title {number}")
        tags.add(get(sites[number % 2], "/image/page").headers["ETag"])
    assert len(tags) == 40
