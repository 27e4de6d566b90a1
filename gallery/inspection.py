"""Whether rows and files agree, and what to do where they do not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from gallery.cleanup import FILE_FIELDS
from gallery.models import Image
from gallery.progress import Progress, quiet
from gallery.pruning import loose_files, printable
from gallery.visibility import faults

RESTORE = "Put it back from a backup, or delete the picture."
REBUILD = "Run manage.py rebuild_variants."
RECOUNT = "Run manage.py recount_groups."
PRUNE = "Once it is a day old, manage.py prune_media removes it."


@dataclass(frozen=True)
class Finding:
    """`group`, `number` and `name` are those of the picture the file belongs to;
    without a `file` it is something about the gallery as a whole."""

    file: str
    problem: str
    advice: str
    group: int | None = None
    number: int | None = None
    name: str = ""

    def __str__(self) -> str:
        file = f"{printable(self.file)} " if self.file else ""
        return f"{self._whose()}{file}{self.problem}. {self.advice}"

    def _whose(self) -> str:
        if self.group is None:
            return ""
        return f"Group {self.group}, picture {self.number} ({self.name}): "


def inspect(
    *, hours: int, hashes: bool = False, progress: Progress = quiet
) -> Iterator[Finding]:
    """Go through all groups, images and files while it is iterated.

    `hours`: how old a file without a row is to be reported; 0 reports all. `hashes`:
    read all originals through. Raises StorageFailed.
    """
    for problem in faults():
        yield Finding("", problem, RECOUNT)
    images = Image.objects.select_related("group")
    for image in progress(images.one_by_one(), images.count()):
        for field in FILE_FIELDS:
            problem = problem_of(image, field, hashes=hashes)
            if problem and _stands(image):
                yield _finding(image, field, problem)
    for file in loose_files(hours=hours, progress=progress):
        problem = f"({file.size:,} bytes) belongs to no picture"
        yield Finding(file.name, problem, PRUNE)


def problem_of(image: Image, field: str, *, hashes: bool = False) -> str:
    """What is wrong with this file of it; empty when nothing is. `hashes`: read an
    original through."""
    name = getattr(image, field).name
    try:
        if not name or not default_storage.exists(name):
            return "is missing"
        return _difference(image, hashes) if field == "original" else ""
    except Exception as error:  # each storage has its own family
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"


def _difference(image: Image, hashes: bool) -> str:
    size = default_storage.size(image.original.name)
    if size != image.size:
        return f"has {size:,} bytes instead of {image.size:,}"
    if hashes and _sha256(image.original.name) != image.sha256:
        return "has other contents than it came with (its SHA-256 differs)"
    return ""


def _sha256(name: str) -> str:
    digest = hashlib.sha256()
    with default_storage.open(name) as file:
        for chunk in file.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def _stands(image: Image) -> bool:
    """Whether it was neither deleted nor changed while its files were looked at."""
    now = Image.objects.filter(pk=image.pk).first()
    return now is not None and now.files == image.files


def _finding(image: Image, field: str, problem: str) -> Finding:
    return Finding(
        file=getattr(image, field).name or f"The {field}",
        problem=problem,
        advice=RESTORE if field == "original" else REBUILD,
        group=image.group.number,
        number=image.number,
        name=image.name,
    )
