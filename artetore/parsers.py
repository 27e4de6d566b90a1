"""How the API reads what it is sent: JSON, whatever the headers say it is."""

import json
import math
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser


class BodyParser(BaseParser):
    """Strict JSON in UTF-8. Raises ParseError, which tells nothing of the body."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None) -> Any:
        try:
            return _document(stream.read().decode())
        # Deep nesting ends in a RecursionError, all else is a ValueError.
        except (ValueError, RecursionError):
            raise ParseError from None


class JSONAlways(DefaultContentNegotiation):
    """Whatever `Content-Type`, `Accept` and `?format=` say, JSON is read and sent."""

    def select_parser(self, request, parsers):
        return super().select_parser(request, parsers) or parsers[-1]

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


def _document(text: str) -> Any:
    document = json.loads(
        text,
        object_pairs_hook=_without_duplicates,
        parse_float=_finite,
        parse_constant=_refused,
    )
    # An escaped half of a surrogate pair is a string that no database takes.
    if "\\u" in text:
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key given twice would drop a value in silence."""
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("a key is given twice")
    return document


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("the number is too large")
    return number


def _refused(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
