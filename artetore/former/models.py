"""The ledger of moving in."""

from django.db import models

from gallery.models import Image

REASON_LENGTH = 300


class FormerRow(models.Model):
    """What became of a row of the former pictures. With a `reason` it is broken and
    was left; otherwise it was moved in, and `image` is it, or None once deleted.

    `former_number` is the picture's number as it stood there, `number` what it got;
    `sha256` and `size` (bytes) are those of the original that was moved in.
    """

    index = models.IntegerField(primary_key=True)
    group = models.PositiveBigIntegerField(null=True)
    former_number = models.PositiveBigIntegerField(null=True)
    number = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    image = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["group", "former_number"], name="former_row_place")
        ]

    def __str__(self) -> str:
        return f"Row {self.index}"
