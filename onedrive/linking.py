"""Finds the files of pictures that came to the gallery by another way, so that sync
knows them: it follows them from then on, and fetches nothing twice.

A picture's file is the one with its content, by size and QuickXorHash. Of several, the
one whose folder and name are the picture's, or else whose name is. Each file is linked
with one picture, so that what becomes of it in OneDrive does not happen to its doubles.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.core.files.storage import default_storage

from gallery.exceptions import OriginalLost
from gallery.models import Image
from gallery.progress import Progress, quiet
from gallery.querysets import CHUNK, chunks
from gallery.transactions import transacted
from onedrive.applying import adopt_groups
from onedrive.drive import Drive, DriveItem, drive_of
from onedrive.exceptions import ItemNotFound, OneDriveError, OutsideRoot
from onedrive.hashes import QuickXorHash
from onedrive.items import same_content
from onedrive.mirror import OnPage, refresh
from onedrive.mirror_rows import note
from onedrive.models import DriveFile, DriveImage, Mirror
from onedrive.plans import make_plan
from onedrive.sync import PATIENCE, at_work


@dataclass(frozen=True)
class Unlinked:
    """A picture without a file, and why; `unclear`: somebody has to decide."""

    image: Image
    reason: str
    unclear: bool = False

    def __str__(self) -> str:
        place = f"Group {self.image.group.number}, picture {self.image.number}"
        return f"{place} ({self.image.name}): {self.reason}"


@dataclass
class Linking:
    """`linked` pairs pictures with their files; `new` counts the files of followed
    folders of which the gallery has no picture, and which a sync would take."""

    linked: list[tuple[Image, DriveFile]] = field(default_factory=list)
    unlinked: list[Unlinked] = field(default_factory=list)
    new: int = 0


def link(
    *,
    owner: Any,
    dry_run: bool = False,
    on_page: OnPage = lambda told: None,
    progress: Progress = quiet,
) -> Linking:
    """Link the pictures that are linked with no file yet; a dry run only finds out.

    Raises OneDriveErrors and SyncUnderWay, and then nothing was linked.
    """
    drive = drive_of(owner, patience=PATIENCE)
    with at_work(owner, drive) as mirror:
        refresh(mirror=mirror, drive=drive, on_page=on_page)
        linking = _found(mirror, progress)
        if not dry_run:
            _keep(mirror, drive, linking)
        linking.new = len(make_plan(mirror).added)
    return linking


# --- Finding ----------------------------------------------------------------------


def _found(mirror: Mirror, progress: Progress) -> Linking:
    linking, files = Linking(), _files_by_size(mirror)
    images = Image.objects.filter(source=None).select_related("group")
    for image in progress(images.one_by_one(), images.count()):
        try:
            found = _most_alike(image, _with_its_content(image, files[image.size]))
        except OriginalLost as error:
            linking.unlinked.append(Unlinked(image, str(error), unclear=True))
            continue
        if len(found) == 1:
            linking.linked.append((image, found[0]))
        else:
            linking.unlinked.append(_unlinked(image, found))
    return _without_doubles(linking)


def _files_by_size(mirror: Mirror) -> dict[int, list[DriveFile]]:
    files = defaultdict(list)
    here = mirror.files.filter(gone=False, is_picture=True).select_related("folder")
    for file in here.order_by("pk"):
        files[file.size].append(file)
    return files


def _with_its_content(image: Image, files: Iterable[DriveFile]) -> list[DriveFile]:
    """Where OneDrive gives no hash, folder and name have to be the same as well."""
    hashed = cache(lambda: _hash_of(image))
    return [
        file
        for file in files
        if (
            hashed().matches(file.quick_xor_hash)
            if file.quick_xor_hash
            else _same_place(image, file)
        )
    ]


def _hash_of(image: Image) -> QuickXorHash:
    found = QuickXorHash()
    try:
        with default_storage.open(image.original.name) as original:
            for chunk in original.chunks():
                found.update(chunk)
    except Exception as error:  # each storage has its own family
        raise OriginalLost("Its original cannot be read.") from error
    return found


def _same_place(image: Image, file: DriveFile) -> bool:
    return (image.folder_name, image.name) == (file.folder.name, file.name)


def _same_name(image: Image, file: DriveFile) -> bool:
    return image.name == file.name


ALIKE: Sequence[Callable[[Image, DriveFile], bool]] = (_same_place, _same_name)


def _most_alike(image: Image, files: Sequence[DriveFile]) -> Sequence[DriveFile]:
    for alike in ALIKE:
        if found := [file for file in files if alike(image, file)]:
            return found
    return files


def _unlinked(image: Image, files: Sequence[DriveFile]) -> Unlinked:
    if not files:
        return Unlinked(image, "No file in OneDrive has its content.")
    names = ", ".join(f"{file.folder.name}/{file.name}" for file in files)
    return Unlinked(image, f"Several files have its content: {names}.", unclear=True)


# --- Once each ---------------------------------------------------------------------


def _without_doubles(linking: Linking) -> Linking:
    """Of several pictures of one file, the one that is linked already keeps it, or else
    the first of those that are most like it."""
    owners = _owners([file.key for _, file in linking.linked])
    for image, file in sorted(linking.linked, key=_unlikeness):
        owners.setdefault(file.key, image)
    pairs, linking.linked = linking.linked, []
    for image, file in pairs:
        if owners[file.key] == image:
            linking.linked.append((image, file))
        else:
            linking.unlinked.append(_double(image, file, owners[file.key]))
    return linking


def _owners(keys: Sequence[str]) -> dict[str, Image]:
    """Of files that pictures are linked with, the first of these."""
    owners: dict[str, Image] = {}
    for chunk in chunks(keys):
        rows = DriveImage.objects.filter(key__in=chunk).order_by("pk")
        for row in rows.select_related("image__group"):
            owners.setdefault(row.key, row.image)
    return owners


def _unlikeness(pair: tuple[Image, DriveFile]) -> int:
    return next((n for n, alike in enumerate(ALIKE) if alike(*pair)), len(ALIKE))


def _double(image: Image, file: DriveFile, owner: Image) -> Unlinked:
    place = f"group {owner.group.number}, picture {owner.number}"
    return Unlinked(
        image, f"Its file {file.folder.name}/{file.name} is that of {place}."
    )


# --- Keeping ----------------------------------------------------------------------


def _keep(mirror: Mirror, drive: Drive, linking: Linking) -> None:
    items = drive.items(file.item_id for _, file in linking.linked)
    links = []
    for image, file in linking.linked:
        item = items[file.item_id]
        if _is_still(file, item):
            links.append(DriveImage.of(image, item))
        else:
            reason = "Its file changed meanwhile. Please try again."
            linking.unlinked.append(Unlinked(image, reason, unclear=True))
    _write(mirror, links)
    linked = {link.pk for link in links}
    linking.linked = [pair for pair in linking.linked if pair[0].pk in linked]


def _is_still(file: DriveFile, item: DriveItem | OneDriveError) -> bool:
    if isinstance(item, (ItemNotFound, OutsideRoot)):
        return False
    if isinstance(item, OneDriveError):
        raise item
    return same_content(file, item)


@transacted
def _write(mirror: Mirror, links: Sequence[DriveImage]) -> None:
    note(mirror, lease=mirror.lease)
    DriveImage.objects.bulk_create(links, batch_size=CHUNK)
    for chunk in chunks([link.key for link in links]):
        mirror.files.filter(key__in=chunk).update(taken=True)
    adopt_groups(make_plan(mirror))
