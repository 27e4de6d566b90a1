"""Takes one file of the drive: downloads it and stores the picture."""

from django.conf import settings
from django.db import Error

from gallery.services import NewImage, picture_store
from gallery.storage import draft
from onedrive.drive import Drive, DriveItem
from onedrive.exceptions import OneDriveError
from onedrive.models import ImportItem
from onedrive.outcomes import Failure, Outcome, Stored, failure_of

Stage = ImportItem.Stage


def take(
    *, drive: Drive, found: DriveItem | OneDriveError, folder_name: str
) -> Outcome:
    """`found` is what OneDrive said of the file. Whatever goes wrong is an outcome, so
    that one file can't spoil the others. Raises only django.db.Error: that nobody
    could read a token now says nothing of the file."""
    if isinstance(found, OneDriveError):
        return failure_of(Stage.READ, found)
    if found.is_folder:
        return Failure(Stage.READ, "This is a folder, not a file.")
    try:
        picture = _fetched(drive, found, folder_name)
    except Error:
        raise
    except Exception as error:  # decoders, drivers and disks have families of their own
        return failure_of(Stage.DOWNLOAD, error)
    return Stored(picture, found)


def _fetched(drive: Drive, item: DriveItem, folder_name: str) -> NewImage:
    with draft() as path:
        arrived = drive.download(item, path, limit=settings.MAX_PICTURE_BYTES)
        return picture_store(
            path=path,
            name=item.name,
            folder_name=folder_name,
            sha256=arrived.sha256,
            spare=True,
        )
