"""Debian's Chromium, and what it has to say against a page."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from artetore.demo.chromium import PHONE, WIDE, chromium, sign_in

__all__ = ["PHONE", "WIDE", "chromium", "hindrances", "opened", "sign_in"]


SEVERE = ("serious", "critical")
# Pixels by which a page is wider than its window.
TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"


@contextlib.contextmanager
def opened(browser: Browser, site: str, **options: Any) -> Iterator[Page]:
    """A page of its own session; `page.faults` collects what went wrong on it: errors
    and warnings, what its policy refused, requests to other hosts."""
    context = browser.new_context(base_url=site, viewport=WIDE, **options)
    page = context.new_page()
    page.faults = []
    _watch(page, urlsplit(site).netloc)
    yield page
    context.close()


def hindrances(page: Page) -> list[str]:
    """What axe-core finds that shuts people out, each with the first place."""
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:200]}"
        for rule in found
        if rule["impact"] in SEVERE
    ]


def _watch(page: Page, host: str) -> None:
    def on_request(request: Request) -> None:
        place = urlsplit(request.url)
        if place.scheme in ("http", "https", "ws", "wss") and place.netloc != host:
            page.faults.append(f"asked {place.netloc}")

    def on_console(line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            page.faults.append(line.text)

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
