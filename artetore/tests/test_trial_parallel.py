"""Parallel adds and visitors against the production server with two processes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
import requests

from accounts.tokens import token_for
from artetore.tests.servers import granian
from gallery.models import Group, Image
from gallery.services import image_update

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

PARALLEL = 24


@pytest.fixture
def site(standin, connection):
    with granian() as url:
        yield url


@pytest.fixture
def session(staff):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token_for(staff)}"
    return session


def add(session, site, file, group):
    folder = {"all_image_id": [file], "group": group, "folder_name": "Parallel"}
    answer = session.post(
        f"{site}/admin/add/image", json={"image_list": {"f": folder}}, timeout=120
    )
    assert answer.json()["code"] == 1, answer.text


def add_in_parallel(session, site, file, group):
    with ThreadPoolExecutor(PARALLEL) as pool:
        for future in [
            pool.submit(add, session, site, file, group) for _ in range(PARALLEL)
        ]:
            future.result()


def test_parallel_adds_to_new_groups_give_as_many_groups(session, site, drive_file):
    add_in_parallel(session, site, drive_file, -1)

    numbers = list(Group.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == PARALLEL
    assert all(group.images.count() == 1 for group in Group.objects.all())


def test_parallel_adds_to_one_group_give_different_numbers(session, site, drive_file):
    add(session, site, drive_file, -1)
    group = Group.objects.get()

    add_in_parallel(session, site, drive_file, group.number)

    numbers = list(Image.objects.filter(group=group).values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, PARALLEL + 2))


def hammered(url: str, *, connections: int, seconds: float) -> Counter[int]:
    """How often each status came; half of the visitors know the answer already."""
    tag = requests.get(url, timeout=10).headers.get("ETag", "")

    def visit(number: int) -> Counter[int]:
        statuses: Counter[int] = Counter()
        deadline = time.monotonic() + seconds
        with requests.Session() as visitor:
            visitor.headers["If-None-Match"] = tag if number % 2 else ""
            while time.monotonic() < deadline:
                statuses[visitor.get(url, timeout=10).status_code] += 1
        return statuses

    with ThreadPoolExecutor(connections) as pool:
        return sum(pool.map(visit, range(connections)), Counter())


def test_no_answer_of_either_process_is_older_than_the_last_change(
    session, site, drive_file
):
    """Each change is looked for by several visitors at once, while others ask on."""
    add(session, site, drive_file, -1)
    group = Group.objects.get().number
    changes, over = range(200), Event()

    def look(number: int) -> str:
        # A connection of its own may be taken by either process.
        url = f"{site}/image/?group={group}&image_id=1"
        return requests.get(url, timeout=10).json()["data"]["title"]

    def ask_on(number: int) -> None:
        while not over.is_set():
            look(number)

    with ThreadPoolExecutor(12) as pool:
        others = [pool.submit(ask_on, number) for number in range(4)]
        try:
            for change in changes:
                image_update(group=group, image=1, title=f"Title {change}")
                assert set(pool.map(look, range(6))) == {f"Title {change}"}
        finally:
            over.set()
    assert not any(other.exception() for other in others)


PUBLIC = [
    "/image/total-page",
    "/image/page?page=1",
    "/image/group?group=1",
    "/image/?group=1&image_id=1",
    "/image/download?group_id=1&image_id=1",
    "/ip",
]


@pytest.mark.parametrize("route", PUBLIC)
def test_sixteen_connections_get_nothing_but_good_answers(
    session, site, drive_file, route
):
    add(session, site, drive_file, -1)

    statuses = hammered(f"{site}{route}", connections=16, seconds=10)

    assert set(statuses) <= {200, 304}
    assert sum(statuses.values()) > 100
