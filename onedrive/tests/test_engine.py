"""Waking workers through a broker that may not be there."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from celery import Celery
from kombu import Connection as Broker

from artetore.celery import app
from artetore.tests.servers import environment, free_port
from onedrive import engine, ledger
from onedrive.models import Import

SECRET = "broker-password"
BROKERS = {
    "RabbitMQ": os.environ.get(
        "TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//"
    ),
    "Redis": os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/5"),
}


@pytest.fixture
def wake(settings, monkeypatch, caplog):
    """Wakes through a broker, within the time that a caller may have to wait."""

    def run(url: str, queue: str = "artetore") -> str:
        settings.CELERY_BROKER_URL = url
        fresh = Celery("tests", set_as_current=False)
        fresh.conf.update(broker_url=url, task_default_queue=queue)
        monkeypatch.setattr("artetore.celery.app", fresh)
        began = time.monotonic()
        engine.wake()
        assert time.monotonic() - began < 2.5
        return caplog.text

    return run


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_without_its_broker_a_caller_goes_on_soon_and_no_secret_is_told(wake, scheme):
    said = wake(f"{scheme}://user:{SECRET}@127.0.0.1:{free_port()}/1")

    assert "The broker did not take a message" in said
    assert "WARNING" in said
    assert SECRET not in said
    assert "Traceback" not in said


@pytest.mark.parametrize("scheme", ["amqp", "redis"])
def test_a_broker_that_hangs_hangs_nobody(wake, scheme):
    with silent_server() as port:
        said = wake(f"{scheme}://user:{SECRET}@127.0.0.1:{port}/1")

    assert "The broker did not take a message" in said
    assert SECRET not in said


def test_an_address_that_is_none_stops_nobody(wake):
    said = wake(f"ampq://user:{SECRET}@127.0.0.1/1")

    assert "The broker did not take a message" in said
    assert SECRET not in said


@pytest.mark.django_db(transaction=True)
def test_what_is_ordered_counts_without_the_broker(staff, wake):
    wake(f"amqp://user:{SECRET}@127.0.0.1:{free_port()}/1")

    ledger.start(owner=staff, orders=[], origin=Import.Origin.COMMAND)

    assert Import.objects.count() == 1


@pytest.mark.parametrize("name", BROKERS)
def test_a_message_waits_for_a_worker(wake, name):
    url, queue = BROKERS[name], f"tests-{uuid4().hex}"
    try:
        Broker(url, connect_timeout=2).ensure_connection(max_retries=0, timeout=2)
    except Exception as error:
        pytest.skip(f"No {name} answers at {Broker(url).as_uri()}: {error}")

    assert wake(url, queue) == ""

    with Broker(url) as broker:
        with broker.SimpleQueue(queue) as messages:
            message = messages.get(timeout=5)
            message.ack()
        bound = messages.queue(broker.channel())
        bound.delete()
        bound.exchange.delete()
    assert message.headers["task"] == engine.TASK
    assert message.headers["expires"]
    assert message.content_type == "application/json"
    assert json.loads(message.body)[:2] == [[], {}]


def test_workers_take_json_and_answer_nothing():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.beat_schedule["work"]["task"] == engine.TASK
    app.loader.import_default_modules()
    assert engine.TASK in app.tasks


@pytest.mark.parametrize("broker", ["", f"amqp://u:{SECRET}@127.0.0.1/"])
def test_the_site_starts_without_celery(transactional_db, broker):
    code = "import artetore.wsgi, onedrive.tests, sys; print('celery' in sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(CELERY_BROKER_URL=broker),
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout == "False\n"
