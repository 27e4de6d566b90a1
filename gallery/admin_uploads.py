"""Pictures that staff upload, each in a request of its own.

The file comes as a form's (`multipart/form-data`, field `picture`); Django writes it
to a temporary file as it arrives, and removes that at the end. What the file is called
stands in a field of its own (`name`): with that of a form's file nobody knows whether
`%22` is a quotation mark or itself.
"""

import logging
from pathlib import Path

from django.db import Error
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError

from gallery.exceptions import GalleryError, StorageFailed
from gallery.files import NewImage
from gallery.models import Image
from gallery.services import images_add, picture_store

logger = logging.getLogger(__name__)

# Stands where imported pictures have the name of their folder.
FOLDER = "Uploads"


def upload(request: HttpRequest, *, group: int | None) -> Image:
    """The picture of the request, in a new group (None) or at the end of one. Raises
    ValidationError without a file, and GalleryError: no picture, no group."""
    [image] = images_add(
        group=group, images=[stored(request)], title=request.POST.get("title", "")
    )
    return image


def stored(request: HttpRequest) -> NewImage:
    """The picture of the request, its row still to come. Raises as `upload` does."""
    file = request.FILES.get("picture")
    if file is None:
        raise ValidationError({"picture": "There is no file."})
    try:
        return picture_store(
            path=Path(file.temporary_file_path()),
            name=request.POST.get("name") or file.name,
            folder_name=FOLDER,
        )
    except (GalleryError, Error):
        raise
    except Exception as error:  # each storage has its own family
        logger.exception("An upload could not be stored.")
        raise StorageFailed("It could not be stored. Try again later.") from error
