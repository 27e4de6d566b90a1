"""How the work on one file of an import can end."""

import errno
import logging
from dataclasses import dataclass
from enum import Enum

from gallery.exceptions import GalleryError
from gallery.services import NewImage
from onedrive.exceptions import (
    NotConfigured,
    NotConnected,
    OneDriveError,
    Throttled,
    TokenRefused,
    Unreachable,
)
from onedrive.items import DriveItem
from onedrive.models import ImportItem

logger = logging.getLogger(__name__)

# These would stop every other file too.
BLOCKING = (NotConfigured, NotConnected, Throttled, TokenRefused, Unreachable)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class Kind(Enum):
    """`REFUSED`: it stays so until the file changes or somebody decides; `POSTPONED`:
    trying later can help; `BLOCKED`: the file is not to blame, all of them wait."""

    REFUSED = "refused"
    POSTPONED = "postponed"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Stored:
    """The picture's files are stored; `item` is the file as it was then."""

    picture: NewImage
    item: DriveItem


@dataclass(frozen=True)
class Failure:
    """`reason` is a sentence for people; `seconds`, if known, how long to wait."""

    stage: ImportItem.Stage
    reason: str
    kind: Kind = Kind.REFUSED
    seconds: float = 0.0


Outcome = Stored | Failure


def failure_of(stage: ImportItem.Stage, error: Exception) -> Failure:
    if isinstance(error, GalleryError):
        return Failure(ImportItem.Stage.PICTURE, str(error))
    if isinstance(error, OneDriveError):
        return _of_onedrive(stage, error)
    if isinstance(error, OSError):
        return _of_storage(error)
    logger.error("An import met a fault.", exc_info=error)
    return Failure(stage, "The gallery itself has a fault here.", Kind.POSTPONED)


def _of_onedrive(stage: ImportItem.Stage, error: OneDriveError) -> Failure:
    if isinstance(error, BLOCKING):
        seconds = getattr(error, "retry_after", None) or 0.0
        return Failure(stage, str(error), Kind.BLOCKED, seconds)
    kind = Kind.POSTPONED if error.retryable else Kind.REFUSED
    return Failure(stage, str(error), kind)


def _of_storage(error: OSError) -> Failure:
    logger.warning("A file could not be stored: %s", error.strerror)
    reason = f"It could not be stored: {error.strerror or 'the storage failed'}."
    kind = Kind.BLOCKED if error.errno in FULL else Kind.POSTPONED
    return Failure(ImportItem.Stage.STORE, reason, kind)
