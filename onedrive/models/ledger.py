"""The ledger of imports."""

from django.conf import settings
from django.db import models

from gallery.models import NAME_LENGTH, Image
from onedrive.models.source import ID_LENGTH
from onedrive.querysets import ImportItemQuerySet, ImportQuerySet

REASON_LENGTH = 300


class Import(models.Model):
    """One run: files to take into the gallery. Its progress is that of its items."""

    class Origin(models.TextChoices):
        FRONTEND = "frontend", "frontend"
        STAFF = "staff", "staff site"
        COMMAND = "command", "command"
        SYNC = "sync", "sync"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="imports",
        help_text="Whose OneDrive the files are in.",
    )
    origin = models.CharField(max_length=20, choices=Origin.choices)
    retries = models.BooleanField(
        default=True, help_text="What failed is tried again by itself."
    )
    pauses = models.PositiveSmallIntegerField(default=0, editable=False)
    reason = models.CharField(
        "held up by", max_length=REASON_LENGTH, blank=True, editable=False
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = ImportQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Import {self.pk}"


class ImportFolder(models.Model):
    """Files that go into one group, committed together when all were tried."""

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=NAME_LENGTH)
    number = models.PositiveBigIntegerField(
        "group", null=True, help_text="None until a new group is made."
    )
    source = models.ForeignKey(
        "DriveFolder", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class ImportItem(models.Model):
    """One file of a run, and who may work on it."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        STORED = "stored", "stored, waits for its folder"
        DONE = "done", "done"
        FAILED = "failed", "failed"
        GIVEN_UP = "given_up", "given up"

    class Stage(models.TextChoices):
        READ = "read", "reading it in OneDrive"
        DOWNLOAD = "download", "downloading"
        PICTURE = "picture", "making the picture"
        STORE = "store", "storing"
        ADD = "add", "adding to the group"

    run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="items")
    folder = models.ForeignKey(
        ImportFolder, on_delete=models.CASCADE, related_name="items"
    )
    file_id = models.CharField(max_length=ID_LENGTH)
    key = models.CharField(max_length=ID_LENGTH, editable=False)
    file_name = models.CharField(max_length=NAME_LENGTH)
    replaces = models.BooleanField(
        default=False, help_text="It gives pictures of the gallery new content."
    )
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.WAITING
    )
    stage = models.CharField(max_length=20, choices=Stage.choices, blank=True)
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(
        help_text="When a worker may take it: at once, at the next try, or when the "
        "lease of the one who has it runs out."
    )
    lease = models.CharField(max_length=32, blank=True, editable=False)
    stored = models.JSONField(null=True, editable=False)
    image = models.ForeignKey(
        Image, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    settled = models.DateTimeField(null=True)

    objects = ImportItemQuerySet.as_manager()

    class Meta:
        verbose_name = "file"
        indexes = [
            models.Index(fields=["state", "due"], name="import_item_due"),
            models.Index(fields=["run", "state", "due"], name="import_item_run"),
            models.Index(fields=["folder", "state"], name="import_item_folder"),
            models.Index(fields=["key"], name="import_item_key"),
        ]

    def __str__(self) -> str:
        return self.file_name
