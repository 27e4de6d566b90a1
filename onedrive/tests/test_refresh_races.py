"""One refresh, whoever asks at the same time, and whatever dies in the middle."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from artetore.tests.servers import environment
from onedrive import auth
from onedrive.exceptions import (
    NotConnected,
    Unreachable,
)
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests.consents import is_good

pytestmark = pytest.mark.django_db(transaction=True)


def place():
    """Where a process of its own finds the code and the database."""
    env = environment(DJANGO_SETTINGS_MODULE="artetore.settings")
    return {"cwd": settings.BASE_DIR, "env": env}


def ask(connection):
    try:
        return auth.access_token(connection)
    finally:
        connections.close_all()


def test_sixteen_threads_cause_one_refresh(expired, standin, refreshes):
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.2))
    with ThreadPoolExecutor(16) as pool:
        got = set(pool.map(ask, [expired] * 16))
    assert len(got) == 1
    assert is_good(standin, got.pop())
    assert refreshes() == 1


def test_sixteen_threads_are_refused_by_one_answer(expired, standin, refreshes):
    standin.identity.revoke_all()
    with ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(ask, expired) for _ in range(16)]
        errors = {type(each.exception()) for each in asked}
    assert errors == {NotConnected}
    assert refreshes() == 1


PROCESS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.conf import settings
from django.db import connections
from onedrive import auth
from onedrive.models import Connection

row = Connection.objects.get()
print("ready", flush=True)
sys.stdin.readline()

def ask(_):
    try:
        return auth.access_token(row)
    finally:
        connections.close_all()

with ThreadPoolExecutor(8) as pool:
    for token in pool.map(ask, range(8)):
        print(token, flush=True)
"""


def test_two_processes_of_eight_threads_cause_one_refresh(expired, standin, refreshes):
    standin.identity.switch(strict_rotation=True)
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.2))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS],
            **place(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    got = [process.communicate(timeout=60)[0].split() for process in processes]

    assert [len(each) for each in got] == [8, 8]
    assert len({token for each in got for token in each}) == 1
    assert is_good(standin, got[0][0])
    assert refreshes() == 1


KILLED = """
import os
from datetime import timedelta
import django
django.setup()
from onedrive import auth, tokens
from onedrive.models import Connection

tokens.LEASE = timedelta(seconds=0.3)
tokens.encrypt = lambda cache: os._exit(9)
auth.access_token(Connection.objects.get())
"""


def test_after_a_kill_between_answer_and_saving_the_old_one_still_works(
    expired, standin, refreshes
):
    assert subprocess.run([sys.executable, "-c", KILLED], **place()).returncode == 9
    assert refreshes() == 1
    assert Connection.objects.get().refreshing_until
    assert is_good(standin, auth.access_token(expired))
    assert refreshes() == 2


def test_the_lease_of_a_killed_process_runs_out(expired, standin):
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(seconds=0.3))
    assert is_good(standin, auth.access_token(expired))
    assert Connection.objects.get().refreshing_until is None


def test_nobody_waits_for_ever_for_a_refresh(expired, monkeypatch):
    monkeypatch.setattr(auth, "PATIENCE_SECONDS", 0.2)
    Connection.objects.update(refreshing_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(Unreachable):
        auth.access_token(expired)


def test_a_consent_given_during_a_refresh_is_not_undone(
    expired, standin, staff, consent
):
    """The refresh is refused, but meanwhile the user has signed in anew."""
    standin.identity.revoke_all()
    code, asked = consent(), standin.journal.count(path="/token")
    standin.faults.add(Fault(role="identity", path="*/token", delay=0.4, times=1))
    with ThreadPoolExecutor(1) as pool:
        token = pool.submit(ask, expired)
        while standin.journal.count(path="/token") == asked:
            assert not token.done()
        auth.connect(user=staff, code=code)
        assert is_good(standin, token.result())
    assert Connection.objects.get().state == Connection.State.CONNECTED
