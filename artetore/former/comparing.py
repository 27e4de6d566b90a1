"""Whether what was moved in is what was there, and what became of it since.

Both sides are read again: the former row, and the file that the gallery has of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from artetore.former.decoding import Broken, decode
from artetore.former.models import FormerRow
from artetore.former.tables import FormerPicture, FormerTables
from gallery.files import clean_name, clean_text
from gallery.inspection import problem_of
from gallery.models import NAME_LENGTH, TITLE_LENGTH, Image
from gallery.progress import Progress, quiet


@dataclass(frozen=True)
class Compared:
    """A former row, and why it is not in the gallery as it should be (`problem`), or
    in what it differs by somebody's will (`differences`). `size`: the bytes that were
    found to be the same on both sides; `is_picture`: the gallery has one of it, and it
    is no earlier row's."""

    picture: FormerPicture
    problem: str = ""
    differences: tuple[str, ...] = ()
    size: int = 0
    is_picture: bool = False


def compare(*, tables: FormerTables, progress: Progress = quiet) -> Iterator[Compared]:
    """Go through all former rows while it is iterated. Raises FormerFailed."""
    rows = FormerRow.objects.select_related("image__group")
    for picture in progress(tables.pictures(), tables.count()):
        yield _compared(tables, picture, rows.filter(pk=picture.index).first())


def _compared(
    tables: FormerTables, picture: FormerPicture, row: FormerRow | None
) -> Compared:
    if row is None:
        return Compared(picture, "It was not moved in.")
    if row.reason:
        return Compared(picture, row.reason)
    if not _is_as_it_was(tables, row):
        return Compared(picture, "It has other content now than was moved in.")
    if row.image is None:
        return Compared(picture, differences=("It was deleted since.",))
    if problem := problem_of(row.image, "original", hashes=True):
        return Compared(picture, f"Its original {problem}.")
    twin = FormerRow.objects.filter(image=row.image, pk__lt=row.pk).first()
    differences = tuple(_differences(picture, row, row.image, twin))
    size = row.size if row.image.sha256 == row.sha256 else 0
    return Compared(picture, "", differences, size, is_picture=twin is None)


def _is_as_it_was(tables: FormerTables, row: FormerRow) -> bool:
    try:
        return decode(tables.original(row.index)).sha256 == row.sha256
    except Broken:
        return False


def _differences(
    picture: FormerPicture, row: FormerRow, image: Image, twin: FormerRow | None
) -> Iterator[str]:
    place = f"group {image.group.number}, picture {image.number}"
    if twin:
        yield f"It is the same picture as row {twin.index}."
    elif picture.number is None:
        yield f"It got number {row.number}, as it had none."
    elif row.number != picture.number:
        yield f"It got number {row.number}, as {picture.number} is another's."
    if (image.group.number, image.number) != (row.group, row.number):
        yield f"It was moved to {place} since."
    if image.sha256 != row.sha256:
        yield "Its content was replaced since."
    if image.title != clean_text(picture.title, TITLE_LENGTH):
        yield f"Its title is {image.title!r} now."
    yield from _other_names(picture, image)


def _other_names(picture: FormerPicture, image: Image) -> Iterator[str]:
    if image.name != clean_name(picture.name):
        yield f"It is called {image.name!r} now."
    elif image.name != picture.name:
        yield f"Its name became {image.name!r}, which is what can be kept of it."
    if image.folder_name != clean_text(picture.folder, NAME_LENGTH):
        yield f"Its folder is {image.folder_name!r} now."
    elif image.folder_name != picture.folder:
        yield f"Its folder became {image.folder_name!r}, which is what can be kept."
