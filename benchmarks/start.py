"""From the start of the server to its first answer, a page of the gallery.
`python -m benchmarks.start`

Against the same server with a bare WSGI function, which starts at once.
"""

import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import requests

from artetore.tests.servers import serving
from benchmarks import data
from benchmarks.places import DATABASES, place
from benchmarks.results import Result, run
from benchmarks.rounds import medians

PAGE = "/image/page?page=1"


def measure(quick: bool) -> list[Result]:
    with ExitStack() as stack:
        places = [stack.enter_context(place(database)) for database in DATABASES]
        for here in places:
            here.call(data.build, 12)
        body = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "body"
        body.write_bytes(b"{}")
        bare = {"PATH": os.environ["PATH"], "BODY": str(body)}
        works = {
            here.database: lambda env=here.environment: started(
                "artetore.wsgi:application", env
            )
            for here in places
        }
        works["bare"] = lambda: started("benchmarks.bare:application", bare)
        times = medians(works, quick=quick)
    told = f"a bare WSGI function {times['bare']:.2f} s"
    return [
        Result(f"start to the first answer, {name}", told, times[name], " s", most=1.5)
        for name in DATABASES
    ]


def started(application: str, environment: dict[str, str]) -> float:
    """Seconds."""
    start = time.perf_counter()
    with serving(application, environment) as url:
        assert requests.get(url + PAGE, timeout=10).status_code == 200
        return time.perf_counter() - start


if __name__ == "__main__":
    run(measure)
