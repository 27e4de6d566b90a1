"""Public answers as ready bytes, before Django begins.

Most visitors ask for what others have asked for since the gallery last changed. One
small query tells whether it has; all of Django around that query takes several times as
long. So this stands in front of the site, a WSGI application itself:

* It looks at public routes only. What an address asks for, whatever its spelling, the
  site's own routes and serializers say, once for each address.
* It reads the revision after a request came (`artetore.revision`): no answer is older
  than the last commit, in whichever process. With the question it makes the tag.
* What the site answered to the same question, and to a caller whom it answers alike, is
  sent again: status, headers and bytes. A 304 is such an answer, too.
* Everything else goes to the site: the first who asks, HEAD, what is refused, other
  conditions than one tag, and all that is not foreseen here. Of many who ask for one
  thing at once, the first is let through and the others wait for his answer.

Kept are whole answers that the site has tagged, so none that lacks a file and none that
is streamed; those of the newest revision, the latest used, of at most `LIMIT` bytes.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import QueryDict
from django.urls import Resolver404, resolve

from artetore import request_ids
from artetore.revision import SharedReading
from gallery.answers import REVISION, digest, etag
from gallery.views import PublicView

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Key = tuple[str | bool | None, ...]
StartResponse = Callable[..., Any]

LIMIT, LARGEST = 64_000_000, 16_000_000
# What an answer takes beside its bytes.
MARGIN = 4_000
ROUTES = "/image"
# None of the frontend's is longer. A longer one is not worth being remembered.
LONGEST = 100
ONE_TAG = re.compile(r'(W/)?"[^"]*"')
# What the site makes of these is not foreseen here.
UNFORESEEN = (
    *("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
    *("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"),
)
# What else of a request its answer depends on.
CALLER = (
    *("HTTP_HOST", "HTTP_ORIGIN", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO"),
    *("SCRIPT_NAME", "HTTP_X_FORWARDED_HOST"),
)


@dataclass(frozen=True)
class Question:
    route: str
    digest: str


@dataclass(frozen=True)
class Answer:
    status: str
    headers: Headers
    body: bytes


class ReadyAnswers:
    """`site` and, in front of it, what it has answered."""

    def __init__(self, site: WSGIHandler) -> None:
        self.site = site
        self.kept = Kept()
        self.revision = SharedReading()
        self.doors = [threading.Lock() for _ in range(64)]

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        question = asked(environ)
        revision = question and self.revision()
        if not revision:
            return self.site(environ, start)
        tag = etag(question.digest, revision)
        known = environ.get("HTTP_IF_NONE_MATCH") in (tag, f"W/{tag}")
        key = (tag, known, *map(environ.get, CALLER))
        answer = self.kept.get(revision, key)
        if answer is None:
            # One at a time; who waited finds what the one before him got.
            with self.doors[hash(key) % len(self.doors)]:
                answer = self.kept.get(revision, key)
                if answer is None:
                    return self._ask_the_site(revision, key, environ, start)
        start(answer.status, [*answer.headers, request_ids.header(environ)])
        if settings.METRICS_TOKEN:
            _observe(question, answer, time.perf_counter() - begun)
        return [answer.body]

    def _ask_the_site(
        self, revision: int, key: Key, environ: Environ, start: StartResponse
    ) -> Iterable[bytes]:
        environ[REVISION] = revision
        begun: list[Any] = []
        response = self.site(environ, lambda *given: begun.extend(given))
        if not response.streaming and response.headers.get("ETag") == key[0]:
            self.kept.put(revision, key, _answer(*begun, response.content))
        start(*begun)
        return response


class Kept:
    """Answers of one revision by their keys, for many threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers: OrderedDict[Key, tuple[Answer, int]] = OrderedDict()
        self.revision = self.size = 0

    def get(self, revision: int, key: Key) -> Answer | None:
        with self.lock:
            if revision != self.revision or key not in self.answers:
                return None
            self.answers.move_to_end(key)
            return self.answers[key][0]

    def put(self, revision: int, key: Key, answer: Answer) -> None:
        size = len(answer.body) + len(repr(key)) + MARGIN
        with self.lock:
            if revision > self.revision:
                self.answers.clear()
                self.revision, self.size = revision, 0
            if revision < self.revision or key in self.answers or size > LARGEST:
                return
            self.answers[key] = answer, size
            self.size += size
            while self.size > LIMIT:
                _, (_, freed) = self.answers.popitem(last=False)
                self.size -= freed


def asked(environ: Environ) -> Question | None:
    """None for what is the site's business alone."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if (
        environ["REQUEST_METHOD"] != "GET"
        or not path.startswith(ROUTES)
        or len(path) + len(query) > LONGEST
        or any(map(environ.get, UNFORESEEN))
        or not ONE_TAG.fullmatch(environ.get("HTTP_IF_NONE_MATCH", '""'))
    ):
        return None
    return _question(path, query)


@lru_cache(maxsize=4096)
def _question(path: str, query: str) -> Question | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    view = getattr(match.func, "view_class", None)
    if not view or not issubclass(view, PublicView):
        return None
    serializer = view.query(data=QueryDict(query).dict())
    if not serializer.is_valid():
        return None
    return Question(match.route, digest(match.route, serializer.validated_data))


def _answer(status: str, headers: Headers, body: bytes) -> Answer:
    """To be sent again; each request has a name of its own."""
    others = [header for header in headers if header[0] != request_ids.HEADER]
    return Answer(status, others, body)


def _observe(question: Question, answer: Answer, seconds: float) -> None:
    """Loaded only when it is wanted."""
    from artetore.metrics import observe

    observe("GET", question.route, int(answer.status[:3]), seconds)
