"""Numbers given out, each once: to groups, and to images in a locked group."""

from collections.abc import Iterable

from django.db.models import Max

from gallery.files import clean_text
from gallery.models import TITLE_LENGTH, Counter, Group, Image


def new_group(title: str) -> Group:
    return Group.objects.create(
        number=Counter.raise_(Counter.GROUP), title=clean_text(title, TITLE_LENGTH)
    )


def put_last(group: Group, images: Iterable[Image]) -> None:
    """Make the images, which are still to be written, the group's last."""
    last = group.images.aggregate(last=Max("position"))["last"] or 0
    for position, image in enumerate(images, start=last + 1):
        image.group, image.position = group, position
        image.number = group.next_image_number
        group.next_image_number += 1
    group.save(update_fields=["next_image_number"])
