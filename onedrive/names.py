"""Which names OneDrive allows.

Follows Microsoft's page "Restrictions and limitations in OneDrive and SharePoint".
`#` and `%` are allowed today and only need escaping.
"""

import re
import unicodedata

from onedrive.exceptions import InvalidName

MAX_LENGTH = 255  # UTF-16 units, as OneDrive counts: an emoji is two

_FORBIDDEN = re.compile(r'["*:<>?/\\|]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_RESERVED = {".lock", "desktop.ini", "personal vault"}


def checked_name(name: str) -> str:
    """The name as OneDrive keeps it: composed (NFC), without space around it.

    Raises InvalidName with a sentence that tells people what to change.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if reason := _reason(name):
        raise InvalidName(reason)
    return name


def _reason(name: str) -> str:
    if not name:
        return "The name is empty."
    if found := _FORBIDDEN.search(name):
        return f"The name has a {found.group()} in it, which OneDrive does not allow."
    if _CONTROL.search(name) or _SURROGATE.search(name):
        return "The name has a character in it that cannot be seen or stored."
    if name.endswith("."):
        return "The name ends with a full stop, which OneDrive does not allow."
    if name.startswith("~"):
        return "The name begins with a ~, which OneDrive does not allow."
    if _DEVICE.fullmatch(name) or name.lower() in _RESERVED or "_vti_" in name.lower():
        return f"OneDrive keeps the name {name} for itself."
    if len(name.encode("utf-16-le")) // 2 > MAX_LENGTH:
        return f"The name is longer than {MAX_LENGTH} characters."
    return ""
