import os
import re
import subprocess

import pytest
import requests
from django.test import Client

from artetore.tests import houses
from artetore.tests.servers import granian
from artetore.tests.test_database_gone import outage

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "only-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def scraped(settings):
    """The site with the setting."""
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = ["artetore.metrics.metrics", *settings.MIDDLEWARE]
    return Client(raise_request_exception=False)


def values(text: str) -> dict[str, float]:
    lines = re.findall(r"^(artetore_\S+) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def test_without_the_setting_there_are_none(client):
    assert client.get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"],
)
def test_only_who_has_the_token_may_read_them(scraped, given):
    answer = scraped.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Unauthorized"}
    assert answer["WWW-Authenticate"] == "Bearer"


def test_they_tell_what_there_is(scraped, staff, django_assert_num_queries):
    houses.furnish(staff)
    with django_assert_num_queries(3):
        answer = scraped.get("/metrics", headers={**BEARER, "Host": "10.0.0.7:8000"})
    told = values(answer.content.decode())
    assert told["artetore_database_up"] == 1
    assert told["artetore_pictures"] == 4
    assert told["artetore_groups"] == 2
    assert told['artetore_import_files{state="running"}'] == 1
    assert told['artetore_import_files{state="waiting"}'] == 1
    assert told['artetore_import_files{state="failed"}'] == 0


def test_without_the_database_they_tell_that(scraped):
    with outage():
        answer = scraped.get("/metrics", headers=BEARER)
    told = values(answer.content.decode())
    assert told["artetore_database_up"] == 0
    assert "artetore_pictures" not in told


def test_what_callers_write_makes_no_new_series(scraped):
    for name in ("a", "b", "c"):
        scraped.generic(f"METHOD-{name}", f"/{name}?{name}={name}")
    told = scraped.get("/metrics", headers=BEARER).content.decode()
    series = re.findall(r'count\{method="other",route="none",status="404"\}', told)
    assert len(series) == 1
    assert "METHOD" not in told


def test_whichever_process_is_asked_answers_for_all(db):
    counts = [
        f'artetore_request_seconds_count{{method="GET",route="{route}",status="200"}}'
        for route in ("^ip/?$", "^image/total-page/?$")
    ]
    with granian(METRICS_TOKEN=TOKEN) as url:
        before = values(requests.get(f"{url}/metrics", headers=BEARER).text)
        for _ in range(40):
            assert requests.get(f"{url}/ip").status_code == 200
            assert requests.get(f"{url}/image/total-page").status_code == 200
        scrapes = [requests.get(f"{url}/metrics", headers=BEARER) for _ in range(10)]
    told = {
        values(scrape.text)[count] - before.get(count, 0)
        for scrape in scrapes
        for count in counts
    }
    assert told == {40}


def test_what_servers_that_ended_counted_goes(tmp_path, db):
    ended = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True)
    place = tmp_path / "place"
    for process in (ended.stdout.strip(), os.getpid(), "x", "9" * 30):
        (place / f"artetore-metrics-{os.getuid()}-{process}").mkdir(parents=True)
    with granian(METRICS_TOKEN=TOKEN, TMPDIR=str(place), workers=1) as url:
        requests.get(f"{url}/metrics")
    left = {path.name.rpartition("-")[2] for path in place.iterdir()}
    assert len(left) == 4
    assert {str(os.getpid()), "x", "9" * 30} <= left
    assert ended.stdout.strip() not in left
