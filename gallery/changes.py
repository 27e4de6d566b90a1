"""The services that change images that are there; `gallery.services` offers them."""

from collections.abc import Iterable, Mapping, Sequence

from gallery.cleanup import remove_after_commit
from gallery.exceptions import ImageUnknown
from gallery.files import (
    NewImage,
    clean_name,
    clean_text,
    discarded_on_failure,
    require_files,
)
from gallery.locks import image_of, images_of, lock, lock_one, one_of
from gallery.models import (
    CAPTION_LENGTH,
    NAME_LENGTH,
    TITLE_LENGTH,
    Counter,
    Group,
    Image,
)
from gallery.numbers import new_group, put_last
from gallery.querysets import CHUNK, chunks
from gallery.transactions import transacted
from gallery.visibility import publish

# What an image takes over from another picture.
CONTENT = (
    *("name", "width", "height", "size", "content_type", "sha256"),
    *("original", "thumbnail", "preview"),
)


@transacted
def image_update(
    *, group: int, image: int, title: str | None = None, caption: str | None = None
) -> None:
    """Set what is given. Of a caption in lines one line is made.

    Raises GroupUnknown or ImageUnknown.
    """
    row = image_of(lock_one(group), image)
    if title is not None:
        row.title = clean_text(title, TITLE_LENGTH)
    if caption is not None:
        row.caption = clean_text(" ".join(caption.split()), CAPTION_LENGTH)
    row.save(update_fields=["title", "caption"])
    Counter.raise_(Counter.REVISION)


def images_replace(*, numbers: Mapping[int, Iterable[int]], image: NewImage) -> int:
    """Give the images of `{group: image numbers}` the name, the content and the files
    of a stored picture; answers how many. All else of them stays.

    Unknown numbers are passed over. Files that no row names any more go after the
    commit: the former ones, and the new ones when there was nothing to replace.
    Raises FileVanished as `images_add` does, and discards the new files like it.
    """
    with discarded_on_failure([image]):
        return _replace(numbers, image)


@transacted
def images_move(
    *, numbers: Mapping[int, Iterable[int]], group: int | None, title: str = ""
) -> int:
    """Move the images of `{group: image numbers}` to the end of a group, or into a new
    one (None) of that title; answers how many.

    They keep their order and get new numbers. Unknown ones, and those that are in
    the group already, are passed over; when nothing moves, nothing is made. A cover
    that goes leaves its group with none. Raises GroupUnknown for the target.
    """
    groups = lock({*numbers, group} - {None})
    target = None if group is None else one_of(groups, group)
    moving = [image for image in images_of(groups, numbers) if image.group != target]
    if moving:
        _take_from_covers(moving)
        target = target or new_group(title)
        put_last(target, moving)
        Image.objects.bulk_update(
            moving, ["group", "number", "position"], batch_size=CHUNK
        )
        publish({target.number, *(row.number for row in groups)})
    return len(moving)


@transacted
def images_rename(*, names: Mapping[int, Mapping[int, tuple[str, str]]]) -> int:
    """Set names and folder names, `{group: {image number: (name, folder name)}}`;
    answers how many images got others than they had.

    Both are cleaned (`clean_text`). Unknown numbers are passed over.
    """
    images = images_of(lock(names), names)
    renamed = [
        image
        for image in images
        if _rename(image, *names[image.group.number][image.number])
    ]
    if renamed:
        Image.objects.bulk_update(renamed, ["name", "folder_name"], batch_size=CHUNK)
        Counter.raise_(Counter.REVISION)
    return len(renamed)


@transacted
def images_place(*, group: int, numbers: Sequence[int], before: int | None) -> None:
    """Put the images of these numbers, in this order, before that of another number,
    or last (None); the others stay as they stood.

    Unknown numbers are passed over. Raises GroupUnknown, and ImageUnknown when none is
    known, or the one to stand before is none of the others.
    """
    row = lock_one(group)
    images = {image.number: image for image in row.images.in_order()}
    moved = [images.pop(number) for number in numbers if number in images]
    others = list(images.values())
    if numbers and not moved:
        raise ImageUnknown(f"There is no picture {numbers[0]} in group {group}.")
    if before is not None and before not in images:
        raise ImageUnknown(f"There is no picture {before} in group {group}.")
    index = len(others) if before is None else others.index(images[before])
    _number_in_order([*others[:index], *moved, *others[index:]])


@transacted
def variants_replace(*, original: str, thumbnail: str, preview: str) -> int:
    """Give all images of a stored original other variants; answers how many.

    Files that no row names any more go after the commit, the new ones too when the
    images are gone. Raises FileVanished when a cleanup removed one of the new.
    """
    images = Image.objects.filter(original=original)
    lock(images.values_list("group__number", flat=True))
    former = {name for image in images.all() for name in image.files}
    changed = images.update(thumbnail=thumbnail, preview=preview)
    remove_after_commit({thumbnail, preview, *former})
    if changed:
        Counter.raise_(Counter.REVISION)
        require_files([thumbnail, preview], of=f"A variant of {original}")
    return changed


@transacted
def _replace(numbers: Mapping[int, Iterable[int]], new: NewImage) -> int:
    images = images_of(lock(numbers), numbers)
    content = {field: getattr(new, field) for field in CONTENT}
    for chunk in chunks([image.pk for image in images]):
        Image.objects.filter(pk__in=chunk).update(**content)
    remove_after_commit({*new.files, *(name for i in images for name in i.files)})
    if images:
        Counter.raise_(Counter.REVISION)
        require_files(new.files, of=new.name)
    return len(images)


def _number_in_order(images: Iterable[Image]) -> None:
    changed = []
    for position, image in enumerate(images, start=1):
        if image.position != position:
            image.position = position
            changed.append(image)
    if changed:
        Image.objects.bulk_update(changed, ["position"], batch_size=CHUNK)
        publish({image.group.number for image in changed})


def _take_from_covers(images: Iterable[Image]) -> None:
    """Of the groups in which they still are."""
    bare = [image.group_id for image in images if image.group.cover_id == image.pk]
    for chunk in chunks(bare):
        Group.objects.filter(pk__in=chunk).update(cover=None)


def _rename(image: Image, name: str, folder_name: str) -> bool:
    """Whether these are others than it had."""
    former = image.name, image.folder_name
    image.name, image.folder_name = (
        clean_name(name),
        clean_text(folder_name, NAME_LENGTH),
    )
    return (image.name, image.folder_name) != former
