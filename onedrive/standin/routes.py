"""Which function answers which path."""

from collections.abc import Callable, Iterable
from functools import lru_cache

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response


class Routes:
    """The endpoints of the rules are what answers a request."""

    def __init__(self, rules: Iterable[Rule], *, merge_slashes: bool = True):
        rules = list(rules)
        shapes = tuple((rule.rule, _methods(rule)) for rule in rules)
        self._map = _compiled(shapes, merge_slashes)
        self._acts: list[Callable[..., Response]] = [rule.endpoint for rule in rules]

    def answer(self, request: Request) -> Response:
        """Raises werkzeug's HTTPExceptions where none of the rules fits."""
        place, values = self._map.bind_to_environ(request.environ).match()
        return self._acts[place](request, **values)


def _methods(rule: Rule) -> frozenset[str] | None:
    return frozenset(rule.methods) if rule.methods else None


@lru_cache
def _compiled(
    shapes: tuple[tuple[str, frozenset[str] | None], ...], merge_slashes: bool
) -> Map:
    """Once for all stand-ins of a process: it takes longer than all else in starting
    one. Endpoints are the places of the rules."""
    rules = (
        Rule(path, methods=methods, endpoint=place)
        for place, (path, methods) in enumerate(shapes)
    )
    return Map(rules, merge_slashes=merge_slashes)
