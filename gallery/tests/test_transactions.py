"""What lost a deadlock, or its connection, is begun anew; all else is left to the
caller."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.signals import request_finished
from django.db import Error, OperationalError, connection, transaction

from gallery.models import Counter
from gallery.transactions import ATTEMPTS, DEADLOCK, LOCK_WAIT, LOST, transacted

pytestmark = pytest.mark.django_db(transaction=True)


class Failing:
    """A service that raises the counter, then fails that many times."""

    def __init__(self, times, error):
        self.times, self.error, self.runs = times, error, 0

    def __call__(self):
        self.runs += 1
        Counter.raise_(Counter.GROUP)
        if self.runs <= self.times:
            raise self.error
        return "done"


def transacted_failing(times, error):
    service = Failing(times, error)
    return service, transacted(lambda: service())


@pytest.mark.parametrize("number", [DEADLOCK, LOCK_WAIT, *LOST])
def test_it_is_begun_anew_and_its_writes_count_once(number):
    service, run = transacted_failing(2, OperationalError(number, "again"))
    assert run() == "done"
    assert service.runs == 3
    assert Counter.read(Counter.GROUP) == 1


def test_it_gives_up_in_the_end():
    service, run = transacted_failing(99, OperationalError(DEADLOCK, "again"))
    with pytest.raises(OperationalError, match="again"):
        run()
    assert service.runs == ATTEMPTS
    assert Counter.read(Counter.GROUP) == 0


@pytest.mark.parametrize(
    "error", [OperationalError(1054, "what?"), OperationalError(), ValueError("no")]
)
def test_other_errors_are_not_tried_again(error):
    service, run = transacted_failing(1, error)
    with pytest.raises(type(error)):
        run()
    assert service.runs == 1
    assert Counter.read(Counter.GROUP) == 0


def test_within_a_callers_transaction_it_runs_once():
    service, run = transacted_failing(1, OperationalError(DEADLOCK, "again"))
    with pytest.raises(OperationalError), transaction.atomic():
        run()
    assert service.runs == 1


def test_two_that_lock_crosswise_both_finish():
    """A real deadlock where the database locks rows; SQLite lets one in at a time."""
    both_hold_one = Barrier(2, timeout=10)
    runs = []

    @transacted
    def cross(first, second):
        Counter.raise_(first)
        runs.append(first)
        if connection.vendor == "mysql" and runs.count(first) == 1:
            both_hold_one.wait()
        Counter.raise_(second)

    def thread(*names):
        try:
            cross(*names)
        finally:
            connection.close()

    begun = Counter.read(Counter.REVISION)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(thread, Counter.GROUP, Counter.REVISION)
        other = pool.submit(thread, Counter.REVISION, Counter.GROUP)
    one.result()
    other.result()

    assert Counter.read(Counter.GROUP) == 2
    assert Counter.read(Counter.REVISION) == begun + 2
    assert len(runs) == (3 if connection.vendor == "mysql" else 2)


def kill_connection() -> None:
    """As whoever looks after the server may."""
    other = connection.copy()
    with connection.cursor() as cursor, other.cursor() as killer:
        cursor.execute("SELECT CONNECTION_ID()")
        killer.execute("KILL %s", cursor.fetchone())
    other.close()


def test_a_connection_that_is_lost_on_the_way_is_made_anew():
    if connection.vendor != "mysql":
        pytest.skip("SQLite has none.")
    runs = []

    @transacted
    def service():
        runs.append(Counter.raise_(Counter.GROUP))
        if len(runs) == 1:
            kill_connection()
        return Counter.raise_(Counter.GROUP)

    assert service() == 2
    assert runs == [1, 1]


def test_what_may_have_been_committed_is_not_done_again():
    if connection.vendor != "mysql":
        pytest.skip("SQLite has no connection to lose.")
    runs = []

    @transacted
    def service():
        runs.append(Counter.raise_(Counter.GROUP))
        kill_connection()

    with pytest.raises(OperationalError):
        service()
    connection.close()
    assert runs == [1]
    assert Counter.read(Counter.GROUP) == 0


@pytest.fixture
def lost_while_it_begins():
    """The connection went when the last transaction had just ended."""
    if connection.vendor != "mysql":
        pytest.skip("SQLite has no connection to lose.")
    connection.set_autocommit(False)
    kill_connection()
    yield
    connection.connection = None


def test_a_connection_that_is_lost_while_it_begins_is_made_anew(lost_while_it_begins):
    @transacted
    def service():
        return Counter.raise_(Counter.GROUP)

    assert service() == 1
    assert Counter.read(Counter.GROUP) == 1


def test_the_next_request_has_a_connection(lost_while_it_begins):
    with pytest.raises(OperationalError), transaction.atomic():
        pass
    with pytest.raises(Error):
        Counter.read(Counter.GROUP)

    request_finished.send(sender=None)
    assert Counter.read(Counter.GROUP) == 0
