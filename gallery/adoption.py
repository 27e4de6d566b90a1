"""The services that take over pictures with the numbers they had elsewhere;
`gallery.services` offers them."""

from dataclasses import asdict

from gallery.files import NewImage, clean_text, discarded_on_failure, require_files
from gallery.locks import lock
from gallery.models import TITLE_LENGTH, Counter, Group, Image
from gallery.transactions import transacted
from gallery.visibility import publish


@transacted
def group_numbers_reserve(*, up_to: int) -> None:
    """New groups get higher numbers than this one from now on."""
    Counter.raise_to(Counter.GROUP, up_to)


def image_adopt(
    *,
    group: int,
    number: int | None,
    image: NewImage,
    title: str = "",
    spoken_for: int = 0,
) -> Image:
    """Give a stored picture its row under the number that it had elsewhere, in the
    group of that number; where there is none it is made, with that title.

    A picture of the same content that has the number already is the answer, and
    nothing is made. If another one has it, or for None, the next free number is
    given, which is above all that are `spoken_for`. Raises FileVanished as
    `images_add` does, and discards the files like it.
    """
    with discarded_on_failure([image]):
        return _adopt(group, number, image, title, spoken_for)


@transacted
def _adopt(
    group_number: int,
    number: int | None,
    image: NewImage,
    title: str,
    spoken_for: int,
) -> Image:
    group = _group(group_number, title)
    holder = group.images.filter(number=number).first()
    if holder and holder.sha256 == image.sha256:
        return holder
    group.next_image_number = max(group.next_image_number, spoken_for + 1)
    if number is None or holder:
        number = group.next_image_number
    group.next_image_number = max(group.next_image_number, number + 1)
    group.save(update_fields=["next_image_number"])
    row = Image.objects.create(
        **asdict(image), group=group, number=number, position=number
    )
    publish([group.number])
    require_files(image.files, of=image.name)
    return row


def _group(number: int, title: str) -> Group:
    """Locked. Who makes one holds the counter, so that two make it once."""
    if not (found := lock([number])):
        Counter.raise_to(Counter.GROUP, number)
        Group.objects.get_or_create(
            number=number, defaults={"title": clean_text(title, TITLE_LENGTH)}
        )
        found = lock([number])
    return found[0]
