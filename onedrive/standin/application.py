"""What happens to each request between the socket and what answers it."""

import logging
import time
from collections.abc import Callable

from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from .answers import error_answer, sign_answer
from .batch import answer_batch
from .errors import StoreError
from .faults import Fault, Faults
from .graph import Graph
from .journal import Entry, Journal
from .routes import Routes
from .throttle import Throttle
from .wire import Exchange, Reset

log = logging.getLogger(__name__)
Work = Callable[[Request], Response]


class Application:
    """Keeps the journal, lets faults act, and asks the part that the path means."""

    def __init__(
        self, graph: Graph, faults: Faults, throttle: Throttle, journal: Journal
    ):
        self.graph = graph
        self.faults = faults
        self.throttle = throttle
        self.journal = journal

    def port(self, role: str, rules: list[Rule], control: Work | None = None) -> Work:
        """What a listener calls; only the main port has Graph and the control."""
        work = routed(rules)

        def application(request: Request) -> Exchange:
            if control and request.path.startswith("/_standin/"):
                return Exchange(guarded(control, request))
            if control and request.path.startswith("/v1.0/"):
                return self.exchange(request, "graph", self.graph_work)
            return self.exchange(request, role, work)

        return application

    def exchange(
        self, request: Request, role: str, work: Work, *, inner: bool = False
    ) -> Exchange:
        entry = self.journal.begin(role, request, inner=inner)
        fault = self.faults.pick(role, request.method, request.path) or Fault()
        if not inner:
            time.sleep(fault.delay)  # the way here; within a batch there is none
        try:
            answer = self._answer(request, fault, work)
        except BaseException:
            self.journal.end(entry)
            raise
        sign_answer(request, answer)
        self.journal.answered(entry, answer)
        return Exchange(answer, fault, entry)

    def _answer(self, request: Request, fault: Fault, work: Work) -> Response:
        fails = fault.reset or fault.status
        if not fails or fault.after_work:
            answer = guarded(work, request)
        if fault.reset:
            raise Reset
        if fault.status:
            return fault.answer(request, self.graph.service.clock)
        return fault.edited(request, answer)

    def graph_work(self, request: Request) -> Response:
        if request.path == "/v1.0/$batch" and request.method == "POST":
            return self._batch(request)
        answer = self.throttle.refusal(request) or self.graph.answer(request)
        self.throttle.tell(answer)
        return answer

    def _batch(self, request: Request) -> Response:
        def answer(inner: Request) -> Response:
            exchange = self.exchange(inner, "graph", self.graph_work, inner=True)
            self.ended(exchange.entry)
            return exchange.answer

        try:
            self.graph.check_token(request)
            return answer_batch(request, answer)
        except StoreError as error:
            return error_answer(request, error)

    def ended(self, entry: Entry | None) -> None:
        if entry:
            self.journal.end(entry)


def routed(rules: list[Rule]) -> Work:
    """Asks the rule that fits; its endpoint is what answers."""
    routes = Routes(rules)

    def work(request: Request) -> Response:
        try:
            return routes.answer(request)
        except ClientDisconnected:
            raise
        except HTTPException as refusal:
            return Response.force_type(refusal.get_response(request.environ))

    return work


def guarded(work: Work, request: Request) -> Response:
    """A mistake in the stand-in is told aloud, and answered."""
    try:
        return work(request)
    except ClientDisconnected:
        raise
    except Exception:
        log.exception("%s %s", request.method, request.path)
        error = StoreError(500, "generalException", "The stand-in has failed.")
        return error_answer(request, error)
