"""A gallery with something of everything, to be saved and restored."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from msal import SerializableTokenCache

from artetore.backups import tables
from gallery.models import Counter, Group, Image
from gallery.services import (
    NewImage,
    group_delete,
    group_update,
    images_add,
    images_delete,
    picture_store,
)
from gallery.tests import samples
from gallery.tests.commands import Answer, run
from gallery.tests.rows import named_files
from onedrive.models import Connection, DriveFolder, Mirror
from onedrive.tests.ledgers import begin, claim, order
from onedrive.tokens import encrypt

ROUTES = (
    *("/image/total-page", "/image/page?page=1", "/image/group?group={group}"),
    *("/image?group={group}&image_id={image}",),
    *("/image/download?group_id={group}&image_id={image}",),
)


def stored(index: int) -> NewImage:
    """A picture without a row; another content for each index."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original"
        path.write_bytes(samples.png((40 + index, 30)))
        return picture_store(path=path, name=f"{index} – 🌻.png")


def add(*indices: int, group: int | None = None, title: str = "") -> list[Image]:
    images = [stored(index) for index in indices]
    return images_add(group=group, images=images, title=title)


def furnish(owner: Any) -> None:
    """Two groups (the number between them is gone), a file of two pictures, numbers
    that were given out and are not there, people, a ledger, a mirror, a history."""
    add(1, 2, 3, title="Äpfel & 🍐")
    add(4)
    add(3, 5, 6)
    images_delete(numbers={1: [3], 3: [3]})
    group_delete(groups=[2])
    group_update(group=3, cover=2)
    role = Role.objects.create(name="Night shift")
    role.permissions.set(Permission.objects.filter(codename__in=["view_image"]))
    owner.groups.add(role)
    owner.user_permissions.add(Permission.objects.get(codename="view_mirror"))
    begin(owner, order("a.png", "b.png"))
    claim(limit=1)
    mirror = Mirror.objects.create(drive_id="d", link="https://a.example/?b")
    cache = encrypt(SerializableTokenCache())
    Connection.objects.create(
        user=owner, mirror=mirror, cache=cache, connected_at=timezone.now()
    )
    group = Group.objects.get(number=1)
    DriveFolder.objects.create(mirror=mirror, key="k", name="Alps", group=group)
    LogEntry.objects.create(
        user=owner,
        content_type=ContentType.objects.get_for_model(Image),
        action_flag=CHANGE,
        object_id="1",
    )


def everything() -> dict[str, Any]:
    """All rows but the counters, and all files that they name."""
    rows: dict[str, Any] = {}
    for label, model in tables.tables().items():
        if label != "gallery.counter":
            with tempfile.TemporaryFile() as file:
                tables.dump(model, file)
                file.seek(0)
                rows[label] = [json.loads(line) for line in file]
    return rows | {name: content(name) for name in named_files()}


def content(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def addresses() -> list[str]:
    """Of every public answer."""
    numbers = Image.objects.values_list("group__number", "number")
    found = {r.format(group=g, image=i) for g, i in numbers for r in ROUTES}
    return sorted(found)


def answers() -> dict[str, tuple[int, bytes]]:
    found = {address: Client().get(address) for address in addresses()}
    return {a: (r.status_code, b"".join(r)) for a, r in found.items()}


def wipe(media: Path) -> None:
    """All rows and files, as a new machine has none."""
    with transaction.atomic(), connection.constraint_checks_disabled():
        tables.empty()
    for counter in ("group", "revision"):
        Counter.objects.create(name=counter)
    for path in [path for path in media.rglob("*") if path.is_file()]:
        path.unlink()


def restored(path: Path, *options: str) -> Answer:
    answer = run("restore", str(path), "--no-input", *options)
    assert answer.error == ""
    return answer
