"""Pictures and groups; where they came from is none of this app's business."""

from django.db import models
from django.db.models import F

from gallery.querysets import GroupQuerySet, ImageQuerySet

NAME_LENGTH = 255
TITLE_LENGTH = 200
CAPTION_LENGTH = 1000


class Counter(models.Model):
    """A number that only rises, kept as a row so that taking one is a lock.

    `group` counts the group numbers given out, so that none is given out twice, not
    even after its group is gone. `revision` rises with every committed change of
    groups or images and validates all public answers.
    """

    GROUP = "group"
    REVISION = "revision"

    name = models.CharField(primary_key=True, max_length=20)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"

    @classmethod
    def read(cls, name: str) -> int:
        return (
            cls.objects.filter(name=name).values_list("value", flat=True).first() or 0
        )

    @classmethod
    def lock(cls, name: str) -> None:
        """Hold the row until the transaction ends."""
        cls.objects.select_for_update().get(name=name)

    @classmethod
    def raise_(cls, name: str) -> int:
        """The next value. The row stays locked until the transaction ends."""
        if not cls.objects.filter(name=name).update(value=F("value") + 1):
            raise cls.DoesNotExist(f"The counter {name!r} is missing: migrate.")
        return cls.objects.values_list("value", flat=True).get(name=name)

    @classmethod
    def raise_to(cls, name: str, value: int) -> None:
        """At least so high. The row stays locked until the transaction ends."""
        cls.lock(name)
        cls.objects.filter(name=name, value__lt=value).update(value=value)


class Group(models.Model):
    """A numbered set of pictures. An emptied group stays and can be filled again."""

    number = models.PositiveBigIntegerField(unique=True, editable=False)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    cover = models.ForeignKey(
        "Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Shown for the group; without one, its first picture is.",
    )
    # Its cover, or else its first picture; none while it has no picture. It follows
    # from other rows: `gallery.visibility` alone writes it.
    front = models.ForeignKey(
        "Image",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    next_image_number = models.PositiveBigIntegerField(default=1, editable=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.title or f"Group {self.number}"


class Block(models.Model):
    """How many groups with pictures there are among the numbers from `first` on.

    It follows from other rows: `gallery.visibility` alone writes it.
    """

    first = models.PositiveBigIntegerField(primary_key=True)
    groups = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.groups} from {self.first}"


class Image(models.Model):
    """One picture. `number` is unique in its group and never given out twice there."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="images")
    number = models.PositiveBigIntegerField(editable=False)
    position = models.PositiveBigIntegerField(default=0)
    name = models.CharField("file name", max_length=NAME_LENGTH)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    caption = models.CharField(max_length=CAPTION_LENGTH, blank=True)
    folder_name = models.CharField("folder", max_length=NAME_LENGTH, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField(help_text="bytes of the original")
    content_type = models.CharField(max_length=50)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    original = models.FileField(max_length=120)
    thumbnail = models.FileField(max_length=120)
    preview = models.FileField(max_length=120)
    created = models.DateTimeField(auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        ordering = ["group", "position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "number"], name="image_number_unique_in_group"
            )
        ]
        indexes = [
            models.Index(fields=["group", "position", "number"], name="image_order"),
            models.Index(fields=["original"], name="image_original"),
            models.Index(fields=["thumbnail"], name="image_thumbnail"),
            models.Index(fields=["preview"], name="image_preview"),
        ]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def files(self) -> tuple[str, str, str]:
        """Their names in the storage."""
        return self.original.name, self.thumbnail.name, self.preview.name
