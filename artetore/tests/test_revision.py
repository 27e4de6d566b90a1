"""The revision is read for several at once, and for each after he asked."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from artetore.revision import SharedReading, read
from artetore.tests.test_database_gone import outage
from gallery.models import Counter


class Source:
    """Something that rises, and says what it was when it was read."""

    def __init__(self) -> None:
        self.value = self.readings = 0
        self.lock = threading.Lock()

    def rise(self) -> int:
        with self.lock:
            self.value += 1
            return self.value

    def read(self) -> int:
        value = self.value
        threading.Event().wait(0.0005)
        with self.lock:
            self.readings += 1
        return value


def test_nobody_gets_what_was_read_before_he_asked():
    source, rounds = Source(), 200
    shared = SharedReading(source.read)

    def ask_often(_):
        late = 0
        for _ in range(rounds):
            committed = source.rise()
            late += shared() < committed
        return late

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask_often, range(8))) == 0
    assert source.readings < 8 * rounds


def test_who_is_alone_waits_for_nobody():
    source = Source()
    shared = SharedReading(source.read)
    assert [shared() for _ in range(3)] == [0, 0, 0]
    assert source.readings == 3
    assert shared.shared == 0


def test_what_goes_wrong_keeps_nobody_waiting():
    def fail():
        raise ZeroDivisionError

    shared = SharedReading(fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            shared()
    assert (shared.next, shared.running) == (None, 0)


@pytest.mark.django_db
def test_it_is_what_the_database_says():
    assert read() == Counter.read(Counter.REVISION)
    assert Counter.raise_(Counter.REVISION) == read()


@pytest.mark.django_db
def test_without_its_row_there_is_none():
    Counter.objects.all().delete()
    assert read() is None


@pytest.mark.django_db(transaction=True)
def test_without_the_database_there_is_none_and_then_there_is_again():
    with outage():
        connection.close()
        assert read() is None
    assert read() == Counter.read(Counter.REVISION)
