"""A gallery of any size, as rows alone: their files are nowhere."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from gallery.models import Group, Image
from onedrive.models import (
    Connection,
    DriveFolder,
    Import,
    ImportFolder,
    ImportItem,
    Mirror,
)

# MariaDB takes statements of some megabytes.
AT_ONCE = 2000


def fill(*, groups: int, each: int, first: int = 1) -> None:
    """Groups of these many images, numbered from `first`."""
    numbers = range(first, first + groups)
    Group.objects.bulk_create(
        (Group(number=number, title=f"Group {number}") for number in numbers),
        batch_size=AT_ONCE,
    )
    made = Group.objects.filter(number__gte=first)
    Image.objects.bulk_create(
        (_image(group.pk, index) for group in made for index in range(each)),
        batch_size=AT_ONCE,
    )


def fill_group(group: Group, *, images: int) -> None:
    """So many more."""
    there = group.images.count()
    rows = (_image(group.pk, there + index) for index in range(images))
    Image.objects.bulk_create(rows)


def fill_ledger(owner: Any, *, runs: int, each: int) -> None:
    """Imports of a folder of these many files, some of which failed or wait; and as
    many folders to follow."""
    connection = Connection.objects.get(user=owner)
    mirror = connection.mirror or Mirror.objects.create()
    mirror.connections.add(connection)
    for _ in range(runs):
        run = Import.objects.create(owner=owner, origin=Import.Origin.SYNC)
        fill_run(run, files=each)
        DriveFolder.objects.create(
            mirror=mirror, key=f"folder {run.pk}", name=f"Folder {run.pk}"
        )


def fill_run(run: Import, *, files: int) -> None:
    """So many more."""
    folder = ImportFolder.objects.create(run=run, name=f"Folder {run.pk}")
    ImportItem.objects.bulk_create(_item(run, folder, index) for index in range(files))


def _image(group: int, index: int) -> Image:
    name = f"{group}-{index}"
    return Image(
        **{"group_id": group, "number": index + 1, "position": index + 1},
        **{"name": f"{name}.jpg", "folder_name": f"Folder {group % 97}"},
        **{"width": 4000, "height": 3000, "size": 5_000_000 + index},
        **{"content_type": "image/jpeg", "sha256": f"{group:032x}{index:032x}"},
        **{"original": f"originals/{name}.jpg", "preview": f"previews/{name}.webp"},
        thumbnail=f"thumbnails/{name}.webp",
    )


def _item(run: Import, folder: ImportFolder, index: int) -> ImportItem:
    state = ("done", "done", "failed", "waiting")[index % 4]
    # So long ago that pages tell of it, however fast a test is.
    due = timezone.now() - timedelta(hours=1)
    return ImportItem(
        **{"run": run, "folder": folder, "state": state, "due": due},
        **{"file_id": f"file {index}", "file_name": f"{index}.jpg"},
        key=f"{folder.pk}-{index}",
    )
