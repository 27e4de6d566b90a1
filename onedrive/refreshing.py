"""Pictures of the gallery that are fetched anew from where they came from."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from gallery.models import Image
from gallery.transactions import transacted
from onedrive import ledger
from onedrive.models import Connection, DriveImage, Import
from onedrive.orders import FileOrder, FolderOrder
from onedrive.presence import keys_ordered


@transacted
def images_refresh(*, owner: Any, images: QuerySet[Image]) -> Import | None:
    """Order the files of these pictures anew, from this user's OneDrive; None when none
    came from OneDrive, or all are on their way.

    Every picture of such a file gets its content and its name; all else of them stays.
    Two who order the same at once order it once.
    """
    list(Connection.objects.select_for_update().filter(user=owner))
    orders = _orders(images)
    if not orders:
        return None
    return ledger.start(owner=owner, orders=orders, origin=Import.Origin.STAFF)


def _orders(images: QuerySet[Image]) -> list[FolderOrder]:
    """One for each folder of a group, in the order of the groups."""
    sources = DriveImage.objects.filter(image__in=images.order_by().values("pk"))
    ordered = sources.select_related("image__group").order_by("image__group", "pk")
    files = {source.key: source for source in ordered}
    under_way = keys_ordered(list(files))
    folders: dict[tuple[int, str], list[FileOrder]] = defaultdict(list)
    for key, source in files.items():
        if key not in under_way:
            folder = source.image.group.number, source.image.folder_name
            file = FileOrder(source.item_id, source.image.name, replaces=True)
            folders[folder].append(file)
    return [
        FolderOrder(folder_name=name, group=number, files=tuple(orders))
        for (number, name), orders in folders.items()
    ]
