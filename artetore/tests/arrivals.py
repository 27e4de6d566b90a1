"""Many files to import, and whether each of them arrived once."""

import subprocess
from collections import Counter

from artetore.tests.processes import PYTHON
from artetore.tests.servers import environment
from gallery.models import Group, Image
from gallery.tests.rows import rows_without_files
from onedrive.drive import drive_of
from onedrive.imports import orders_for_new
from onedrive.ledger import State
from onedrive.models import DriveImage, ImportItem
from onedrive.orders import FolderOrder

FOLDERS = ("Alps", "Lakes", "Sea", "Woods")


def orders_for(staff, standin, tree, *, pictures: int) -> list[FolderOrder]:
    """So many pictures put into the drive, in four folders that want new groups."""
    names = [f"{number:02}.png" for number in range(pictures // len(FOLDERS))]
    standin.seed(tree(dict.fromkeys(FOLDERS, names)))
    return orders_for_new(drive_of(staff).folders())


def tried() -> int:
    items = ImportItem.objects.exclude(state__in=[State.WAITING, State.RUNNING])
    return items.count()


def all_done() -> bool:
    return not ImportItem.objects.exclude(state=State.DONE).exists()


def attempts() -> dict[int, int]:
    """How many files had how many of them."""
    counts = Counter(ImportItem.objects.values_list("attempts", flat=True))
    return dict(sorted(counts.items()))


def assert_whole(*, pictures: int) -> None:
    assert all_done()
    assert Image.objects.count() == pictures
    assert DriveImage.objects.values("key").distinct().count() == pictures
    groups = list(Group.objects.all())
    assert len(groups) == len(FOLDERS)
    for group in groups:
        numbers = group.images.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, pictures // len(FOLDERS) + 1))
        assert group.images.values("folder_name").distinct().count() == 1
    assert rows_without_files() == []
    for command in ("prune_media", "check_gallery"):
        told = manage(command, "--hours", "0")
        assert told.returncode == 0, told.stdout + told.stderr


def manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [PYTHON, "manage.py", *arguments],
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
    )
