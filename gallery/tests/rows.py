"""What the rows say: of the storage, of groups, and of numbers that are none."""

from django.core.files.storage import default_storage

from gallery.models import Group, Image

BEYOND = 10**40
UNKNOWN = {1: [0, -1, 9, BEYOND], 9: [1], BEYOND: [1], -BEYOND: [1], 2**63: [1]}


def rows_without_files() -> list[str]:
    return [
        file.name
        for image in Image.objects.all()
        for file in (image.original, image.thumbnail, image.preview)
        if not default_storage.exists(file.name)
    ]


def named_files() -> list[str]:
    rows = Image.objects.values_list("original", "thumbnail", "preview")
    return sorted({name for row in rows for name in row})


def standing(group: int) -> list[tuple[int, int, str]]:
    """Number, position and name of its images, in the order in which they stand."""
    images = Image.objects.in_group(group)
    return list(images.values_list("number", "position", "name"))


def shown() -> dict[str, list[str]]:
    """The names of the images of all groups, by their titles."""
    return {
        group.title: list(group.images.values_list("name", flat=True))
        for group in Group.objects.all()
    }
