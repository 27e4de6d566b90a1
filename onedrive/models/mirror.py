"""The drive as sync last saw it, and what it was told of each folder."""

from django.db import models

from gallery.models import NAME_LENGTH, TITLE_LENGTH, Group
from onedrive.models.connection import Connection
from onedrive.models.source import ID_LENGTH, DriveContent


class Mirror(models.Model):
    """A drive below the root folder, as it was last read by any of its connections."""

    drive_id = models.CharField(max_length=ID_LENGTH, unique=True, editable=False)
    root_id = models.CharField(max_length=ID_LENGTH, blank=True, editable=False)
    root_key = models.CharField(max_length=ID_LENGTH, blank=True, editable=False)
    link = models.TextField(blank=True, editable=False)
    lease = models.CharField(max_length=32, blank=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    read = models.DateTimeField("last read", null=True)
    applied = models.DateTimeField("last applied", null=True)

    def __str__(self) -> str:
        return f"Mirror of {self.connection or 'a OneDrive'}"

    @property
    def connection(self) -> Connection | None:
        """The first."""
        return self.connections.order_by("pk").first()


class DriveFolder(models.Model):
    """A folder at or below the root folder, and the group that it fills."""

    class Choice(models.TextChoices):
        FOLLOW = "follow", "follow"
        ONCE = "once", "import once"
        IGNORE = "ignore", "ignore"

    mirror = models.ForeignKey(Mirror, on_delete=models.CASCADE, related_name="folders")
    key = models.CharField(max_length=ID_LENGTH, editable=False)
    item_id = models.CharField(max_length=ID_LENGTH, editable=False)
    parent_key = models.CharField(max_length=ID_LENGTH, blank=True, editable=False)
    name = models.CharField(max_length=NAME_LENGTH, editable=False)
    choice = models.CharField(
        max_length=10, choices=Choice.choices, default=Choice.FOLLOW
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="drive_folders",
        help_text="What is new in the folder goes there; else into a new group.",
    )
    titled = models.CharField(max_length=TITLE_LENGTH, blank=True, editable=False)
    taken = models.BooleanField(default=False, editable=False)
    gone = models.BooleanField(default=False, editable=False)
    touched = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = "folder"
        constraints = [
            models.UniqueConstraint(
                fields=["mirror", "key"], name="drive_folder_unique_in_mirror"
            )
        ]
        indexes = [models.Index(fields=["mirror", "touched"], name="folder_touched")]

    def __str__(self) -> str:
        return self.name


class DriveFile(DriveContent):
    """A file in one of them. `touched`: what it is now has not been applied yet."""

    mirror = models.ForeignKey(Mirror, on_delete=models.CASCADE, related_name="files")
    folder = models.ForeignKey(
        DriveFolder, on_delete=models.CASCADE, related_name="files"
    )
    key = models.CharField(max_length=ID_LENGTH)
    item_id = models.CharField(max_length=ID_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    is_picture = models.BooleanField(default=True)
    ordered = models.BooleanField(
        default=False, help_text="An import of this very content was ordered."
    )
    taken = models.BooleanField(
        default=False, help_text="A picture was made of it at some time."
    )
    gone = models.BooleanField(default=False)
    touched = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mirror", "key"], name="drive_file_unique_in_mirror"
            )
        ]
        indexes = [
            models.Index(fields=["mirror", "touched"], name="drive_file_touched"),
            models.Index(fields=["key"], name="drive_file_key"),
        ]

    def __str__(self) -> str:
        return self.name
