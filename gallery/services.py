"""The only writers of groups and images. Views, admin, commands and tasks enter here.

Groups and images are named by their public numbers. Each service is one transaction
that takes its locks in one order, so that no two wait for each other: groups in
rising number, the counter of groups, the counter `revision`. Whatever changes
raises the revision, as its last step. Within a caller's transaction a service is a
part of it, and the locks are held until that ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from types import EllipsisType

from gallery.adoption import group_numbers_reserve, image_adopt
from gallery.changes import (
    image_update,
    images_move,
    images_place,
    images_rename,
    images_replace,
    variants_replace,
)
from gallery.cleanup import remove_after_commit
from gallery.files import (
    NewImage,
    clean_text,
    discard,
    discarded_on_failure,
    picture_store,
    require_files,
)
from gallery.locks import image_of, images_of, lock, lock_one
from gallery.models import TITLE_LENGTH, Image
from gallery.numbers import new_group, put_last
from gallery.querysets import chunks
from gallery.transactions import transacted
from gallery.visibility import publish

__all__ = [
    "NewImage",
    "discard",
    "group_delete",
    "group_numbers_reserve",
    "group_update",
    "image_adopt",
    "image_update",
    "images_add",
    "images_delete",
    "images_move",
    "images_place",
    "images_rename",
    "images_replace",
    "picture_store",
    "variants_replace",
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
    with discarded_on_failure(images):
        return _add(group, images, title)


@transacted
def images_delete(*, numbers: Mapping[int, Iterable[int]]) -> int:
    """Delete images, given as `{group: image numbers}`, all or none; answers how many.

    Unknown numbers are passed over. Emptied groups stay. A cover that goes leaves
    its group with none. Files go after the commit, if no other row names them.
    """
    groups = lock(numbers)
    images = images_of(groups, numbers)
    if images:
        _delete(images)
        publish(group.number for group in groups)
    return len(images)


@transacted
def group_delete(*, groups: Iterable[int]) -> int:
    """Delete groups with all their images; answers how many. Numbers stay taken."""
    doomed = lock(groups)
    for group in doomed:
        _delete(group.images.all())
        group.delete()
    if doomed:
        publish(group.number for group in doomed)
    return len(doomed)


@transacted
def group_update(
    *, group: int, title: str | None = None, cover: int | None | EllipsisType = ...
) -> None:
    """Set what is given. `cover` is an image's number; None lets the first one be it.

    Raises GroupUnknown or ImageUnknown.
    """
    row = lock_one(group)
    if title is not None:
        row.title = clean_text(title, TITLE_LENGTH)
    if cover is not ...:
        row.cover = None if cover is None else image_of(row, cover)
    row.save(update_fields=["title", "cover"])
    publish([row.number])


@transacted
def _add(number: int | None, images: Sequence[NewImage], title: str) -> list[Image]:
    group = new_group(title) if number is None else lock_one(number)
    rows = [Image(**asdict(image)) for image in images]
    put_last(group, rows)
    Image.objects.bulk_create(rows)
    publish([group.number])
    for image in images:
        require_files(image.files, of=image.name)
    # Read back, as MySQL tells no keys of rows that were inserted together.
    return list(group.images.filter(number__gte=rows[0].number).order_by("number"))


def _delete(images: Iterable[Image]) -> None:
    images = list(images)
    for chunk in chunks([image.pk for image in images]):
        Image.objects.filter(pk__in=chunk).delete()
    remove_after_commit(name for image in images for name in image.files)
