"""Where a picture came from."""

from typing import Self

from django.db import models

from gallery.models import Image
from onedrive.items import DriveItem, id_key

ID_LENGTH = 150
TAG_LENGTH = 200


class DriveContent(models.Model):
    """Which version of a file it is: what `items.same_content` compares."""

    size = models.PositiveBigIntegerField(default=0, help_text="bytes")
    etag = models.CharField(max_length=TAG_LENGTH, blank=True)
    ctag = models.CharField(max_length=TAG_LENGTH, blank=True)
    quick_xor_hash = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True


class DriveImage(DriveContent):
    """Where a picture came from. Several may come from one file."""

    image = models.OneToOneField(
        Image, on_delete=models.CASCADE, related_name="source", primary_key=True
    )
    drive_id = models.CharField(max_length=ID_LENGTH)
    item_id = models.CharField(max_length=ID_LENGTH)
    key = models.CharField(max_length=ID_LENGTH, db_index=True, editable=False)
    folder_key = models.CharField(
        max_length=ID_LENGTH, blank=True, db_index=True, editable=False
    )
    web_url = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return self.item_id

    @classmethod
    def of(cls, image: Image, item: DriveItem) -> Self:
        return cls(image=image, **cls.described(item))

    @classmethod
    def described(cls, item: DriveItem) -> dict[str, str | int]:
        """The fields that follow from the file as it was when it was taken."""
        return {
            "drive_id": item.drive_id,
            "item_id": item.id,
            "key": id_key(item.id),
            "folder_key": id_key(item.parent_id),
            "web_url": item.web_url if len(item.web_url) <= 2000 else "",
            **item.content(),
        }
