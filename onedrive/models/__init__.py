"""Consents, where pictures came from, the ledger of imports, and the drive as sync
last saw it.

Ids of the drive stand twice: as they are sent (`item_id`), and as they compare (a
`key`, made by `items.id_key`).
"""

from onedrive.models.connection import Connection
from onedrive.models.ledger import REASON_LENGTH, Import, ImportFolder, ImportItem
from onedrive.models.mirror import DriveFile, DriveFolder, Mirror
from onedrive.models.source import ID_LENGTH, TAG_LENGTH, DriveContent, DriveImage

__all__ = [
    "ID_LENGTH",
    "REASON_LENGTH",
    "TAG_LENGTH",
    "Connection",
    "DriveContent",
    "DriveFile",
    "DriveFolder",
    "DriveImage",
    "Import",
    "ImportFolder",
    "ImportItem",
    "Mirror",
]
