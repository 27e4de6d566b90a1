"""Images in the staff site, with where they came from in OneDrive."""

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from gallery.admin import ImageAdmin
from gallery.admin_parts import possible_keys
from gallery.models import Image
from onedrive.admin_parts import note, page_of
from onedrive.models import Connection, DriveImage
from onedrive.refreshing import images_refresh
from onedrive.staff_rights import IMPORT

admin.site.unregister(Image)


@admin.register(Image)
class DriveImageAdmin(ImageAdmin):
    fields = (*ImageAdmin.fields, "origin")
    readonly_fields = (*ImageAdmin.readonly_fields, "origin")
    actions = (*ImageAdmin.actions, "refresh")

    def has_refresh_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["gallery.change_image", IMPORT])

    def page_actions(self, request: HttpRequest, key: str) -> list[tuple[str, str]]:
        offered = super().page_actions(request, key)
        if DriveImage.objects.filter(image__in=possible_keys([key])).exists():
            return offered
        return [action for action in offered if action[0] != "refresh"]

    @admin.action(description="Refresh from OneDrive", permissions=["refresh"])
    def refresh(self, request: HttpRequest, images: QuerySet) -> HttpResponse | None:
        """Its progress is that of an import."""
        connections = Connection.objects.filter(user=request.user)
        if not connections.filter(state=Connection.State.CONNECTED).exists():
            messages.error(request, _connect_first())
            return None
        run = images_refresh(owner=request.user, images=images)
        if run is None:
            told = "None of these came from OneDrive, or they are on their way already."
            messages.info(request, told)
            return None
        note(request, run, ADDITION, "Ordered pictures anew.")
        count = run.items.count()
        told = f"Fetching {count} picture{pluralize(count)} anew. "
        messages.success(request, f"{told}What comes replaces what is there.")
        if others := images.filter(source=None).count():
            stay = "stays as it is" if others == 1 else "stay as they are"
            told = f"{others} of these did not come from OneDrive and {stay}."
            messages.info(request, told)
        return redirect(page_of(run))

    @display(description="in OneDrive")
    def origin(self, image: Image) -> SafeString | str:
        source = DriveImage.objects.filter(image=image).first()
        if source is None:
            return "It did not come from OneDrive."
        # What a drive says may be anything, and a link may run scripts.
        if not source.web_url.startswith(("https://", "http://")):
            return "It came from OneDrive, which tells no address."
        return format_html(
            '<a class="text-link" href="{}" target="_blank" rel="noopener noreferrer">'
            "Open in OneDrive</a>",
            source.web_url,
        )


def _connect_first() -> SafeString:
    link = '<a class="underline" href="{}">Connect your OneDrive</a> first.'
    return format_html(link, reverse("admin:onedrive_drive"))
