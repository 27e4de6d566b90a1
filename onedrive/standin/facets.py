"""What OneDrive finds out about a file by looking into it.

Microsoft's pages "image resource type" and "photo resource type".
"""

import mimetypes
from functools import lru_cache
from pathlib import Path

from PIL import ExifTags, Image

TYPES = {
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".dng": "image/x-adobe-dng",
}
SIDEWAYS = range(5, 9)  # EXIF orientations that swap width and height


@lru_cache
def mime_type(name: str) -> str:
    """By the extension alone; what the uploader said does not count."""
    suffix = Path(name).suffix.lower()
    guess = TYPES.get(suffix) or mimetypes.types_map.get(suffix)
    return guess or "application/octet-stream"


def facets_of(path: Path, name: str) -> dict:
    """`image` and `photo` as Graph shows them, or {} when it is no picture."""
    if not mime_type(name).startswith("image/"):
        return {}
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            exif = picture.getexif()
            photo = _photo(exif, exif.get_ifd(ExifTags.IFD.Exif))
    except Exception:  # pillow raises many kinds for a broken file
        return {}
    return {"image": {"width": width, "height": height}, "photo": photo}


def _photo(exif: Image.Exif, details: dict) -> dict:
    base, tags = ExifTags.Base, {}
    taken = str(details.get(base.DateTimeOriginal, ""))
    if len(taken) == 19:
        day, _, time = taken.partition(" ")
        tags["takenDateTime"] = f"{day.replace(':', '-')}T{time}Z"
    for key, value in (
        ("cameraMake", exif.get(base.Make)),
        ("cameraModel", exif.get(base.Model)),
        ("orientation", exif.get(base.Orientation)),
        ("iso", details.get(base.ISOSpeedRatings)),
    ):
        if isinstance(value, str | int):
            tags[key] = value
    return tags


def upright_size(facets: dict) -> tuple[int, int] | None:
    """Width and height as the picture is looked at, or None when there is none."""
    if "image" not in facets:
        return None
    size = facets["image"]["width"], facets["image"]["height"]
    turned = facets.get("photo", {}).get("orientation", 1) in SIDEWAYS
    return size[::-1] if turned else size
