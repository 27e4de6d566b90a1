"""A user's consent to a drive."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from onedrive.models.source import ID_LENGTH


class Connection(models.Model):
    """One user's consent. Its tokens are encrypted, and read only by `tokens`."""

    class State(models.TextChoices):
        CONNECTED = "connected", "connected"
        NEEDS_CONSENT = "needs_consent", "needs consent"

    # The reason of those that somebody disconnected on purpose.
    DISCONNECTED = "It was disconnected."

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
    mirror = models.ForeignKey(
        "Mirror",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="connections",
        help_text="Of the drive that was synced last.",
    )
    drive_id = models.CharField(
        max_length=ID_LENGTH,
        blank=True,
        editable=False,
        help_text="Empty until a sync has asked which drive this consent is for.",
    )
    created = models.DateTimeField(auto_now_add=True)
    connected_at = models.DateTimeField()
    last_used = models.DateTimeField("last good use", null=True, blank=True)
    storage_used = models.PositiveBigIntegerField(null=True, help_text="bytes")
    storage_total = models.PositiveBigIntegerField(null=True, help_text="bytes")
    storage_read = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(
        null=True, blank=True, help_text="OneDrive asked that nobody calls before."
    )
    refreshing_until = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"OneDrive of {self.account_name or self.user_id}"

    @property
    def is_disconnected(self) -> bool:
        return self.reason == self.DISCONNECTED

    @property
    def standing(self) -> tuple[str, str]:
        """Whether there is a consent, and a pause: a name and what people read. Whether
        OneDrive answers at this moment is another question."""
        if self.state == self.State.CONNECTED and self.is_paused:
            return "paused", "paused"
        return self.state, self.get_state_display()

    @property
    def storage_percent(self) -> int | None:
        """None when it was never read. A bar shows what is there, however little."""
        if not self.storage_total:
            return None
        return min(100, max(1, self.storage_used * 100 // self.storage_total))

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()
