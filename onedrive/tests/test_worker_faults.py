"""Workers when something fails: what is waited for, and what is named."""

import os
import subprocess
from collections.abc import Callable, Iterator

import pytest

from gallery.models import Group
from onedrive import auth, retries
from onedrive.models import Connection, Import
from onedrive.standin.faults import Fault
from onedrive.tests.ledgers import SECOND, begin, claim, order, pass_time, states
from onedrive.tests.workers import NAMES, count, is_whole, names, working
from onedrive.worker import IN_HAND, THREADS, Worker

pytestmark = pytest.mark.django_db(transaction=True)


def all_comes_in_later(run: Import) -> None:
    pass_time()
    Worker().run()

    assert sorted(names()) == NAMES
    assert Group.objects.count() == 1
    run.refresh_from_db()
    assert run.reason == ""


# --- What is not to blame on a file -----------------------------------------------


def test_who_is_not_connected_is_told_so(staff, standin):
    run = begin(staff, order("a", "b"))

    Worker().run()

    run.refresh_from_db()
    assert "sign in" in run.reason
    assert states(run) == {"a": "waiting", "b": "waiting"}
    assert count(attempts=0) == 2
    assert standin.journal.count() == 0


def test_a_drive_that_goes_in_the_middle_is_waited_for(
    ordered, standin, gate, nowhere, monkeypatch, stored_files
):
    monkeypatch.setattr(retries, "TRIES", 1)
    run = ordered(*NAMES)

    with working():
        gate.expect(THREADS)
        nowhere()
        gate.way.set()

    # Where the bytes are of those in hand was known already.
    assert len(names()) == IN_HAND
    assert count(state="waiting", attempts=0) == len(NAMES) - IN_HAND
    run.refresh_from_db()
    assert run.reason == "OneDrive did not answer."
    assert claim() == {}
    assert is_whole(stored_files())

    monkeypatch.setenv("ONEDRIVE_STANDIN_URL", standin.url)
    all_comes_in_later(run)


def test_a_consent_withdrawn_in_the_middle_is_waited_for(
    ordered, standin, gate, staff, consent
):
    run = ordered(*NAMES)

    with working():
        gate.expect(THREADS)
        standin.identity.switch(refuse="invalid_grant")
        standin.identity.expire_access_tokens()
        gate.way.set()

    assert len(names()) == IN_HAND
    run.refresh_from_db()
    assert "sign-in" in run.reason
    assert Connection.objects.get().state == Connection.State.NEEDS_CONSENT

    standin.identity.switch(refuse="")
    auth.connect(user=staff, code=consent())
    all_comes_in_later(run)


def test_onedrive_that_asks_for_a_long_pause_gets_it(ordered, standin):
    run = ordered("a.png", "b.png")
    standin.faults.add(Fault(role="graph", status=429, retry_after=1800, times=1))

    Worker().run()

    assert states(run) == {"a.png": "waiting", "b.png": "waiting"}
    run.refresh_from_db()
    assert run.reason == "OneDrive asked us to wait."
    left = [item.due - run.created for item in run.items.all()]
    assert all(1790 * SECOND < each < 1860 * SECOND for each in left)


@pytest.fixture
def small_disk(media) -> Iterator[Callable[[str], None]]:
    """Pictures lie on a disk of their own, and room can be made on it."""

    def mount(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", options, "none", str(media)]
        subprocess.run(command, check=True, capture_output=True)

    try:
        mount("size=256k")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("Only root can mount a disk here.")
    yield lambda size: mount(f"remount,size={size}")
    subprocess.run(["umount", "-l", str(media)], check=True)


def test_a_full_disk_is_waited_for(ordered, small_disk, stored_files):
    files = [f"{number:02}.png" for number in range(40)]
    run = ordered(*files)

    Worker().run()

    run.refresh_from_db()
    assert run.reason == f"It could not be stored: {os.strerror(28)}."
    assert 0 < len(names()) < 40
    assert count(state="waiting", attempts=0) == 40 - len(names())
    assert is_whole(stored_files())

    small_disk("10m")
    pass_time()
    Worker().run()

    assert sorted(names()) == files
    assert is_whole(stored_files())


# --- What is ----------------------------------------------------------------------


def test_one_broken_file_is_named_and_never_touched_again(
    ordered, standin, stored_files
):
    files = [f"{number:02}.png" for number in range(60)]
    files[30] = "broken.png"
    run = ordered(*files)

    Worker().run()
    fetched = standin.journal.count("content")
    pass_time()
    Worker().run()

    assert names() == [name for name in files if name != "broken.png"]
    assert [name for name, state in states(run).items() if state == "failed"] == [
        "broken.png"
    ]
    item = run.items.get(state="failed")
    assert (item.stage, item.attempts) == ("picture", 1)
    assert item.reason
    assert fetched == standin.journal.count("content") == 60
    assert is_whole(stored_files())


def test_a_file_that_does_not_arrive_comes_later_into_its_group(ordered, standin):
    run = ordered("a.png", "b.png")
    lost = standin.store.at(standin.home, "Alps/a.png")
    standin.faults.add(Fault(role="content", path=f"/d/{lost.id}", cut=0.5))

    Worker().run()

    assert names() == ["b.png"]
    assert states(run) == {"a.png": "waiting", "b.png": "done"}
    standin.faults.clear()
    pass_time()
    Worker().run()
    assert names() == ["b.png", "a.png"]
    assert Group.objects.count() == 1
