"""Imports from a drive that fails: what is good is kept, what is not is named."""

import pytest

from gallery.models import Image
from onedrive.models import Connection
from onedrive.standin.faults import Fault

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


def test_a_false_hash_is_named_and_leaves_nothing(run, standin, stored_files):
    standin.faults.add(Fault(role="graph", edit="wrong_hash"))

    answer = run()

    assert answer["code"] == 2
    assert [failure["file_name"] for failure in answer["failed"]] == NAMES
    assert stored() == stored_files() == []


def test_a_consent_withdrawn_in_the_middle_ends_it_with_that_reason(run, standin):
    standin.identity.switch(refuse="invalid_grant")
    standin.faults.add(Fault(role="graph", path="*/content", skip=1, status=401))

    answer = run()

    # Whichever came first was let through: it stays.
    assert answer["code"] == 1
    assert len(stored()) == 1
    assert len(answer["failed"]) == 2
    assert all("sign" in failure["reason"] for failure in answer["failed"])
    assert Connection.objects.get().state == Connection.State.NEEDS_CONSENT


def test_a_full_disk_is_named_and_leaves_nothing(run, media, stored_files):
    # A file where the folder of originals should be: nothing can be written there.
    (media / "originals").write_text("in the way")

    answer = run()

    assert answer["code"] == 2
    assert all("could not be stored" in f["reason"] for f in answer["failed"])
    assert stored() == []
    assert stored_files() == ["originals"]
