"""What `manage.py check` says of a machine on which the gallery could not work."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections
from PIL import features
from pillow_heif import libheif_info

NEEDED = {"jpg": "JPEG", "zlib": "PNG", "webp": "WebP", "littlecms2": "colour profiles"}


@register
def media_folder_is_writable(**_kwargs: Any) -> list[CheckMessage]:
    if not isinstance(default_storage, FileSystemStorage):
        return []
    folder = Path(default_storage.location)
    ground = next(path for path in (folder, *folder.parents) if path.exists())
    if ground.is_dir() and os.access(ground, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"Pictures cannot be written to {folder}.",
            hint="Make MEDIA_ROOT a folder that this user may write to.",
            id="gallery.E001",
        )
    ]


@register
def picture_formats_are_there(**_kwargs: Any) -> list[CheckMessage]:
    lacking = [kind for feature, kind in NEEDED.items() if not features.check(feature)]
    found = [
        Error(
            f"Pillow was built without {kind}.",
            hint="Install Pillow from its wheel: pip install --force-reinstall pillow",
            id="gallery.E002",
        )
        for kind in lacking
    ]
    return found + _formats_that_can_be_missed()


def _formats_that_can_be_missed() -> list[CheckMessage]:
    there = {"AVIF": features.check("avif"), "HEIC": libheif_info()["decoders"]}
    return [
        Warning(
            f"{kind} pictures cannot be read and will be refused.",
            hint="Install Pillow and pillow-heif from their wheels.",
            id="gallery.W001",
        )
        for kind, present in there.items()
        if not present
    ]


@register
def sqlite_locks_at_once(**_kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The SQLite database {alias!r} takes its lock too late: two requests could"
            " give out the same number.",
            hint='Set OPTIONS["transaction_mode"] to "IMMEDIATE".',
            id="gallery.E003",
        )
        for alias in connections
        if connections[alias].vendor == "sqlite"
        and connections[alias].settings_dict["OPTIONS"].get("transaction_mode")
        != "IMMEDIATE"
    ]


@register(Tags.database)
def mysql_keeps_every_character(
    databases: Iterable[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Asked before tables are made in it, which take its character set."""
    aliases = [each for each in databases or () if connections[each].vendor == "mysql"]
    sets = {alias: _character_set(alias) for alias in aliases}
    return [
        Error(
            f"The database keeps text as {found}, which lacks characters that titles"
            " and names of files may have.",
            hint="ALTER DATABASE its_name CHARACTER SET utf8mb4: tables of this program"
            " that are in it already stay as they are.",
            id="gallery.E004",
        )
        for found in sets.values()
        if found != "utf8mb4"
    ]


def _character_set(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT @@character_set_database")
        return cursor.fetchone()[0]
