"""No token of a link is told: not in logs, not in errors."""

import logging
from urllib.parse import parse_qsl, urlsplit

import pytest

from onedrive.changes import latest_link, read_changes
from onedrive.exceptions import (
    ResyncRequired,
)
from onedrive.items import id_key
from onedrive.session import http_session
from onedrive.tests.listening import listening
from onedrive.tests.rounds import DELTA

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ours(console):
    """Our own lines before anything is taken out of them."""
    with listening(["onedrive"], logging.Filter("onedrive")) as text:
        yield text


@pytest.fixture
def sent():
    """The tokens of all links that were followed."""
    found = set()
    hooks = http_session().hooks["response"]
    hooks.append(lambda response, **kwargs: found.add(token_of(response.request.url)))
    yield found
    hooks.pop()


def token_of(link):
    return dict(parse_qsl(urlsplit(link).query)).get("token", "")


def test_no_token_is_told(graph, shelf, console, ours, sent, fault, small_pages):
    shelf.files(5)
    told = read_changes(graph)
    assert not read_changes(graph, latest_link(graph)).complete
    fault(status=410)
    with pytest.raises(ResyncRequired) as refusal:
        read_changes(graph, told.link)

    tokens = {token_of(told.link), *sent} - {"", "latest"}
    assert len(tokens) > 4
    assert "OneDrive has its list read anew (410)." in ours.getvalue()
    assert "token=***" in console.getvalue()
    error = refusal.value
    shown = [console.getvalue(), ours.getvalue(), repr(told), str(error), repr(error)]
    assert [token for token in tokens if token in "".join(shown)] == []


def test_a_token_in_a_path_is_not_told_either(graph, shelf, console):
    token = token_of(read_changes(graph).link)
    file = shelf.file("a.jpg")

    told = read_changes(graph, f"{DELTA}(token='{token}')")

    assert id_key(file.id) in told.items
    assert "token=***" in console.getvalue()
    assert token not in console.getvalue()
