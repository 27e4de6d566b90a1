"""The only writers of groups and images. Views, admin, commands and tasks enter here.

Groups and images are named by their public numbers. Each service is one transaction
that takes its locks in one order, so that no two wait for each other: groups in
rising number, the counter of groups, the counter `revision`. Whatever changes
raises the revision, as its last step. Within a caller's transaction a service is a
part of it, and the locks are held until that ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from types import EllipsisType

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Max

from gallery.cleanup import CHUNK, remove_after_commit, remove_unnamed
from gallery.exceptions import FileVanished, GroupUnknown, ImageUnknown
from gallery.files import NewImage, clean_text, picture_store
from gallery.models import TITLE_LENGTH, Counter, Group, Image
from gallery.transactions import transacted

__all__ = [
    "NewImage",
    "discard",
    "group_delete",
    "group_update",
    "image_update",
    "images_add",
    "images_delete",
    "images_reorder",
    "picture_store",
]


def images_add(
    *, group: int | None, images: Sequence[NewImage], title: str = ""
) -> list[Image]:
    """Give stored pictures their rows, in a new group (None) or at the end of one.

    `title` is that of a new group.

    Answers the rows in the order given; for no pictures, nothing is made. Raises
    GroupUnknown, or FileVanished when a cleanup removed a file in the meantime.
    When it fails, the files are discarded, except within a caller's transaction:
    then the caller calls `discard` after his transaction has failed.
    """
    if not images:
        return []
    try:
        return _add(group, images, title)
    except Exception:
        if not connection.in_atomic_block:
            discard(images)
        raise


def discard(images: Iterable[NewImage]) -> None:
    """Remove the files of pictures that got no row, but for those other rows name."""
    remove_unnamed({name for image in images for name in image.files})


@transacted
def images_delete(*, numbers: Mapping[int, Iterable[int]]) -> int:
    """Delete images, given as `{group: image numbers}`, all or none; answers how many.

    Unknown numbers are passed over. Emptied groups stay. A cover that goes leaves
    its group with none. Files go after the commit, if no other row names them.
    """
    images = [
        image
        for group in _lock(numbers)
        for image in _numbered(group, numbers[group.number])
    ]
    if images:
        _delete(images)
        Counter.raise_(Counter.REVISION)
    return len(images)


@transacted
def group_delete(*, groups: Iterable[int]) -> int:
    """Delete groups with all their images; answers how many. Numbers stay taken."""
    doomed = _lock(groups)
    for group in doomed:
        _delete(group.images.all())
        group.delete()
    if doomed:
        Counter.raise_(Counter.REVISION)
    return len(doomed)


@transacted
def group_update(
    *, group: int, title: str | None = None, cover: int | None | EllipsisType = ...
) -> None:
    """Set what is given. `cover` is an image's number; None lets the first one be it.

    Raises GroupUnknown or ImageUnknown.
    """
    row = _lock_one(group)
    if title is not None:
        row.title = clean_text(title, TITLE_LENGTH)
    if cover is not ...:
        row.cover = None if cover is None else _image(row, cover)
    row.save(update_fields=["title", "cover"])
    Counter.raise_(Counter.REVISION)


@transacted
def image_update(*, group: int, image: int, title: str) -> None:
    """Raises GroupUnknown or ImageUnknown."""
    row = _image(_lock_one(group), image)
    row.title = clean_text(title, TITLE_LENGTH)
    row.save(update_fields=["title"])
    Counter.raise_(Counter.REVISION)


@transacted
def images_reorder(*, group: int, numbers: Sequence[int]) -> None:
    """Put the images of these numbers first, in this order; the others follow as they
    stood. Unknown numbers are passed over. Raises GroupUnknown."""
    row = _lock_one(group)
    place = {number: index for index, number in reversed(list(enumerate(numbers)))}
    images = sorted(row.images.all(), key=lambda i: place.get(i.number, len(numbers)))
    for position, image in enumerate(images, start=1):
        image.position = position
    Image.objects.bulk_update(images, ["position"], batch_size=CHUNK)
    Counter.raise_(Counter.REVISION)


@transacted
def _add(number: int | None, images: Sequence[NewImage], title: str) -> list[Image]:
    group = _new_group(title) if number is None else _lock_one(number)
    first = group.next_image_number
    last = group.images.aggregate(last=Max("position"))["last"] or 0
    Image.objects.bulk_create(
        Image(group=group, number=first + i, position=last + 1 + i, **asdict(image))
        for i, image in enumerate(images)
    )
    group.next_image_number = first + len(images)
    group.save(update_fields=["next_image_number"])
    Counter.raise_(Counter.REVISION)
    _require_files(images)
    # Read back, as MySQL tells no keys of rows that were inserted together.
    return list(group.images.filter(number__gte=first).order_by("number"))


def _require_files(images: Iterable[NewImage]) -> None:
    """Called with the revision locked, as a cleanup of shared files waits for it."""
    for image in images:
        if not all(default_storage.exists(name) for name in image.files):
            raise FileVanished(f"{image.name} was removed meanwhile. Please try again.")


def _new_group(title: str) -> Group:
    return Group.objects.create(
        number=Counter.raise_(Counter.GROUP), title=clean_text(title, TITLE_LENGTH)
    )


def _lock(numbers: Iterable[int]) -> list[Group]:
    """The groups there are of these, in rising number, locked in that order."""
    return [
        group
        for chunk in _chunks(sorted(set(numbers)))
        for group in Group.objects.numbered_any(chunk).in_turn()
    ]


def _lock_one(number: int) -> Group:
    groups = _lock([number])
    if not groups:
        raise GroupUnknown(f"There is no group {number}.")
    return groups[0]


def _numbered(group: Group, numbers: Iterable[int]) -> list[Image]:
    wanted = set(numbers)
    return [image for image in group.images.all() if image.number in wanted]


def _image(group: Group, number: int) -> Image:
    images = _numbered(group, [number])
    if not images:
        raise ImageUnknown(f"There is no picture {number} in group {group.number}.")
    return images[0]


def _delete(images: Iterable[Image]) -> None:
    images = list(images)
    for chunk in _chunks([image.pk for image in images]):
        Image.objects.filter(pk__in=chunk).delete()
    remove_after_commit(
        file.name
        for image in images
        for file in (image.original, image.thumbnail, image.preview)
    )


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
