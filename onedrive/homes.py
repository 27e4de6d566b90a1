"""Which group of the gallery a folder of the drive goes on filling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count

from gallery.querysets import chunks
from onedrive.models import DriveFolder, DriveImage
from onedrive.plans import follows


@dataclass(frozen=True)
class Home:
    """`group`: its number, or None where a new one is to be made. `source`: then the
    key of the DriveFolder that is to keep it, if there is one."""

    group: int | None = None
    source: int | None = None


def homes(keys: Sequence[str]) -> dict[str, Home]:
    """Of folders, by their keys: the group that sync keeps for the folder, else the one
    that most of its pictures are in, as sync finds it."""
    rows = {row.key: row for row in _rows(keys)}
    groups = _most_filled([key for key in keys if not _is_settled(rows.get(key))])
    groups |= {key: row.group.number for key, row in rows.items() if row.group}
    sources = {key: row.pk for key, row in rows.items() if key not in groups}
    return {key: Home(groups.get(key), sources.get(key)) for key in keys}


def _rows(keys: Sequence[str]) -> Iterator[DriveFolder]:
    for chunk in chunks(keys):
        rows = DriveFolder.objects.filter(key__in=chunk, gone=False)
        yield from rows.select_related("group")


def _is_settled(folder: DriveFolder | None) -> bool:
    """It has a group, or a sync, too, would make a new one: staff chose so, or deleted
    the one that it had."""
    if folder is None:
        return False
    return folder.group is not None or (follows(folder) and not folder.touched)


def _most_filled(keys: Sequence[str]) -> dict[str, int]:
    """Of as many pictures in each, the group of the lowest number."""
    found: dict[str, int] = {}
    for chunk in chunks(keys):
        sources = DriveImage.objects.filter(folder_key__in=chunk)
        pairs = sources.values_list("folder_key", "image__group__number")
        counted = pairs.annotate(count=Count("pk"))
        for key, group, _ in counted.order_by("count", "-image__group__number"):
            found[key] = group
    return found
