"""Files and folders of a drive as values.

Follows Microsoft's page "driveItem resource type". Any facet may be missing, unknown
ones may be there.
"""

from dataclasses import dataclass
from typing import Any, Self

from onedrive.exceptions import BadAnswer, OneDriveError

# What we ask for in lists; a list of everything is several times as long.
SELECT = (
    "id,name,size,createdDateTime,lastModifiedDateTime,eTag,cTag,webUrl,"
    "file,folder,root,package,remoteItem,parentReference"
)


def id_key(item_id: str) -> str:
    """For comparing ids, never for sending them.

    Ids of personal drives (`drive!item`) come in either case and without the leading
    zeros of their drive; those of business drives are exact.
    """
    drive, mark, item = item_id.partition("!")
    return f"{drive.lower().zfill(16)}!{item.lower()}" if mark else item_id


@dataclass(frozen=True)
class DriveItem:
    """`created` and `modified` are ISO times as Graph gave them; a folder's `size` is
    that of all below it. Hashes and tags are empty when the drive gives none."""

    id: str
    name: str
    size: int
    created: str
    modified: str
    is_folder: bool
    parent_id: str = ""
    drive_id: str = ""
    mime_type: str = ""
    etag: str = ""
    ctag: str = ""
    quick_xor_hash: str = ""
    sha1: str = ""
    sha256: str = ""
    web_url: str = ""

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Raises BadAnswer for what is no item."""
        if not _text(data, "id"):
            raise BadAnswer("OneDrive's answer is no file or folder.")
        parent, file = _part(data, "parentReference"), _part(data, "file")
        hashes = _part(file, "hashes")
        size = data.get("size")
        return cls(
            id=_text(data, "id"),
            name=_text(data, "name"),
            size=size if isinstance(size, int) and size >= 0 else 0,
            created=_text(data, "createdDateTime"),
            modified=_text(data, "lastModifiedDateTime"),
            is_folder="folder" in data or "root" in data,
            parent_id=_text(parent, "id"),
            drive_id=_text(parent, "driveId"),
            mime_type=_text(file, "mimeType"),
            etag=_text(data, "eTag"),
            ctag=_text(data, "cTag"),
            quick_xor_hash=_text(hashes, "quickXorHash"),
            sha1=_text(hashes, "sha1Hash"),
            sha256=_text(hashes, "sha256Hash"),
            web_url=_text(data, "webUrl"),
        )


@dataclass(frozen=True)
class Folder:
    """A folder and the files directly in it; none, and why, when it can't be read."""

    item: DriveItem
    files: tuple[DriveItem, ...] = ()
    error: OneDriveError | None = None


@dataclass(frozen=True)
class Quota:
    """Bytes."""

    used: int
    total: int


def is_ordinary(data: dict[str, Any]) -> bool:
    """Notebooks are neither file nor folder, and shortcuts lead to other drives."""
    return "package" not in data and "remoteItem" not in data


def _part(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
