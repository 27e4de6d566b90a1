"""What the gallery refuses, in sentences for people."""


class GalleryError(Exception):
    """The gallery can't do this; `str(error)` says why."""


class VariantError(GalleryError):
    """No picture can be made of these bytes."""


class GroupUnknown(GalleryError):
    """There is no group of that number."""


class ImageUnknown(GalleryError):
    """There is no image of that number in the group."""


class FileVanished(GalleryError):
    """A stored file was removed before its row came; storing it again helps."""


class OriginalLost(GalleryError):
    """The original of a picture is missing, cannot be read or is another file."""


class StorageFailed(GalleryError):
    """The storage does not say what it holds, or does not take a file."""
