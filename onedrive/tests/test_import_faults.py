"""Imports from a drive that fails: what is good is kept, what is not is named."""

import pytest

from gallery.models import Image
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests.drives import hasty_calls

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ["a.png", "b.png", "c.png"]


@pytest.fixture
def run(api, connection, standin, tree):
    """Imports three pictures and answers what the route answers."""
    standin.seed(tree({"Alps": NAMES}))
    listing = api.get("/admin/onedrive/folders").json()["folders"]
    [folder] = [entry for entry in listing.values() if isinstance(entry, dict)]
    files = [
        {"file_name": file["file_name"], "file_id": key}
        for key, file in folder["files"].items()
    ]

    def add():
        order = {"all_image_id": files, "group": -1, "folder_name": "Alps"}
        return api.post("/admin/add/image", {"image_list": {"f": order}}).json()

    return add


def stored() -> list[str]:
    return sorted(Image.objects.values_list("name", flat=True))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(role="content", cut=0.5, times=1),
        Fault(role="content", reset=True, times=1),
        Fault(role="content", status=401, times=1),
        Fault(role="content", status=503, times=1),
        Fault(role="graph", path="*/content", status=401, times=1),
        Fault(role="graph", path="*/content", status=503, times=1),
        Fault(role="graph", path="*/content", status=429, retry_after=1, times=1),
        Fault(role="graph", path="*/content", reset=True, times=1),
    ],
    ids=lambda fault: (
        f"{fault.role}-{fault.status or ('cut' if fault.cut else 'reset')}"
    ),
)
def test_what_fails_once_arrives_all_the_same(run, standin, fault):
    standin.faults.add(fault)

    answer = run()

    assert (answer["code"], answer["failed"]) == (1, [])
    assert stored() == NAMES


def test_a_download_that_is_cut_goes_on_where_it_was(run, standin):
    standin.faults.add(Fault(role="content", cut=0.5, times=1))

    assert run()["failed"] == []

    statuses = sorted(entry.status for entry in standin.journal.entries("content"))
    assert statuses == [200, 200, 200, 206]


def test_a_download_that_is_always_cut_is_named_and_the_others_arrive(
    run, standin, stored_files
):
    lost = standin.store.at(standin.home, "Alps/b.png")
    standin.faults.add(Fault(role="content", path=f"/d/{lost.id}", cut=0.5))

    answer = run()

    assert answer["code"] == 1
    [failure] = answer["failed"]
    assert (failure["file_name"], failure["file_id"]) == ("b.png", lost.id)
    assert failure["reason"]
    assert stored() == ["a.png", "c.png"]
    assert len(stored_files()) == 6


def test_a_storm_of_pauses_is_sat_out(run, standin):
    # Every second request. Those inside a batch are no requests of ours: counted
    # too, they would let a file that is asked for by itself always meet the pause.
    requests = r"re:^/(v1.0/\$batch$|d/)"
    standin.faults.add(Fault(path=requests, status=429, retry_after=2, every=2))

    answer = run()

    assert (answer["code"], answer["failed"]) == (1, [])
    assert stored() == NAMES
    pauses = [e for e in standin.journal.entries() if e.status == 429]
    assert len(pauses) >= 3
    # Batches come one after another; only downloads may be under way already.
    batches = standin.journal.entries("graph", "POST", "/$batch")
    assert not any(entry.during_pause for entry in batches)
    assert hasty_calls(standin) == []


def test_a_false_hash_is_named_and_leaves_nothing(run, standin, stored_files):
    standin.faults.add(Fault(role="graph", edit="wrong_hash"))

    answer = run()

    assert answer["code"] == 2
    assert [failure["file_name"] for failure in answer["failed"]] == NAMES
    assert stored() == stored_files() == []


def test_a_consent_withdrawn_in_the_middle_ends_it_with_that_reason(run, standin):
    standin.identity.switch(refuse="invalid_grant")
    # Addresses of files that are not good any more; new ones are refused.
    standin.faults.add(Fault(role="content", skip=1, status=401))
    standin.faults.add(Fault(role="graph", path="*/content", status=401))

    answer = run()

    # Whichever came first was let through: it stays.
    assert answer["code"] == 1
    assert len(stored()) == 1
    assert len(answer["failed"]) == 2
    assert all("sign" in failure["reason"] for failure in answer["failed"])
    assert Connection.objects.get().state == Connection.State.NEEDS_CONSENT


@pytest.mark.parametrize("kind", ["originals", "thumbnails", "previews"])
def test_a_disk_that_refuses_is_named_and_leaves_nothing(
    run, media, stored_files, kind
):
    # A file where a folder should be: nothing can be written there.
    (media / kind).write_text("in the way")

    answer = run()

    assert answer["code"] == 2
    assert [failure["file_name"] for failure in answer["failed"]] == NAMES
    assert all("could not be stored" in f["reason"] for f in answer["failed"])
    assert stored() == []
    assert stored_files() == [kind]

    (media / kind).unlink()
    assert run()["failed"] == []
    assert stored() == NAMES
