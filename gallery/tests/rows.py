"""What the rows say of the storage, and what is there."""

from django.core.files.storage import default_storage

from gallery.models import Image


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
