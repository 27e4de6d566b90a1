"""What stands ready is what the site would say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import RequestFactory

from artetore import ready
from artetore.ready import ReadyAnswers
from artetore.tests.test_database_gone import outage
from artetore.wsgi import site
from gallery.models import Counter
from gallery.services import image_update, images_delete

pytestmark = pytest.mark.django_db

ROUTES = [
    "/image/total-page",
    "/image/page?page=1",
    "/image/page/?page=1&images=url",
    "/image/group?group=1",
    "/image/?group=1&image_id=1",
]
ORIGIN = "http://localhost:3000"


class Site:
    """The site, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, environ, start):
        self.asked += 1
        return site(environ, start)


def answered(application: Callable, path: str, method: str = "GET", **environ):
    """Status, headers and body; the request's name apart."""
    request = RequestFactory().generic(method, path).environ
    request.pop("CONTENT_LENGTH", None)
    given = []
    response = application({**request, **environ}, lambda *start: given.extend(start))
    body = b"".join(response)
    status, headers = given
    assert "X-Request-ID" in dict(headers)
    others = sorted(header for header in headers if header[0] != "X-Request-ID")
    return status, others, body


@pytest.fixture(autouse=True)
def one_connection():
    """As Django's test client does: the test's transaction outlives the request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def behind() -> Site:
    return Site()


@pytest.fixture
def front(behind) -> ReadyAnswers:
    return ReadyAnswers(behind)


@pytest.fixture
def tag(added) -> str:
    """Of the first page of a gallery of one group."""
    added(0, 1)
    return dict(answered(site, "/image/page?page=1")[1])["ETag"]


@pytest.mark.parametrize("path", ROUTES)
def test_who_comes_later_gets_the_same_without_the_site(front, behind, added, path):
    added(0, 1)
    expected = answered(site, path)
    answers = [answered(front, path) for _ in range(3)]
    assert answers == [expected] * 3
    assert behind.asked == 1


def test_each_answer_has_a_name_of_its_own(front, added):
    added(0)
    names = []
    for _ in range(3):
        environ = RequestFactory().get("/image/page").environ
        front(environ, lambda status, headers: names.append(dict(headers)))
    assert len({headers["X-Request-ID"] for headers in names}) == 3


CONDITIONS = ["{}", "W/{}", '"other"', '"other", {}', "*", "", "nonsense", '"', "{}, "]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_are_understood_as_by_the_site(front, tag, condition):
    given = {"HTTP_IF_NONE_MATCH": condition.format(tag)}
    expected = answered(site, "/image/page?page=1", **given)
    assert [answered(front, "/image/page?page=1", **given) for _ in range(3)] == (
        [expected] * 3
    )


def test_a_304_stands_ready_too(front, behind, tag):
    given = {"HTTP_IF_NONE_MATCH": tag}
    answers = [answered(front, "/image/page?page=1", **given) for _ in range(3)]
    assert {(status, body) for status, _, body in answers} == {
        ("304 Not Modified", b"")
    }
    assert behind.asked == 1


@pytest.mark.parametrize(
    "given",
    [
        {"HTTP_ORIGIN": ORIGIN},
        {"HTTP_ORIGIN": "http://elsewhere"},
        {"HTTP_HOST": "elsewhere"},
        {"HTTP_HOST": "localhost"},
        {"HTTP_IF_MATCH": '"other"'},
        {"HTTP_IF_UNMODIFIED_SINCE": "Mon, 01 Jan 2024 00:00:00 GMT"},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 01 Jan 2024 00:00:00 GMT"},
        {"HTTP_AUTHORIZATION": "Bearer nonsense"},
        {"HTTP_RANGE": "bytes=0-3"},
        {"CONTENT_LENGTH": "99999999"},
        {"wsgi.url_scheme": "https"},
        {"REQUEST_METHOD": "HEAD"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "OPTIONS"},
        {"QUERY_STRING": "page=x"},
        {"QUERY_STRING": "page=x&page=1"},
        {"QUERY_STRING": "page=\xff"},
        {"QUERY_STRING": "images=x"},
        {"QUERY_STRING": "page=" + "9" * 5000},
        {"QUERY_STRING": "&" * 99},
        {"PATH_INFO": "/image"},
        {"PATH_INFO": "/imagine"},
        {"PATH_INFO": "/image/nothing"},
        {"PATH_INFO": "/image/page\xff"},
    ],
)
def test_whoever_asks_gets_what_the_site_says(front, tag, given):
    answered(front, "/image/page?page=1")
    expected = answered(site, "/image/page?page=1", **given)
    for _ in range(2):
        assert answered(front, "/image/page?page=1", **given) == expected
    plain = answered(site, "/image/page?page=1")
    assert answered(front, "/image/page?page=1") == plain


def test_with_tls_all_else_is_sent_there(front, tag, settings):
    answered(front, "/image/page?page=1")
    settings.SECURE_SSL_REDIRECT = True
    secured = ReadyAnswers(type(site)())
    for _ in range(2):
        assert answered(secured, "/image/page?page=1")[0].startswith("301")


# --- Never older than the last commit ---------------------------------------------


@pytest.mark.parametrize("path", ROUTES[1:])
def test_what_changed_is_seen_at_once(front, added, path):
    added(0, 1)
    seen = set()
    for change in (
        lambda: None,
        lambda: image_update(group=1, image=1, title="Other"),
        lambda: images_delete(numbers={1: [1]}),
        lambda: images_delete(numbers={1: [2]}),
    ):
        change()
        answer = answered(front, path)
        assert answer == answered(site, path) == answered(front, path)
        seen.add(dict(answer[1])["ETag"])
    assert len(seen) == 4
    assert len(front.kept.answers) == 1


def test_what_lacks_a_file_is_asked_for_again(front, added, media):
    [image] = added(0)
    file = media / image.thumbnail.name
    file.rename(media / "away")
    without = [answered(front, "/image/group") for _ in range(2)]
    (media / "away").rename(file)
    assert without[0] == without[1] != answered(front, "/image/group")
    assert answered(front, "/image/group") == answered(site, "/image/group")


def test_downloads_are_not_kept(front, behind, added):
    added(0)
    path = "/image/download?group_id=1&image_id=1"
    assert answered(front, path) == answered(front, path) == answered(site, path)
    assert (behind.asked, len(front.kept.answers)) == (2, 0)


@pytest.mark.django_db(transaction=True)
def test_without_the_database_nothing_is_given(front, added):
    added(0)
    answered(front, "/image/page")
    with outage():
        assert answered(front, "/image/page")[0].startswith("503")
    assert answered(front, "/image/page")[0].startswith("200")


# --- Bounds -----------------------------------------------------------------------


def test_parameters_that_mean_nothing_fill_nothing(front, behind, added):
    added(0)
    for number in range(50):
        answered(front, f"/image/page/?page=+0{1}&x={number}")
    assert behind.asked == len(front.kept.answers) == 1


def test_the_latest_used_stay_within_their_bytes(front, behind, added, monkeypatch):
    added(0)
    size = len(answered(site, "/image/page")[2]) + ready.MARGIN
    monkeypatch.setattr(ready, "LIMIT", 4 * size)
    answered(front, "/image/page")
    for group in range(100):
        answered(front, f"/image/group?group={group}")
        answered(front, "/image/page")
        assert front.kept.size <= ready.LIMIT
    assert behind.asked == 101
    sizes = [size for _, size in front.kept.answers.values()]
    assert sum(sizes) == front.kept.size


def test_a_single_large_one_is_not_kept(front, behind, added, monkeypatch):
    added(0)
    monkeypatch.setattr(ready, "LARGEST", ready.MARGIN)
    for _ in range(2):
        answered(front, "/image/page")
    assert (behind.asked, len(front.kept.answers)) == (2, 0)


def test_what_is_kept_late_does_not_drive_out_the_newer(front):
    new, old = ready.Answer("200 OK", [], b"new"), ready.Answer("200 OK", [], b"old")
    front.kept.put(2, ("a",), new)
    front.kept.put(1, ("a",), old)
    assert front.kept.get(2, ("a",)) is new
    assert front.kept.get(1, ("a",)) is None
    front.kept.put(3, ("b",), new)
    assert front.kept.get(2, ("a",)) is None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_asks_the_site(front, behind, added):
    added(*range(6))
    together = Barrier(8, timeout=30)

    def visit(_):
        together.wait()
        try:
            return answered(front, "/image/group?group=1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(visit, range(8)))

    assert answers == [answered(site, "/image/group?group=1")] * 8
    assert behind.asked == 1


def test_a_cold_page_takes_two_queries_beside_the_revision(
    front, added, django_assert_num_queries
):
    added(0)
    revision = Counter.read(Counter.REVISION)
    with django_assert_num_queries(2):
        first = answered(front, "/image/page")
    with django_assert_num_queries(0):
        assert answered(front, "/image/page") == first
    assert f"-{revision}" in dict(first[1])["ETag"]
