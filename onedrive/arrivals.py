"""From stored pictures of an import to rows of the gallery.

Called with the run locked, within the transaction that settles one of its files.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from gallery.exceptions import FileVanished, GalleryError
from gallery.models import Image
from gallery.querysets import chunks
from gallery.services import NewImage, discard, images_add, images_replace
from onedrive.items import DriveItem
from onedrive.models import (
    DriveFile,
    DriveFolder,
    DriveImage,
    Import,
    ImportFolder,
    ImportItem,
)

State = ImportItem.State


def add_stored(run: Import) -> None:
    """All files of the run that are stored become pictures, or say why not."""
    for folder in _with_stored(run.pk):
        _add_folder(folder)


def add_tried(folder: ImportFolder) -> None:
    """The same for this folder, if all its files were tried, and for those that only
    waited for it: new groups are numbered in the order in which they were asked for."""
    if folder.items.untried().exists():
        return
    untried = set(_untried_folders(folder.run_id))
    first = _first_new(untried)
    for each in _with_stored(folder.run_id):
        turn = each.number is not None or first is None or each.pk < first
        if each.pk not in untried and turn:
            _add_folder(each)


def _with_stored(run: int) -> list[ImportFolder]:
    folders = ImportFolder.objects.filter(run=run, items__state=State.STORED)
    return list(folders.distinct().order_by("pk"))


def _untried_folders(run: int) -> QuerySet:
    items = ImportItem.objects.untried().filter(run=run).order_by()
    return items.values_list("folder", flat=True).distinct()


def _first_new(folders: set[int]) -> int | None:
    new = ImportFolder.objects.filter(pk__in=folders, number=None)
    return new.aggregate(first=Min("pk"))["first"]


def _add_folder(folder: ImportFolder) -> None:
    items = list(folder.items.filter(state=State.STORED).order_by("pk"))
    _replace([item for item in items if item.replaces])
    _add(folder, [item for item in items if not item.replaces])


def _add(folder: ImportFolder, items: Sequence[ImportItem]) -> None:
    if not items:
        return
    number = _number(folder)
    try:
        pictures = [_picture(item) for item in items]
        images = images_add(group=number, images=pictures, title=folder.name)
    except FileVanished:
        _add(folder, _without_vanished(items))
    except GalleryError as error:
        _fail(items, str(error))
    else:
        _fill(folder, images[0])
        _finish(items, images)


def _number(folder: ImportFolder) -> int | None:
    """The group to fill, or None for a new one. Two imports of one folder of the
    drive meet at its row."""
    if folder.number is not None or folder.source_id is None:
        return folder.number
    sources = DriveFolder.objects.select_for_update().filter(pk=folder.source_id)
    source = sources.first()
    return source.group.number if source and source.group else None


def _fill(folder: ImportFolder, image: Image) -> None:
    """From now on the folder fills this image's group."""
    if folder.number is None:
        folder.number = image.group.number
        folder.save(update_fields=["number"])
    sources = DriveFolder.objects.filter(pk=folder.source_id, group=None)
    sources.update(group=image.group, titled=image.group.title)


def _finish(items: Sequence[ImportItem], images: Sequence[Image]) -> None:
    pairs = list(zip(items, images, strict=True))
    DriveImage.objects.bulk_create(
        DriveImage.of(image, _source(item)) for item, image in pairs
    )
    for item, image in pairs:
        _done(item, image)
    _note_taken(items)


def _replace(items: Iterable[ImportItem]) -> None:
    for item in items:
        sources = DriveImage.objects.filter(key=item.key)
        try:
            images_replace(numbers=_numbers(sources), image=_picture(item))
        except FileVanished:
            _replace(_without_vanished([item]))
            continue
        image = Image.objects.filter(source__in=sources).first()
        sources.update(**DriveImage.described(_source(item)))
        if image is None:  # deleted meanwhile
            discard_stored([item])
        _done(item, image)
        _note_taken([item])


def _numbers(sources: Iterable[DriveImage]) -> dict[int, list[int]]:
    numbers = defaultdict(list)
    places = sources.values_list("image__group__number", "image__number")
    for group, number in places:
        numbers[group].append(number)
    return numbers


def _without_vanished(items: Sequence[ImportItem]) -> list[ImportItem]:
    """A cleanup took files that other pictures shared with these, before they had
    rows of their own: such pictures are fetched anew."""
    whole = [item for item in items if _is_whole(_picture(item))]
    for item in items:
        if item not in whole:
            item.state, item.due, item.stored = State.WAITING, timezone.now(), None
            item.save(update_fields=["state", "due", "stored"])
    return whole


def _is_whole(picture: NewImage) -> bool:
    return all(default_storage.exists(name) for name in picture.files)


def _fail(items: Sequence[ImportItem], reason: str) -> None:
    discard_stored(items)
    for item in items:
        item.state, item.stage = State.FAILED, ImportItem.Stage.ADD
        item.reason, item.settled, item.stored = reason, timezone.now(), None
        item.save(update_fields=["state", "stage", "reason", "settled", "stored"])


def discard_stored(items: Sequence[ImportItem]) -> None:
    discard_after_commit([_picture(item) for item in items])


def discard_after_commit(pictures: Sequence[NewImage]) -> None:
    transaction.on_commit(lambda: discard(pictures), robust=True)


def _done(item: ImportItem, image: Image | None) -> None:
    item.state, item.image = State.DONE, image
    item.stored, item.settled = None, timezone.now()
    item.save(update_fields=["state", "image", "stored", "settled"])


def _note_taken(items: Iterable[ImportItem]) -> None:
    for chunk in chunks([item.key for item in items]):
        DriveFile.objects.filter(key__in=chunk).update(taken=True)


def _picture(item: ImportItem) -> NewImage:
    return NewImage(**item.stored["picture"])


def _source(item: ImportItem) -> DriveItem:
    return DriveItem(**item.stored["item"])
