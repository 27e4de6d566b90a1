"""A user's consent to a drive, and which of its files became which pictures."""

from typing import Self

from django.conf import settings
from django.db import models

from gallery.models import Image
from onedrive.items import DriveItem

ID_LENGTH = 150


class Connection(models.Model):
    """One user's consent. Its tokens are encrypted, and read only by `tokens`."""

    class State(models.TextChoices):
        CONNECTED = "connected", "connected"
        NEEDS_CONSENT = "needs_consent", "needs consent"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="onedrive",
    )
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.CONNECTED
    )
    reason = models.CharField(
        max_length=200, blank=True, help_text="Why a new consent is needed."
    )
    account_name = models.CharField(max_length=200, blank=True)
    cache = models.TextField(blank=True, editable=False)
    public = models.BooleanField(
        default=False,
        editable=False,
        help_text="Signed in by device code: its tokens take no client secret.",
    )
    created = models.DateTimeField(auto_now_add=True)
    connected_at = models.DateTimeField()
    last_used = models.DateTimeField("last good use", null=True, blank=True)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="OneDrive asked that nobody calls before."
    )
    refreshing_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"OneDrive of {self.account_name or self.user_id}"


class DriveImage(models.Model):
    """Where a picture came from. Several may come from one file."""

    image = models.OneToOneField(
        Image, on_delete=models.CASCADE, related_name="source", primary_key=True
    )
    drive_id = models.CharField(max_length=ID_LENGTH)
    item_id = models.CharField(max_length=ID_LENGTH)
    ctag = models.CharField(max_length=200, blank=True)
    quick_xor_hash = models.CharField(max_length=40, blank=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    web_url = models.CharField(max_length=2000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["item_id"], name="drive_image_item"),
            models.Index(fields=["drive_id", "item_id"], name="drive_image_place"),
        ]

    def __str__(self) -> str:
        return self.item_id

    @classmethod
    def of(cls, image: Image, item: DriveItem) -> Self:
        return cls(
            image=image,
            drive_id=item.drive_id,
            item_id=item.id,
            ctag=item.ctag,
            quick_xor_hash=item.quick_xor_hash,
            size=item.size,
            web_url=item.web_url if len(item.web_url) <= 2000 else "",
        )
