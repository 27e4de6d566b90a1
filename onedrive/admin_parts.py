"""What the pages of OneDrive in the staff site share."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gallery.admin_parts import ListAdmin
from gallery.models import Group
from onedrive.models import Import

# Rows of a table on a page; the rest are one click away.
MOST = 200


class ReadOnlyAdmin(ListAdmin):
    """The program alone writes these."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def page_of(run: Import) -> str:
    return reverse("admin:onedrive_import_change", args=[run.pk])


def link_to(group: Group | None) -> SafeString | str:
    if group is None:
        return ""
    url = reverse("admin:gallery_group_change", args=[group.pk])
    return format_html('<a class="text-link" href="{}">{}</a>', url, group)


def note(request: HttpRequest, row: Model, flag: int, message: str) -> None:
    """Into the admin's log: who did this to the row (ADDITION, CHANGE, DELETION)."""
    note_named(request, type(row), str(row.pk), str(row), flag, message)


def note_named(
    request: HttpRequest,
    model: type[Model],
    key: str,
    name: str,
    flag: int,
    message: str,
) -> None:
    """The same for what has no row: a file or folder of a drive, by its id."""
    LogEntry.objects.create(
        user_id=request.user.pk,
        content_type=ContentType.objects.get_for_model(model),
        object_id=key,
        object_repr=name[:200],
        action_flag=flag,
        change_message=message,
    )


def tell_tried(request: HttpRequest, count: int) -> None:
    if count:
        told = "1 file is" if count == 1 else f"{count} files are"
        messages.success(request, f"{told} tried again.")
    else:
        messages.info(request, "There was nothing to try again.")
