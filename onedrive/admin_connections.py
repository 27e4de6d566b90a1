"""Who is connected to OneDrive, in the staff site, and whether it works."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import display

from gallery.querysets import LARGEST_NUMBER
from onedrive.admin_parts import ReadOnlyAdmin
from onedrive.drive import drive_of
from onedrive.exceptions import OneDriveError
from onedrive.models import Connection

# Seconds that a page waits to be told whether OneDrive works; it is open meanwhile.
PATIENCE = 5.0
# Seconds for which what was read is not asked for again.
FRESH_SECONDS = 60


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("user", "account_name", "standing", "connected_at", "last_used")
    list_select_related = ("user",)
    search_fields = ("user__username", "account_name")
    fields = (
        *("user", "account_name", "state", "reason", "connected_at", "last_used"),
        "paused_until",
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.standing_view)
        name = "onedrive_connection_standing"
        return [path("<int:key>/standing/", view, name=name), *super().get_urls()]

    def standing_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """How one stands at this moment: a part of the first page, which does not
        wait for OneDrive and asks for it when it is open."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        connection = _connection(key)
        trouble = _trouble(connection)
        # With what OneDrive has answered.
        context = {"connection": _connection(key), "trouble": trouble, "asked": True}
        return render(request, "onedrive/connection.html", context)

    @display(
        description="state",
        ordering="state",
        label={"connected": "success", "needs_consent": "danger", "paused": "warning"},
    )
    def standing(self, connection: Connection) -> tuple[str, str]:
        return connection.standing


def _connection(key: int) -> Connection:
    rows = Connection.objects.select_related("user")
    connection = rows.filter(pk=key).first() if key <= LARGEST_NUMBER else None
    if connection is None:
        raise Http404
    return connection


def _trouble(connection: Connection) -> OneDriveError | None:
    """What OneDrive answers when it is asked for its storage."""
    read = connection.storage_read
    if read and (timezone.now() - read).total_seconds() < FRESH_SECONDS:
        return None
    try:
        drive_of(connection.user, patience=PATIENCE, reach=PATIENCE).quota()
    except OneDriveError as error:
        return error
    return None
