"""What of a drive is in the gallery already, or on its way there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min

from gallery.models import Group, Image
from gallery.querysets import chunks
from onedrive.items import DriveItem, Folder, id_key
from onedrive.models import DriveImage, Import, ImportItem
from onedrive.querysets import OPEN


@dataclass
class Presence:
    """`group`: the one that a file's picture is in. `taken`: how many of a folder's
    own files are in the gallery, and `cover` the first of them. `run`: the last import
    that still wants the file, or failed to get it, and then `failed`."""

    group: Group | None = None
    taken: int = 0
    cover: Image | None = None
    run: int | None = None
    failed: str = ""


def presences(items: Iterable[DriveItem]) -> dict[str, Presence]:
    """Of each file and folder, by its id. Four queries, however many they are."""
    items = list(items)
    keys = {id_key(item.id): item.id for item in items}
    found = {item.id: Presence() for item in items}
    for key, group in groups_by_key(list(keys)).items():
        found[keys[key]].group = group
    for key, taken, cover in _taken(keys):
        found[keys[key]].taken, found[keys[key]].cover = taken, cover
    orders = ImportItem.objects.filter(key__in=keys).order_by("pk")
    for key, run, state, reason in orders.values_list("key", "run", "state", "reason"):
        wanted, failed = state in (*OPEN, "failed"), state == "failed"
        found[keys[key]].run = run if wanted else None
        found[keys[key]].failed = reason if failed else ""
    return found


def _taken(keys: Collection[str]) -> Iterator[tuple[str, int, Image | None]]:
    """Of those that are folders in which something is."""
    sources = DriveImage.objects.filter(folder_key__in=keys).order_by()
    counted = sources.values("folder_key").annotate(
        count=Count("key", distinct=True), first=Min("image")
    )
    rows = list(counted.values_list("folder_key", "count", "first"))
    covers = Image.objects.in_bulk([first for _, _, first in rows])
    for key, count, first in rows:
        yield key, count, covers.get(first)


def groups_by_key(keys: Sequence[str]) -> dict[str, Group]:
    """Of the files that are in the gallery, the group that each was put into last."""
    groups: dict[str, Group] = {}
    for chunk in chunks(keys):
        sources = DriveImage.objects.filter(key__in=chunk).order_by("pk")
        for source in sources.select_related("image__group"):
            groups[source.key] = source.image.group
    return groups


def keys_ordered(keys: Sequence[str]) -> set[str]:
    """Of the files that an import is at already."""
    return {
        key
        for chunk in chunks(keys)
        for key in ImportItem.objects.open()
        .filter(key__in=chunk)
        .values_list("key", flat=True)
    }


def import_under_way(*, owner: Any, folders: Iterable[Folder]) -> Import | None:
    """The last of this user's imports that is at a file of these folders."""
    keys = [id_key(file.id) for folder in folders for file in folder.files]
    items = ImportItem.objects.open().filter(run__owner=owner)
    found = [
        items.filter(key__in=chunk).aggregate(run=Max("run")) for chunk in chunks(keys)
    ]
    runs = [each["run"] for each in found if each["run"]]
    return Import.objects.filter(pk__in=runs).order_by("pk").last()
