"""nginx under load, while the gallery changes all the time."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from artetore.tests.nginx import nginx
from artetore.tests.servers import granian
from gallery.services import group_update

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

VISITORS = 12
CHANGES = 50


def tag(site: str, path: str) -> str:
    return requests.get(site + path, timeout=20).headers["ETag"].removeprefix("W/")


def test_no_answer_is_older_than_the_last_change(tmp_path, added):
    group = added(*range(6))[0].group.number
    path = f"/image/group?group={group}"
    ended = threading.Event()

    def visit(proxy: str) -> set[int]:
        statuses = set()
        with requests.Session() as session:
            while not ended.is_set():
                statuses.add(session.get(proxy + path, timeout=20).status_code)
        return statuses

    with (
        granian(PROXIES="1") as site,
        nginx(tmp_path / "nginx", site.removeprefix("http://")) as proxy,
        ThreadPoolExecutor(VISITORS) as pool,
    ):
        visits = [pool.submit(visit, proxy) for _ in range(VISITORS)]
        try:
            tags = []
            for number in range(CHANGES):
                group_update(group=group, title=f"Title {number}")
                tags.append(tag(proxy, path))
                assert tags[-1] == tag(site, path)
        finally:
            ended.set()
        assert set().union(*(visit.result() for visit in visits)) == {200}
    assert len(set(tags)) == CHANGES
