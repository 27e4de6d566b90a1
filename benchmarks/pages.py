"""A page of twelve groups with its pictures in it, again and again: by the site alone
and behind nginx.

Each against what its server can do at best: a bare WSGI function and a file, both of
the same bytes. What stands in the way is told as well: how fast the site would be if
it did not ask the database for the revision each time (`unasked`), how much faster the
bare function's own 304 is than its page, and how near to the file nginx comes when it
asks the bare function each time whether what it keeps still holds. The site has two
processes of eight threads, as `make serve` starts it. `python -m benchmarks.pages`
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from artetore.tests.servers import serving
from benchmarks import data
from benchmarks.load import load
from benchmarks.places import DATABASES, Place, place
from benchmarks.results import Result, run
from benchmarks.rounds import medians

GROUPS = 120
PAGE = "/image/page?page=1"
UNASKED = "MariaDB, the revision unasked"
# An address at which the nginx of `deploy/` serves a file from the disk.
FILE = f"thumbnails/00/{'0' * 64}-1.webp"


@dataclass(frozen=True)
class Stand:
    """The addresses of what is measured."""

    sites: dict[str, str]
    bare: str
    nginx: str
    nginx_before_bare: str


def measure(quick: bool) -> list[Result]:
    with ExitStack() as stack:
        places = [stack.enter_context(place(database)) for database in DATABASES]
        for here in places:
            here.call(data.build, GROUPS)
        rates = medians(_works(_stand(stack, places), 1 if quick else 2), quick=quick)
    return [
        *(result for name in (*DATABASES, UNASKED) for result in _site(name, rates)),
        _compared("304, the bare function", rates, "304 bare", "bare", None),
        _compared("page behind nginx, which keeps it", rates, "kept", "file", 0.5),
        _compared("the same, the bare function", rates, "kept bare", "file", None),
    ]


def _stand(stack: ExitStack, places: list[Place]) -> Stand:
    sites = {here.database: _site_of(stack, here, "artetore.wsgi") for here in places}
    sites[UNASKED] = _site_of(stack, places[-1], "benchmarks.unasked")
    files = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    body = files / FILE
    body.parent.mkdir(parents=True)
    body.write_bytes(requests.get(sites["MariaDB"] + PAGE, timeout=10).content)
    environment = {"PATH": os.environ["PATH"], "BODY": str(body)}
    bare = stack.enter_context(serving("benchmarks.bare:application", environment))
    before = [_nginx(stack, site, files) for site in (sites["MariaDB"], bare)]
    return Stand(sites, bare, *before)


def _site_of(stack: ExitStack, here: Place, module: str) -> str:
    return stack.enter_context(serving(f"{module}:application", here.environment))


def _nginx(stack: ExitStack, site: str, files: Path) -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artetore.tests.settings")
    from artetore.tests.nginx import nginx

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    upstream = site.removeprefix("http://")
    return stack.enter_context(nginx(folder, upstream, media=str(files)))


def _works(stand: Stand, seconds: int) -> dict[str, Callable[[], float]]:
    """The answers a second of each."""
    asked = {name: site + PAGE for name, site in stand.sites.items()}
    asked["bare"] = stand.bare
    addresses = {
        **asked,
        "kept": stand.nginx + PAGE,
        "kept bare": stand.nginx_before_bare + PAGE,
        "file": f"{stand.nginx}/pictures/{FILE}",
    }
    works = {
        name: lambda url=url: load(url, seconds=seconds).rate
        for name, url in addresses.items()
    }
    for name, url in asked.items():
        tag = requests.get(url, timeout=10).headers["ETag"]
        works[f"304 {name}"] = lambda url=url, tag=tag: (
            load(url, seconds=seconds, tag=tag).rate
        )
    return works


def _site(name: str, rates: dict[str, float]) -> list[Result]:
    least = 0.35 if name == "MariaDB" else None
    unchanged = None if name == UNASKED else 2
    return [
        _compared(f"page of 12, {name}", rates, name, "bare", least),
        _compared(f"304, {name}", rates, f"304 {name}", name, unchanged),
    ]


AGAINST = {
    "bare": "the bare WSGI function",
    "file": "nginx's file",
    **dict.fromkeys((*DATABASES, UNASKED), "the page"),
}


def _compared(
    what: str, rates: dict[str, float], ours: str, other: str, least: float | None
) -> Result:
    told = f"{rates[ours]:,.0f}/s, {AGAINST[other]} {rates[other]:,.0f}/s"
    return Result(what, told, rates[ours] / rates[other], least=least)


if __name__ == "__main__":
    run(measure)
