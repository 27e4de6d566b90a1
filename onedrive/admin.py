"""OneDrive in the staff site: which folders are followed.

Nothing is added or edited by hand; what staff decide goes through `choices`.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display

from gallery.exceptions import GalleryError
from onedrive import (
    admin_connections,
    admin_images,
    admin_imports,
    admin_items,
    staff_urls,
)
from onedrive.admin_parts import ReadOnlyAdmin, link_to
from onedrive.choices import FolderUnknown, folder_choose
from onedrive.folder_form import FolderForm
from onedrive.keeper import mirror_for
from onedrive.models import DriveFile, DriveFolder
from onedrive.sync import SyncUnderWay

__all__ = ["admin_connections", "admin_images", "admin_imports", "admin_items"]

admin.site.extra_urls = staff_urls.urls


@admin.register(DriveFolder)
class DriveFolderAdmin(ReadOnlyAdmin):
    class Media:
        css = {"all": ["onedrive/folders.css"]}

    # Its rows are those of a formset, which takes no list.
    paginator = Paginator
    list_display = ("name", "inside", "file_count", "choice", "group", "goes_to")
    list_display_links = None
    list_editable = ("choice", "group")
    list_filter = ("choice",)
    search_fields = ("name",)
    ordering = ("name", "pk")
    list_before_template = "onedrive/folders.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_change_permission(self, request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        above = DriveFolder.objects.filter(
            mirror=OuterRef("mirror"), key=OuterRef("parent_key")
        )
        files = DriveFile.objects.filter(folder=OuterRef("pk"), gone=False).order_by()
        counted = files.values("folder").annotate(count=Count("pk")).values("count")
        return (
            super()
            .get_queryset(request)
            .filter(gone=False, mirror=mirror_for(request.user))
            .select_related("group")
            .annotate(
                parent=Subquery(above.values("name")[:1]),
                files_in_it=Coalesce(Subquery(counted), 0),
            )
        )

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type:
        return FolderForm

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"mirror": mirror_for(request.user)}
        try:
            return super().changelist_view(request, more | (extra_context or {}))
        except (FolderUnknown, GalleryError, SyncUnderWay) as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def change_view(self, request: HttpRequest, *args: Any, **kw: Any) -> HttpResponse:
        """Everything is in the list."""
        return HttpResponseRedirect(reverse("admin:onedrive_drivefolder_changelist"))

    def save_model(
        self, request: HttpRequest, obj: DriveFolder, form: FolderForm, change: bool
    ) -> None:
        group = obj.group.number if obj.group else None
        folder_choose(folder=obj.pk, choice=obj.choice, group=group)

    @display(description="in", ordering="parent")
    def inside(self, folder: DriveFolder) -> str:
        return folder.parent or ""

    @display(description="files", ordering="files_in_it")
    def file_count(self, folder: DriveFolder) -> int:
        return folder.files_in_it

    @display(description="new pictures go to")
    def goes_to(self, folder: DriveFolder) -> SafeString | str:
        if folder.choice == DriveFolder.Choice.IGNORE:
            return ""
        return link_to(folder.group) or "a new group"
