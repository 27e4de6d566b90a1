"""Which names OneDrive takes.

Microsoft's pages "Addressing resources in a drive on OneDrive" and "Restrictions
and limitations in OneDrive and SharePoint".
"""

import re
import unicodedata
from pathlib import PurePosixPath

from .errors import StoreError, invalid
from .kinds import Kind

LONGEST_NAME = 255  # UTF-16 units
LONGEST_PATH = 400  # characters, decoded
# The last range: halves of UTF-16 pairs, which no UTF-8 can carry.
ILLEGAL = re.compile('["*:<>?/\\\\|\x00-\x1f\x7f\ud800-\udfff]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|\.lock|desktop\.ini", re.I)


def checked_name(name: object, kind: Kind, *, at_root: bool = False) -> str:
    """The name as it is kept: spaces around it are dropped, bad ones refused."""
    if not isinstance(name, str) or not name.strip(" "):
        raise invalid("The name is missing.", "invalidPath")
    name = name.strip(" ")
    if ILLEGAL.search(name):
        raise invalid(
            "The provided name contains illegal characters.",
            "nameContainsInvalidCharacters",
        )
    if _is_reserved(name, kind, at_root) or name.startswith("~") or name[-1] == ".":
        raise invalid("The provided name cannot be used.", "invalidPath")
    if len(name.encode("utf-16-le")) // 2 > LONGEST_NAME:
        raise StoreError(400, "pathIsTooLong", "The name is too long.")
    return name


def _is_reserved(name: str, kind: Kind, at_root: bool) -> bool:
    if RESERVED.fullmatch(name):
        return True
    if kind.name == "personal":
        return at_root and name.lower() == "personal vault"
    return "_vti_" in name.lower() or (at_root and name.lower() == "forms")


def check_path_length(path: str) -> None:
    if len(path) >= LONGEST_PATH:
        raise StoreError(400, "pathIsTooLong", "The path is too long.")


def folded(name: str) -> str:
    """Equal for names that cannot stand side by side in one folder."""
    return unicodedata.normalize("NFC", name).lower()


def numbered(name: str, number: int, kind: Kind) -> str:
    """The name that `conflictBehavior=rename` tries next."""
    path = PurePosixPath(name)
    return kind.renamed.format(stem=path.stem, number=number, suffix=path.suffix)
