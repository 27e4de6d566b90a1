"""Groups and images read for a change: their groups are locked in rising number."""

from collections.abc import Iterable, Mapping

from gallery.exceptions import GroupUnknown, ImageUnknown
from gallery.models import Group, Image
from gallery.querysets import chunks


def lock(numbers: Iterable[int]) -> list[Group]:
    """The groups there are of these, in rising number, locked in that order."""
    return [
        group
        for chunk in chunks(sorted(set(numbers)))
        for group in Group.objects.numbered_any(chunk).in_turn()
    ]


def lock_one(number: int) -> Group:
    return one_of(lock([number]), number)


def one_of(groups: Iterable[Group], number: int) -> Group:
    for group in groups:
        if group.number == number:
            return group
    raise GroupUnknown(f"There is no group {number}.")


def images_of(
    groups: Iterable[Group], numbers: Mapping[int, Iterable[int]]
) -> list[Image]:
    """The images there are of `{group: image numbers}` in these groups, group after
    group in rising number, in the order in which they stand."""
    wanted = {group: set(its_numbers) for group, its_numbers in numbers.items()}
    return [
        image
        for chunk in chunks([group.pk for group in groups])
        for image in Image.objects.in_groups(chunk)
        if image.number in wanted.get(image.group.number, ())
    ]


def image_of(group: Group, number: int) -> Image:
    images = images_of([group], {group.number: [number]})
    if not images:
        raise ImageUnknown(f"There is no picture {number} in group {group.number}.")
    return images[0]
