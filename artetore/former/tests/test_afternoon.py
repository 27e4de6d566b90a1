"""An owner's afternoon: move in, link, and a sync that has nothing left to do."""

import pytest

from artetore.former.tests.service import FormerService
from gallery.models import Image
from gallery.tests.commands import run
from onedrive.models import ImportItem
from onedrive.tests import microsoft

INES = "0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c001"
FOLDERS = {"Alps": ["a.png", "b.png"], "Sea & Wind": ["c #1 (50%).png"]}


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


@pytest.fixture
def owner(former, standin, tree) -> FormerService:
    """Somebody whose former gallery came from the folders of a OneDrive."""
    root = tree(FOLDERS)
    standin.seed(root)
    for group, folder in enumerate(FOLDERS, 7):
        for number, name in enumerate(FOLDERS[folder], 3):
            former.add(
                (root / folder / name).read_bytes(),
                image_group=group,
                image_id=number,
                image_name=name,
                image_folder=folder,
            )
    former.add_user(INES, "ines", "former-secret")
    token = microsoft.redeem(standin).json()["refresh_token"]
    former.add_consent(INES, token)
    return former


def test_after_moving_in_and_linking_a_sync_has_nothing_to_do(owner, moved, standin):
    assert moved().error == ""
    assert run("link_onedrive").lines == ["Linked with their files: 3 pictures."]
    before = list(Image.objects.values())

    assert run("sync_onedrive", "--dry-run").lines == ["Nothing to do."]
    assert run("sync_onedrive").error == ""

    assert list(Image.objects.values()) == before
    assert not ImportItem.objects.exists()
    assert standin.journal.entries("content") == []
    assert moved("--verify-only").error == ""
