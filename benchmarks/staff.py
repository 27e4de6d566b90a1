"""Lists of the staff site with 10,000 groups and 100,000 pictures: the server's time
for each, in the middle of five. `python -m benchmarks.staff`
"""

from contextlib import ExitStack

from benchmarks import data
from benchmarks.places import DATABASES, place
from benchmarks.results import Result, run
from benchmarks.rounds import medians, seconds

GROUPS, QUICK_GROUPS = 10_000, 120
GROUPS_A_PAGE, PICTURES_A_PAGE = 48, 40
LISTS = {
    "first page": "/staff/",
    "groups": "/staff/gallery/group/",
    "groups, last page": "/staff/gallery/group/?p={groups}",
    "groups, searched": "/staff/gallery/group/?q=77",
    "pictures": "/staff/gallery/image/",
    "pictures, last page": "/staff/gallery/image/?p={pictures}",
    "pictures, searched": "/staff/gallery/image/?q=7.jpg",
    "pictures of one group": "/staff/gallery/image/?group=77",
}


def measure(quick: bool) -> list[Result]:
    groups = QUICK_GROUPS if quick else GROUPS
    with ExitStack() as stack:
        places = [stack.enter_context(place(database)) for database in DATABASES]
        for here in places:
            here.call(prepare, groups)
        works = {
            (here.database, title): lambda here=here, path=path: here.call(opened, path)
            for here in places
            for title, path in lists(groups).items()
        }
        times = medians(works, quick=quick)
    return [
        _result(database, title, groups, taken)
        for (database, title), taken in times.items()
    ]


def lists(groups: int) -> dict[str, str]:
    """The addresses in a gallery of so many groups."""
    last = {
        "groups": -(-groups // GROUPS_A_PAGE),
        "pictures": groups * data.IN_A_GROUP // PICTURES_A_PAGE,
    }
    return {title: path.format(**last) for title, path in LISTS.items()}


def _result(database: str, title: str, groups: int, taken: float) -> Result:
    told = f"{groups * data.IN_A_GROUP:,} pictures"
    what = f"staff: {title}, {database}"
    return Result(what, told, 1000 * taken, " ms", most=100)


def prepare(groups: int) -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    data.build(groups)
    get_user_model().objects.create_superuser("bench", password="bench-password")
    call_command("collectstatic", interactive=False, verbosity=0)
    for path in lists(groups).values():  # templates are read once
        opened(path)


def opened(path: str) -> float:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    user = get_user_model().objects.get(username="bench")
    client.force_login(user, "accounts.backends.StaffBackend")
    client.get("/healthz")  # each client loads the middleware with its first request

    def work() -> None:
        assert client.get(path).status_code == 200, path

    return seconds(work)


if __name__ == "__main__":
    run(measure)
