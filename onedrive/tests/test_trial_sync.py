"""Syncs of many files: what they cost, and that one bad file is only one."""

import pytest

from conftest import png
from gallery.models import Group, Image
from onedrive.models import DriveFile, DriveImage, ImportItem
from onedrive.standin.store import Store
from onedrive.sync import sync
from onedrive.worker import Worker

pytestmark = [pytest.mark.trial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def spent(standin):
    """Calls to Graph (those in batches by themselves) and downloads since the last."""
    seen = [0, 0]

    def since():
        entries = standin.journal.entries
        outer = [entry for entry in entries("graph") if not entry.inner]
        now = [len(outer), len(entries("content"))]
        cost = tuple(after - before for after, before in zip(now, seen, strict=True))
        seen[:] = now
        return cost

    return since


def pretend_imported(store: Store) -> None:
    """Pictures of all files that were ordered, without fetching 10,000 of them."""
    files = list(DriveFile.objects.select_related("folder"))
    for folder in {file.folder for file in files}:
        folder.group = Group.objects.create(number=folder.pk, title=folder.name)
        folder.titled = folder.name
        folder.save()
    groups = {group.number: group for group in Group.objects.all()}
    Image.objects.bulk_create(
        [
            Image(
                group=groups[file.folder_id],
                number=file.pk,
                name=file.name,
                folder_name=file.folder.name,
                width=1,
                height=1,
                size=1,
                content_type="image/png",
                sha256="0" * 64,
                original="originals/x.png",
                thumbnail="thumbnails/x.webp",
                preview="previews/x.webp",
            )
            for file in files
        ],
        batch_size=500,
    )
    images = dict(Image.objects.values_list("number", "pk"))
    DriveImage.objects.bulk_create(
        [
            DriveImage(
                image_id=images[file.pk],
                item_id=file.item_id,
                key=file.key,
                folder_key=file.folder.key,
                size=file.size,
                etag=file.etag,
                ctag=file.ctag,
                quick_xor_hash=file.quick_xor_hash,
            )
            for file in files
        ],
        batch_size=500,
    )
    ImportItem.objects.all().delete()
    DriveFile.objects.update(taken=True)


def test_ten_thousand_known_files_cost_one_call(
    staff, connection, standin, shelf, spent, django_assert_max_num_queries
):
    for number in range(100):
        shelf.files(100, shelf.folder(f"Folder {number:03}"))
    sync(owner=staff)
    assert ImportItem.objects.count() == 10_000
    pretend_imported(standin.store)
    spent()

    with django_assert_max_num_queries(30):
        result = sync(owner=staff)

    assert not result.plan
    assert result.run is None
    assert spent() == (1, 0)

    # And the renaming of one folder is a change of rows.
    folder = standin.store.at(standin.home, "Folder 042")
    number = Group.objects.get(title="Folder 042").number
    standin.store.update(folder.id, name="Summer")
    result = sync(owner=staff)
    assert len(result.plan.renamed) == 100
    assert result.run is None
    assert spent() == (1, 0)
    group = Group.objects.get(number=number)
    assert group.title == "Summer"
    assert set(group.images.values_list("folder_name", flat=True)) == {"Summer"}


def test_one_corrupt_file_among_a_thousand(staff, connection, standin, shelf, spent):
    folder = shelf.folder("Many")
    with standin.store.db.transaction():
        for index in range(1000):
            content = png(index, (40, 30))
            content = content[:60] if index == 500 else content
            shelf.file(f"{index:04}.png", content, folder)

    sync(owner=staff)
    Worker().run()

    assert Image.objects.count() == 999
    [failed] = ImportItem.objects.filter(state="failed")
    assert (failed.file_name, failed.attempts) == ("0500.png", 1)
    assert spent()[1] == 1000

    sync(owner=staff)
    Worker().run()
    assert spent() == (1, 0)

    shelf.file("0500.png", png(500, (40, 30)), folder)
    sync(owner=staff)
    Worker().run()
    assert spent()[1] == 1
    assert Group.objects.get().images.count() == 1000
