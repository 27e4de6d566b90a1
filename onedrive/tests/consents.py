"""What a person does on Microsoft's pages, done by the tests."""

from urllib.parse import parse_qs, urlsplit

import requests

from onedrive.standin.server import StandIn


def answer_of(url: str, decision: str = "accept") -> dict[str, str]:
    """What Microsoft tells the redirect address after a click on its page."""
    page = requests.post(
        url, data={"consent": decision}, allow_redirects=False, timeout=10
    )
    query = parse_qs(urlsplit(page.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def agree(flow: dict, decision: str = "accept") -> None:
    """Type a device's code into the page it names."""
    form = {"user_code": flow["user_code"], "consent": decision}
    requests.post(flow["verification_uri"], data=form, timeout=10)


def is_good(standin: StandIn, token: str) -> bool:
    """Whether Graph takes this token."""
    return standin.identity.check(f"Bearer {token}") == ""
