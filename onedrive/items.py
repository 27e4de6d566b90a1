"""Files and folders of a drive as values.

Follows Microsoft's page "driveItem resource type". Any facet may be missing, unknown
ones may be there.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from onedrive.exceptions import BadAnswer, OneDriveError

# What we ask for in lists; a list of everything is several times as long.
SELECT = (
    "id,name,size,createdDateTime,lastModifiedDateTime,eTag,cTag,webUrl,"
    "file,folder,root,package,remoteItem,parentReference"
)
DOWNLOAD = "@microsoft.graph.downloadUrl"

# OneDrive tells a file's type by its name, and does not know all of these.
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".heic", ".heif")


UNUSUAL = ("package", "remoteItem", "bundle")


def id_key(item_id: str) -> str:
    """For comparing ids, never for sending them.

    Ids of personal drives (`drive!item`) come in either case and without the leading
    zeros of their drive; those of business drives are exact.
    """
    drive, mark, item = item_id.partition("!")
    return f"{drive.lower().zfill(16)}!{item.lower()}" if mark else item_id


def drive_key(drive_id: str) -> str:
    """The same for drives: only ids of business drives have a mark."""
    return drive_id if "!" in drive_id else drive_id.lower().zfill(16)


@dataclass(frozen=True)
class DriveItem:
    """`created` and `modified` are ISO times as Graph gave them; a folder's `size` is
    that of all below it. Hashes and tags are empty when the drive gives none.
    `download_url` is there when it was asked for: a secret, good for about an hour."""

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
    download_url: str = field(default="", repr=False, compare=False)

    @property
    def is_picture(self) -> bool:
        """By its name: whether it truly is one, its bytes will tell."""
        known = self.name.lower().endswith(PICTURES)
        return not self.is_folder and (known or self.mime_type.startswith("image/"))

    def content(self) -> dict[str, str | int]:
        """Which version it is, as models keep it: tags too long to keep are no help."""
        tags = {"etag": self.etag, "ctag": self.ctag}
        kept = {name: tag if len(tag) <= 200 else "" for name, tag in tags.items()}
        return {"size": self.size, "quick_xor_hash": self.quick_xor_hash[:40], **kept}

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
            download_url=_text(data, DOWNLOAD),
        )


class Content(Protocol):
    """What tells one version of a file from another."""

    size: int
    etag: str
    ctag: str
    quick_xor_hash: str


def same_content(one: Content, other: Content) -> bool:
    """By what both sides have: the content's tag, else its hash, else the item's tag,
    which also changes with a name or a date."""
    if one.ctag and other.ctag:
        return one.ctag == other.ctag
    if one.quick_xor_hash and other.quick_xor_hash:
        return (one.quick_xor_hash, one.size) == (other.quick_xor_hash, other.size)
    return one.etag == other.etag and one.size == other.size


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
    """Notebooks are neither file nor folder, shortcuts lead to other drives, and what
    albums hold lies in folders."""
    return not any(data.get(kind) is not None for kind in UNUSUAL)


def _part(data: dict[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""
