"""The drive below the root folder as rows.

Rows that differ from what was applied to the gallery are `touched`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone

from gallery.files import clean_text
from gallery.models import NAME_LENGTH
from gallery.querysets import CHUNK, chunks
from gallery.transactions import transacted
from onedrive.changes import Changes
from onedrive.items import DriveItem, id_key, same_content
from onedrive.models import DriveFile, DriveFolder, DriveImage, ImportItem, Mirror

CONTENT = ["size", "etag", "ctag", "quick_xor_hash"]
FILE_FIELDS = ["folder", "name", "is_picture", "ordered", "gone", "touched", *CONTENT]
FOLDER_FIELDS = ["item_id", "parent_key", "name", "gone", "touched"]


class LeaseLost(Exception):
    """Another sync has taken over."""


@transacted
def write(mirror: Mirror, changes: Changes) -> None:
    """All that changed and where to go on, or nothing: raises LeaseLost."""
    note(
        mirror,
        root_id=mirror.root_id,
        root_key=mirror.root_key,
        link=changes.link,
        read=timezone.now(),
    )
    if changes.items or changes.gone or changes.complete:
        folders = _write_folders(mirror, changes)
        _write_files(mirror, folders, changes)


def note(mirror: Mirror, **values: Any) -> None:
    """Raises LeaseLost unless the mirror is still ours."""
    if not Mirror.objects.filter(pk=mirror.pk, lease=mirror.lease).update(**values):
        raise LeaseLost


# --- Folders ----------------------------------------------------------------------


def _write_folders(mirror: Mirror, changes: Changes) -> dict[str, DriveFolder]:
    """Answers those that are inside now, by key."""
    rows = {row.key: row for row in mirror.folders.all()}
    root_key, parents = mirror.root_key, parents_of(mirror, changes)
    if changes.complete:
        parents = {key: up for key, up in parents.items() if key in changes.items}
    inside = {key for key in [*parents, root_key] if is_inside(key, parents, root_key)}
    told = {key: changes.items[key] for key in changes.items.keys() & inside}
    for key, item in told.items():
        row = rows.setdefault(key, DriveFolder(mirror=mirror, key=key))
        _describe_folder(row, item)
    for key, row in rows.items():
        if row.gone != (key not in inside):
            row.gone = not row.gone
            row.touched = True
    _choose_for_new(rows, root_key)
    _save(DriveFolder, rows.values(), FOLDER_FIELDS)
    fresh = mirror.folders.filter(gone=False)
    return {row.key: row for row in fresh}


def parents_of(mirror: Mirror, changes: Changes) -> dict[str, str]:
    """Of every folder that is known or told of, the folder above."""
    live = mirror.folders.filter(gone=False)
    parents = dict(live.values_list("key", "parent_key"))
    for key in changes.gone:
        parents.pop(key, None)
    for key, item in changes.items.items():
        if item.is_folder:
            parents[key] = id_key(item.parent_id)
    return parents


def is_inside(key: str, parents: dict[str, str], root_key: str) -> bool:
    seen: set[str] = set()
    while key != root_key:
        if key in seen or key not in parents:
            return False
        seen.add(key)
        key = parents[key]
    return True


def _describe_folder(row: DriveFolder, item: DriveItem) -> None:
    name = clean_text(item.name, NAME_LENGTH)
    row.touched = row.touched or row.name != name
    row.name, row.item_id, row.parent_key = name, item.id, id_key(item.parent_id)


def _choose_for_new(rows: dict[str, DriveFolder], root_key: str) -> None:
    """A new folder in an ignored one is ignored too. The root folder itself is no
    group, unless staff choose so."""
    for key, row in rows.items():
        if row.pk is None and _ignored(key, rows, root_key):
            row.choice = DriveFolder.Choice.IGNORE


def _ignored(key: str, rows: dict[str, DriveFolder], root_key: str) -> bool:
    if key == root_key:
        return True
    while (row := rows.get(key)) and row.pk is None and row.parent_key != root_key:
        key = row.parent_key
    return bool(row and row.pk and row.choice == DriveFolder.Choice.IGNORE)


# --- Files ------------------------------------------------------------------------


def _write_files(
    mirror: Mirror, folders: dict[str, DriveFolder], changes: Changes
) -> None:
    told = {key: item for key, item in changes.items.items() if not item.is_folder}
    inside = {k: item for k, item in told.items() if id_key(item.parent_id) in folders}
    rows = {row.key: row for row in _known_files(mirror, told.keys() | changes.gone)}
    before = {key: _state(row) for key, row in rows.items()}
    pictured = _pictured(rows)
    resting = _resting(inside.keys() - rows.keys())
    for key, item in inside.items():
        row = rows.setdefault(key, DriveFile(mirror=mirror, key=key, item_id=item.id))
        if key in resting and item.modified[:19] <= resting[key]:
            row.ordered = True
        _describe_file(row, item, folders[id_key(item.parent_id)], pictured)
    for key, row in rows.items():
        if key not in inside:
            row.gone = row.touched = True
    changed = [row for key, row in rows.items() if _state(row) != before.get(key)]
    _save(DriveFile, changed, FILE_FIELDS)
    _lose_files(mirror, inside.keys() if changes.complete else None)
    _touch_files_of_touched(mirror)


def _known_files(mirror: Mirror, keys: Collection[str]) -> Iterator[DriveFile]:
    for chunk in chunks(sorted(keys)):
        yield from mirror.files.filter(key__in=chunk)


def _state(row: DriveFile) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in ["folder_id", *FILE_FIELDS[1:]])


def _pictured(rows: Collection[str]) -> set[str]:
    """Those of the keys that there are pictures of."""
    return {
        key
        for chunk in chunks(sorted(rows))
        for key in DriveImage.objects.filter(key__in=chunk).values_list(
            "key", flat=True
        )
    }


def _resting(new: Collection[str]) -> dict[str, str]:
    """Of files that are new to the mirror, but failed in an import or were given up:
    when, in UTC as OneDrive writes it. What was modified later is worth another try."""
    return {
        key: f"{settled:%Y-%m-%dT%H:%M:%S}"
        for chunk in chunks(sorted(new))
        for key, settled in ImportItem.objects.resting()
        .filter(key__in=chunk, settled__isnull=False)
        .order_by("pk")
        .values_list("key", "settled")
    }


def _describe_file(
    row: DriveFile, item: DriveItem, folder: DriveFolder, pictured: set[str]
) -> None:
    name = clean_text(item.name, NAME_LENGTH)
    now = (folder.pk, name, item.is_picture, False)
    if now != (row.folder_id, row.name, row.is_picture, row.gone):
        row.touched = True
    row.folder, row.name, row.is_picture, row.gone = folder, name, now[2], False
    content = item.content()
    if row.pk and same_content(row, item):
        # Lists of changes leave tags out; what was known of this content still holds.
        content = {
            field: value or getattr(row, field) for field, value in content.items()
        }
    elif row.pk and (row.key in pictured or not row.taken):
        # Otherwise it is a picture that staff deleted: it stays deleted.
        row.ordered, row.touched = False, True
    for field, value in content.items():
        setattr(row, field, value)


def _lose_files(mirror: Mirror, seen: Collection[str] | None) -> None:
    """Gone are the files of folders that are, and, where everything was `seen`, all
    that were not."""
    live = mirror.files.filter(gone=False)
    live.filter(folder__gone=True).update(gone=True, touched=True)
    if seen is None:
        return
    keys = live.values_list("pk", "key")
    lost = [pk for pk, key in keys.iterator() if key not in seen]
    for chunk in chunks(lost):
        DriveFile.objects.filter(pk__in=chunk).update(gone=True, touched=True)


def _touch_files_of_touched(mirror: Mirror) -> None:
    """Pictures are told the name of their folder."""
    mirror.files.filter(folder__touched=True, touched=False).update(touched=True)


def _save(model: type, rows: Iterable[Any], fields: Sequence[str]) -> None:
    rows = list(rows)
    model.objects.bulk_create([r for r in rows if r.pk is None], batch_size=CHUNK)
    known = [row for row in rows if row.pk is not None]
    model.objects.bulk_update(known, fields, batch_size=CHUNK)
