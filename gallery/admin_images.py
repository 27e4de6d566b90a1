"""Images in the staff site: found, shown large, described, moved, replaced."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from gallery.addresses import addresses, thumbnail_url
from gallery.admin_calls import call, sent, the_image
from gallery.admin_moves import move_page
from gallery.admin_parts import PictureAdmin, numbers_of, page_of
from gallery.admin_uploads import stored
from gallery.exceptions import ImageUnknown
from gallery.filters import (
    ContentTypeFilter,
    FolderFilter,
    GroupFilter,
    SizeFilter,
    TitleFilter,
)
from gallery.models import Image
from gallery.serializers import TextsInput
from gallery.services import image_update, images_delete, images_replace


class ImageAdmin(PictureAdmin):
    deletes = ("image",)
    list_display = ("picture", "name", "title", "in_group", "folder_name", "pixels")
    list_display_links = ("picture", "name")
    list_filter = (
        *(GroupFilter, FolderFilter, ContentTypeFilter, SizeFilter, TitleFilter),
        "created",
    )
    search_fields = ("name",)
    search_help_text = "Name, title, caption, folder or number of the group"
    list_per_page = 40
    show_full_result_count = False
    actions = ("move",)
    change_form_outer_after_template = "gallery/image_more.html"
    fields = (
        *("large", "title", "caption", "name", "in_group", "folder_name", "pixels"),
        *("file_size", "content_type", "sha256", "created", "download"),
    )
    readonly_fields = tuple(
        field for field in fields if field not in ("title", "caption")
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Not by a join: MariaDB would then sort all rows to show some.
        return super().get_queryset(request).prefetch_related("group")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The newest first; those of one group in their order."""
        in_group = GroupFilter.parameter_name in request.GET
        return ("position", "number") if in_group else ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        texts, replace = wrap(self.texts_view), wrap(self.replace_view)
        return [
            path("<int:key>/texts/", texts, name="gallery_image_texts"),
            path("<int:key>/replace/", replace, name="gallery_image_replace"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        offered = self.page_actions(request, object_id)
        more = {"page_actions": offered} | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    def page_actions(self, request: HttpRequest, key: str) -> list[tuple[str, str]]:
        """What the list can do with this picture; to delete it has a button."""
        actions = self.get_action_choices(request)[1:]
        return [action for action in actions if action[0] != "delete_selected"]

    # --- Changes ----------------------------------------------------------------------

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "caption":
            kwargs["widget"] = UnfoldAdminExpandableTextareaWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Image, form: ModelForm, change: bool
    ) -> None:
        texts = {name: form.cleaned_data[name] for name in form.changed_data}
        if texts:
            image_update(group=obj.group.number, image=obj.number, **texts)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        images_delete(numbers={obj.group.number: [obj.number]})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        images_delete(numbers=numbers_of(queryset))

    def counted(self, images: Any) -> dict[str, int]:
        return {"images": len(images)}

    @admin.action(description="Move to another group", permissions=["change"])
    def move(self, request: HttpRequest, images: QuerySet) -> HttpResponse | None:
        return move_page(self, request, images)

    @call("change_image")
    def texts_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        image, texts = the_image(key), sent(request, TextsInput)
        image_update(group=image.group.number, image=image.number, **texts)
        self.log_change(request, image, f"Changed {' and '.join(texts)}.")
        return {name: getattr(the_image(key), name) for name in texts}

    @call("change_image")
    def replace_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        """Another file for the same picture: its number, title and place stay."""
        image, new = the_image(key), stored(request)
        if not images_replace(numbers={image.group.number: [image.number]}, image=new):
            raise ImageUnknown("This picture is not there any more.")
        told = f"Replaced by {new.name}."
        self.log_change(request, image, told)
        messages.success(request, told)  # The page is loaded anew.
        return {}

    # --- What is shown ----------------------------------------------------------------

    @display(description="image")
    def picture(self, image: Image) -> SafeString:
        return format_html(
            '<img class="picture" src="{}" alt="{}" loading="lazy">',
            thumbnail_url(image),
            image,
        )

    @display(description="preview")
    def large(self, image: Image) -> SafeString:
        return format_html(
            '<img class="preview" src="{}" alt="{}">',
            addresses(image, image.group.number)["preview_url"],
            image,
        )

    @display(description="group", ordering="group__number")
    def in_group(self, image: Image) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}">{}</a>', page_of(image.group), image.group
        )

    @display(description="pixels", ordering="width")
    def pixels(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @display(description="size")
    def file_size(self, image: Image) -> str:
        return filesizeformat(image.size)

    @display(description="original")
    def download(self, image: Image) -> SafeString:
        url = addresses(image, image.group.number)["original_url"]
        return format_html(
            '<a class="text-link" href="{}">Download {}</a>', url, image.name
        )
