"""Pages of a gallery of 1,000 groups and of 100,000, the first and the last, and a
group of 500 pictures. Each is rendered anew. `python -m benchmarks.depth`
"""

import time
from contextlib import ExitStack

from benchmarks import data
from benchmarks.places import DATABASES, Place, place
from benchmarks.results import Result, run
from benchmarks.rounds import medians

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = (60, 120)
PAGE = 12
LARGE_GROUP = 500


def measure(quick: bool) -> list[Result]:
    results = []
    for database in DATABASES:
        sizes = QUICK_SIZES if quick else SIZES
        with ExitStack() as stack:
            places = {size: stack.enter_context(place(database)) for size in sizes}
            for size, here in places.items():
                here.call(data.build, size)
            results += _pages(places, quick)
            results += _large_group(places[sizes[0]], quick)
    return results


def _pages(places: dict[int, Place], quick: bool) -> list[Result]:
    paths = {
        (size, end): f"/image/page?page={1 if end == 'first' else -(-size // PAGE)}"
        for size in places
        for end in ("first", "last")
    }
    works = {
        key: lambda here=places[key[0]], path=path: here.call(cold, path)
        for key, path in paths.items()
    }
    times = medians(works, quick=quick)
    asked = [places[size].call(queries, path) for (size, _), path in paths.items()]
    few, database = min(places), places[min(places)].database
    return [
        *(_page(key, times, few, database) for key in paths if key[0] != few),
        Result(f"queries of any of them, {database}", "", max(asked), most=3),
    ]


def _page(
    key: tuple[int, str], times: dict[tuple[int, str], float], few: int, database: str
) -> Result:
    size, end = key
    taken, of_few = times[key], times[few, end]
    told = f"{taken:.2f} ms, of {few:,} groups {of_few:.2f} ms"
    what = f"{end} page of {size:,} groups, {database}"
    return Result(what, told, taken / of_few, most=1.5)


def _large_group(here: Place, quick: bool) -> list[Result]:
    number = here.call(data.add_large_group, LARGE_GROUP)
    path = f"/image/group?group={number}"
    works = {"group": lambda: here.call(cold, path, processor=True)}
    taken = medians(works, quick=quick)["group"]
    what = f"group of {LARGE_GROUP} pictures, {here.database}"
    return [
        Result(what, "processor time", taken, " ms", most=60),
        Result(f"{what}, queries", "", here.call(queries, path), most=2),
    ]


def cold(path: str, *, processor: bool = False) -> float:
    """Milliseconds that an answer takes which nobody has kept: the least of some."""
    clock = time.process_time if processor else time.perf_counter
    taken = []
    for _ in range(5):
        data.renew()
        start = clock()
        _answered(path)
        taken.append(1000 * (clock() - start))
    return min(taken)


def queries(path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    data.renew()
    with CaptureQueriesContext(connection) as captured:
        _answered(path)
    return len(captured)


def _answered(path: str) -> None:
    from django.test import Client

    response = Client(SERVER_NAME="localhost").get(path)
    content = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert b"data:image" in content, content[:200]


if __name__ == "__main__":
    run(measure)
