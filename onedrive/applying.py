"""Applies a plan: rows of the gallery, orders for what has to be fetched, and the
memory of having done so, in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from gallery.files import clean_text
from gallery.models import TITLE_LENGTH, Group
from gallery.querysets import chunks
from gallery.services import (
    group_delete,
    group_update,
    images_delete,
    images_move,
    images_rename,
)
from gallery.transactions import transacted
from onedrive import ledger
from onedrive.mirror_rows import note
from onedrive.models import DriveFile, DriveFolder, DriveImage, Import
from onedrive.orders import FileOrder, FolderOrder
from onedrive.plans import Change, Plan


@transacted
def apply(owner: Any, plan: Plan, withheld: bool) -> Import | None:
    """All of it, but for removals that are `withheld`; answers the import that fetches
    what was added or changed. Raises LeaseLost."""
    note(plan.mirror, applied=timezone.now())
    adopt_groups(plan)
    _rename(plan.renamed)
    _retitle(plan.retitled)
    if not withheld:
        _remove(plan)
    _move(plan.moved)
    if not withheld:
        _drop_groups(plan.emptied)
    run = _order(owner, plan)
    _remember(plan, withheld)
    return run


def adopt_groups(plan: Plan) -> None:
    """A folder of which pictures are in the gallery already goes on filling the group
    that most of them are in."""
    homeless = {folder.pk: folder for folder in plan.mirror.folders.filter(group=None)}
    files = {file.key: file for file in plan.handled if not file.gone}
    groups: dict[int, Counter[Group]] = defaultdict(Counter)
    for row in _sources("key", list(files)):
        folder = files[row.key].folder
        if folder.pk in homeless and row.folder_key in ("", folder.key):
            groups[folder.pk][row.image.group] += 1
    for key, found in groups.items():
        _settle_in(homeless[key], found.most_common(1)[0][0])


def _settle_in(folder: DriveFolder, group: Group) -> None:
    """The group's title follows the folder's name only if it is that name now."""
    same = group.title == clean_text(folder.name, TITLE_LENGTH)
    folder.group, folder.titled = group, group.title if same else ""
    folder.save(update_fields=["group", "titled"])


def _sources(field: str, values: Sequence[Any]) -> Iterator[DriveImage]:
    """As they are now: staff may have moved pictures since the plan was made."""
    for chunk in chunks(values):
        rows = DriveImage.objects.filter(**{f"{field}__in": chunk})
        yield from rows.select_related("image__group")


def _numbers(changes: Sequence[Change]) -> dict[int, list[int]]:
    """`{group: image numbers}`"""
    numbers = defaultdict(list)
    for row in _sources("pk", [row.pk for change in changes for row in change.images]):
        numbers[row.image.group.number].append(row.image.number)
    return numbers


def _rename(changes: Sequence[Change]) -> None:
    files = {row.pk: change.file for change in changes for row in change.images}
    names = defaultdict(dict)
    for row in _sources("pk", list(files)):
        file = files[row.pk]
        group, image = row.image.group.number, row.image.number
        names[group][image] = (file.name, file.folder.name)
    images_rename(names=names)


def _retitle(folders: Sequence[DriveFolder]) -> None:
    for folder in folders:
        group_update(group=folder.group.number, title=folder.name)
        folder.group.refresh_from_db()
        folder.titled = folder.group.title
        folder.save(update_fields=["titled"])


def _remove(plan: Plan) -> None:
    images_delete(numbers=_numbers(plan.removed))
    gone = [file for file in plan.handled if file.gone]
    for chunk in chunks([file.key for file in gone]):
        ledger.cancel(keys=chunk)


def _move(changes: Sequence[Change]) -> None:
    by_folder = defaultdict(list)
    for change in changes:
        by_folder[change.file.folder_id].append(change)
    for folder in DriveFolder.objects.filter(pk__in=by_folder).order_by("name", "pk"):
        moving = by_folder[folder.pk]
        number = folder.group.number if folder.group else None
        images_move(numbers=_numbers(moving), group=number, title=folder.name)
        if number is None:
            [row, *_] = _sources("pk", [moving[0].images[0].pk])
            _settle_in(folder, row.image.group)


def _drop_groups(folders: Sequence[DriveFolder]) -> None:
    """Of folders that are gone, as far as no other picture is in them."""
    numbers = [folder.group.number for folder in folders]
    groups = Group.objects.filter(number__in=numbers, images=None)
    group_delete(groups=list(groups.values_list("number", flat=True)))


def _order(owner: Any, plan: Plan) -> Import | None:
    files = defaultdict(list)
    for change in [*plan.added, *plan.changed]:
        files[change.file.folder].append(change)
    orders = [
        FolderOrder(
            folder_name=folder.name,
            group=None,
            source=folder.pk,
            files=tuple(
                FileOrder(each.file.item_id, each.file.name, bool(each.images))
                for each in changes
            ),
        )
        for folder, changes in files.items()
    ]
    if not orders:
        return None
    wanted = [change.file for change in [*plan.added, *plan.changed]]
    for chunk in chunks(wanted):
        ledger.cancel(keys=[file.key for file in chunk])
        chosen = DriveFile.objects.filter(pk__in=[file.pk for file in chunk])
        chosen.update(ordered=True)
    return ledger.start(owner=owner, orders=orders, origin=Import.Origin.SYNC)


def _remember(plan: Plan, withheld: bool) -> None:
    """What was withheld or is pending stays touched, for the next plan to look at."""
    going = {change.file.pk for change in plan.removed} if withheld else set()
    left = going | plan.pending
    handled = [file for file in plan.handled if file.pk not in left]
    gone = [file.pk for file in handled if file.gone]
    for chunk in chunks(gone):
        DriveFile.objects.filter(pk__in=chunk).delete()
    here = [file for file in handled if not file.gone]
    _remember_places(here)
    for chunk in chunks([file.pk for file in here]):
        DriveFile.objects.filter(pk__in=chunk).update(touched=False)
    folders = plan.mirror.folders.all()
    folders.filter(gone=True, files=None).delete()
    folders.filter(gone=False).update(touched=False)
    folders.filter(gone=False, choice=DriveFolder.Choice.ONCE).update(taken=True)


def _remember_places(files: Sequence[DriveFile]) -> None:
    """Where the pictures of the files were when they were last made equal. Who moves
    them in the gallery afterwards is not overruled."""
    by_folder = defaultdict(list)
    for file in files:
        by_folder[file.folder.key].append(file.key)
    for folder_key, keys in by_folder.items():
        for chunk in chunks(keys):
            rows = DriveImage.objects.filter(key__in=chunk)
            rows.exclude(folder_key=folder_key).update(folder_key=folder_key)
