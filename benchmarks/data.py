"""Galleries of any size, quickly: a few pictures, named by very many rows.

Called in the process of a place.
"""

import tempfile
from pathlib import Path

from PIL import Image as Picture

FILES = 12
IN_A_GROUP = 10
BASE = 12  # groups made by the services; the others are copies of their rows


def build(groups: int) -> None:
    """So many groups of ten pictures; their pages weigh what those of real ones do."""
    from gallery.models import Counter
    from gallery.services import images_add
    from gallery.visibility import publish_all

    pictures = _stored()
    for start in range(min(groups, BASE)):
        turned = pictures[start % FILES :] + pictures[: start % FILES]
        images_add(group=None, images=turned[:IN_A_GROUP])
    made = min(groups, BASE)
    while made < groups:
        more = min(made, groups - made)
        _copy(more, behind=made)
        made += more
    Counter.objects.filter(name=Counter.GROUP).update(value=groups)
    publish_all()


def add_large_group(pictures: int) -> int:
    """One more group, of so many pictures; answers its number."""
    from gallery.services import images_add

    stored = _stored()
    images = [stored[number % FILES] for number in range(pictures)]
    return images_add(group=None, images=images)[0].group.number


def renew() -> None:
    """As if something had changed: no answer that is kept is good any more."""
    from gallery.models import Counter

    Counter.raise_(Counter.REVISION)


def _stored() -> list:
    from gallery.services import picture_store

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.jpg" for number in range(FILES)]
        for number, path in enumerate(paths):
            _draw(number).save(path, quality=90)
        return [picture_store(path=path, name=path.name) for path in paths]


def _draw(number: int) -> Picture.Image:
    """Its grain is coarse: the thumbnail has about 10 kB, as that of a photograph."""
    gradient = Picture.radial_gradient("L").resize((800, 600)).rotate(30 * number)
    grain = Picture.effect_noise((200, 150), 40 + number).resize((800, 600))
    return Picture.merge("RGB", (gradient, grain, Picture.blend(gradient, grain, 0.5)))


def _copy(groups: int, *, behind: int) -> None:
    """The first groups and their images once more, with the numbers that follow."""
    from django.db import connection

    from gallery.models import Group, Image

    images = Image.objects.filter(group__lte=groups).count()
    last = Image.objects.order_by("-pk").values_list("pk", flat=True)[0]
    shifts = {"id": behind, "number": behind, "cover_id": None, "front_id": None}
    image_shifts = {"id": last, "group_id": behind}
    with connection.cursor() as cursor:
        cursor.execute(_copying(Group, shifts), [groups])
        cursor.execute(_copying(Image, image_shifts), [images])


def _copying(model: type, shifts: dict[str, int | None]) -> str:
    """Keys begin with 1 and have no gaps. None empties a column."""
    columns = [field.column for field in model._meta.local_concrete_fields]
    shifted = {c: "NULL" if s is None else f"{c} + {s}" for c, s in shifts.items()}
    values = ", ".join(shifted.get(column, f"`{column}`") for column in columns)
    names = ", ".join(f"`{column}`" for column in columns)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id <= %s"
