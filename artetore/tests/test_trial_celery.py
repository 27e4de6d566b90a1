"""Celery's workers on a real broker, and one of them stopped for a while."""

import os
import signal
import subprocess
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from kombu import Connection as Broker

from artetore.tests.arrivals import all_done, assert_whole, attempts, orders_for
from artetore.tests.processes import started, until
from onedrive import ledger
from onedrive.ledger import State
from onedrive.models import Import, ImportItem
from onedrive.standin.faults import Fault
from onedrive.worker import THREADS

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]

BROKER = os.environ.get("TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
NAMES = ("one", "two", "three")
PICTURES = 60
LEASE = 3
SETTINGS = """
from artetore.settings import *
CELERY_TASK_DEFAULT_QUEUE = "{queue}"
CELERY_BEAT_SCHEDULE["work"]["schedule"] = 1.0
"""


@pytest.fixture
def queue():
    try:
        with Broker(BROKER, connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=0, timeout=2)
    except Exception as error:
        pytest.skip(f"No broker answers at {Broker(BROKER).as_uri()}: {error}")
    name = f"trial-{uuid4().hex}"
    yield name
    with Broker(BROKER) as broker, broker.channel() as channel:
        channel.queue_delete(name)
        if broker.transport.driver_type == "amqp":
            channel.exchange_delete(name)


@pytest.fixture
def celery(tmp_path, queue):
    """Starts `celery -A artetore ...` with settings that differ by queue and beat."""
    (tmp_path / "trial_settings.py").write_text(SETTINGS.format(queue=queue))
    processes = []

    def run(*arguments: str, log: Path) -> subprocess.Popen:
        process = started(
            *("-m", "celery", "-A", "artetore", *arguments),
            log=log,
            CELERY_BROKER_URL=BROKER,
            DJANGO_SETTINGS_MODULE="trial_settings",
            PYTHONPATH=str(tmp_path),
            IMPORT_LEASE=str(LEASE),
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def workers(celery, tmp_path) -> list[subprocess.Popen]:
    options = (*("worker", "--concurrency", "1"), *("--pool", "prefork", "-l", "INFO"))
    workers = [
        celery(*options, "--hostname", f"{name}@%h", log=tmp_path / f"{name}.log")
        for name in NAMES
    ]
    celery("beat", "--schedule", str(tmp_path / "beat"), log=tmp_path / "beat.log")
    return workers


def begun() -> int:
    """Files that somebody has in hand and works on."""
    return ImportItem.objects.filter(state=State.RUNNING, attempts=1).count()


def taken_over() -> bool:
    return ImportItem.objects.filter(attempts__gt=1).exists()


def test_a_worker_that_stops_for_a_while_loses_its_files_and_does_none_twice(
    staff, connection, standin, tree, workers, tmp_path, capsys
):
    orders = orders_for(staff, standin, tree, pictures=PICTURES)
    standin.faults.add(Fault(role="content", delay=2))
    logs = [tmp_path / f"{name}.log" for name in NAMES]
    until(lambda: all(" ready." in log.read_text() for log in logs), seconds=60)
    ledger.start(owner=staff, orders=orders, origin=Import.Origin.COMMAND)
    # Each of the three has something to lose: two can work on no more.
    until(lambda: begun() > 2 * THREADS, seconds=60)
    stopped = Random(5).choice(workers)

    os.killpg(stopped.pid, signal.SIGSTOP)
    until(taken_over, seconds=60)
    os.killpg(stopped.pid, signal.SIGCONT)
    until(all_done, seconds=60)

    lost = logs[workers.index(stopped)]
    until(lambda: "was taken over by another worker" in lost.read_text())
    assert_whole(pictures=PICTURES)
    assert not any("Traceback" in log.read_text() for log in logs)
    with capsys.disabled():
        print(f"\n1 stop, files by their attempts: {attempts()}")
