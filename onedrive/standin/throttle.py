"""A token bucket, as Microsoft's page "Microsoft Graph throttling guidance" has it."""

from math import ceil
from threading import Lock

from werkzeug.wrappers import Request, Response

from .answers import error_answer
from .clock import Clock
from .errors import StoreError
from .kinds import Kind

NEARLY = 0.2  # share of the bucket from which on the limits are told


class Throttle:
    """Off until `limit` is called. Each call costs one unit, a list or write two."""

    def __init__(self, clock: Clock, kind: Kind):
        self._clock = clock
        self._kind = kind
        self._lock = Lock()
        self.off()

    def off(self) -> None:
        self.limit(rate=0, burst=0)

    def limit(
        self, *, rate: float, burst: float, pause: float = 2.0, penalty: float = 1.0
    ) -> None:
        """`rate` units a second, `burst` at once, then `pause` seconds of refusals.

        Each call that comes inside the pause makes it longer by `penalty` seconds.
        """
        self._rate, self._burst = rate, burst
        self._pause, self._penalty = pause, penalty
        self._level, self._filled = burst, self._clock.now()
        self._until = 0.0

    def refusal(self, request: Request) -> Response | None:
        wait = self._wait(_cost(request)) if self._burst else 0.0
        if not wait:
            return None
        text = "The request has been throttled"
        error = StoreError(429, "activityLimitReached", text, "throttledRequest")
        answer = error_answer(request, error)
        answer.headers["Retry-After"] = str(ceil(wait))
        return answer

    def tell(self, answer: Response) -> None:
        """Business drives tell how much is left once it is little."""
        if self._burst and self._kind.rate_limit_headers:
            left = max(self._level, 0)
            if left <= self._burst * NEARLY:
                reset = (self._burst - left) / self._rate if self._rate else 60
                answer.headers["RateLimit-Limit"] = str(int(self._burst))
                answer.headers["RateLimit-Remaining"] = str(int(left))
                answer.headers["RateLimit-Reset"] = str(ceil(reset))

    def _wait(self, cost: int) -> float:
        now = self._clock.now()
        with self._lock:
            if now < self._until:
                self._until += self._penalty
                return self._until - now
            grown = self._level + (now - self._filled) * self._rate
            self._level, self._filled = min(grown, self._burst), now
            if self._level < cost:
                self._until = now + self._pause
                return self._pause
            self._level -= cost
            return 0.0


def _cost(request: Request) -> int:
    """As the page "Microsoft Graph service-specific throttling limits" counts."""
    starts_over = request.path.endswith("/delta") and "token" not in request.args
    is_list = request.path.endswith("/children") or starts_over
    return 2 if is_list or request.method != "GET" else 1
