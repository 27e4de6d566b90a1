"""What has to be done so that the gallery equals the drive.

A plan is made of the touched rows of a mirror and of the pictures that came from
them. Making one changes nothing; `onedrive.sync` applies it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gallery.files import clean_text
from gallery.models import TITLE_LENGTH
from gallery.querysets import chunks
from onedrive.items import same_content
from onedrive.models import DriveFile, DriveFolder, DriveImage, Mirror
from onedrive.presence import keys_ordered

Choice = DriveFolder.Choice


@dataclass(frozen=True)
class Change:
    """One file, and the pictures of the gallery that came from it."""

    file: DriveFile
    images: tuple[DriveImage, ...] = ()

    def line(self) -> str:
        return f"{self.file.folder.name}/{self.file.name}"


@dataclass
class Plan:
    """`retitled` and `emptied` are folders that were renamed or are gone, of which
    the groups are to follow. `handled`: all files that it was made of; `pending`: the
    keys of those that an import is at, to be looked at again when it is done."""

    mirror: Mirror
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    renamed: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    retitled: list[DriveFolder] = field(default_factory=list)
    emptied: list[DriveFolder] = field(default_factory=list)
    handled: list[DriveFile] = field(default_factory=list)
    pending: set[int] = field(default_factory=set)
    passed_over: int = 0
    pictures: int = 0

    KINDS = ("added", "changed", "renamed", "moved", "removed")

    def __bool__(self) -> bool:
        return any(getattr(self, kind) for kind in (*self.KINDS, "retitled", "emptied"))

    def too_much_goes(self, percent: int) -> bool:
        going = sum(len(change.images) for change in self.removed)
        return going * 100 > self.pictures * percent

    def lines(self) -> Iterator[str]:
        for kind in self.KINDS:
            for change in getattr(self, kind):
                yield f"{kind:<8} {_told(kind, change)}"
        for folder in self.retitled:
            yield f"renamed  {folder.titled}/ is now {folder.name}/"
        for folder in self.emptied:
            yield f"removed  {folder.name}/"

    def counts(self) -> dict[str, int]:
        return {kind: len(getattr(self, kind)) for kind in self.KINDS}

    def as_json(self) -> dict[str, Any]:
        return {
            **{
                kind: [change.line() for change in getattr(self, kind)]
                for kind in self.KINDS
            },
            "folders_renamed": [folder.name for folder in self.retitled],
            "folders_removed": [folder.name for folder in self.emptied],
            "passed_over": self.passed_over,
        }

    def digest(self) -> str:
        """Two plans with the same digest do the same."""
        known = json.dumps([self.as_json(), [file.pk for file in self.handled]])
        return hashlib.sha256(known.encode()).hexdigest()


def _told(kind: str, change: Change) -> str:
    image = change.images[0].image if change.images else None
    if kind == "renamed":
        return f"{image.folder_name}/{image.name} is now {change.line()}"
    if kind == "moved":
        return f"{change.file.name} from group {image.group} to {change.line()}"
    return change.line()


def make_plan(mirror: Mirror) -> Plan:
    plan = Plan(mirror)
    touched = mirror.files.filter(touched=True).select_related("folder__group")
    plan.handled = list(touched.order_by("folder__name", "folder", "name", "pk"))
    images = _images([file.key for file in plan.handled])
    ordered = keys_ordered(
        [file.key for file in plan.handled if file.key not in images]
    )
    choices = dict(mirror.folders.values_list("key", "choice"))
    for file in plan.handled:
        _judge(plan, file, tuple(images.get(file.key, ())), ordered, choices)
    _judge_folders(plan)
    if plan.removed:
        keys = mirror.files.values("key")
        plan.pictures = DriveImage.objects.filter(key__in=keys).count()
    return plan


def _images(keys: list[str]) -> dict[str, list[DriveImage]]:
    images = defaultdict(list)
    for chunk in chunks(keys):
        rows = DriveImage.objects.filter(key__in=chunk).order_by("pk")
        for row in rows.select_related("image__group"):
            images[row.key].append(row)
    return images


def _judge(
    plan: Plan,
    file: DriveFile,
    images: tuple[DriveImage, ...],
    ordered: set[str],
    choices: dict[str, str],
) -> None:
    if file.gone or not follows(file.folder):
        going = tuple(row for row in images if _goes(file, row, choices))
        plan.removed += [Change(file, going)] if going else []
    elif images:
        _judge_pictures(plan, file, images)
    elif not file.is_picture:
        plan.passed_over += 1
    elif file.key in ordered:
        plan.pending.add(file.pk)
    elif not (file.ordered or file.taken):
        plan.added.append(Change(file))


def follows(folder: DriveFolder) -> bool:
    once = folder.choice == Choice.ONCE and not folder.taken
    return folder.choice == Choice.FOLLOW or once


def _goes(file: DriveFile, row: DriveImage, choices: dict[str, str]) -> bool:
    """Deleted, or moved to where nothing is followed: if it came from a folder that
    is. What staff stopped following stays as it is."""
    moved_to_ignored = file.folder.choice == Choice.IGNORE
    if not file.gone and not (moved_to_ignored and row.folder_key != file.folder.key):
        return False
    origin = row.folder_key or file.folder.key
    return choices.get(origin, Choice.FOLLOW) == Choice.FOLLOW


def _judge_pictures(
    plan: Plan, file: DriveFile, images: tuple[DriveImage, ...]
) -> None:
    folder = file.folder
    if not file.ordered and not all(same_content(row, file) for row in images):
        plan.changed.append(Change(file, images))
    names = (file.name, folder.name)
    renamed = tuple(
        row for row in images if (row.image.name, row.image.folder_name) != names
    )
    plan.renamed += [Change(file, renamed)] if renamed else []
    moved = tuple(row for row in images if row.folder_key not in ("", folder.key))
    elsewhere = tuple(row for row in moved if row.image.group_id != folder.group_id)
    plan.moved += [Change(file, elsewhere)] if elsewhere else []


def _judge_folders(plan: Plan) -> None:
    folders = plan.mirror.folders.filter(touched=True).select_related("group")
    for folder in folders.exclude(group=None).order_by("name", "pk"):
        followed = folder.choice == Choice.FOLLOW
        if folder.gone and followed:
            plan.emptied.append(folder)
        elif not folder.gone and followed and _title_follows(folder):
            plan.retitled.append(folder)


def _title_follows(folder: DriveFolder) -> bool:
    """Until staff give the group another title."""
    title = clean_text(folder.name, TITLE_LENGTH)
    return folder.titled == folder.group.title != title
