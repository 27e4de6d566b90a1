"""Groups and images in the staff site. Whatever changes goes through the services."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gallery.answers import VARIANT_TYPE
from gallery.exceptions import GalleryError
from gallery.filters import ContentTypeFilter, FolderFilter, GroupFilter
from gallery.models import Group, Image
from gallery.services import group_delete, group_update, image_update, images_delete

# Pictures shown on a group's page; the rest are one click away.
WALL = 60


class PictureAdmin(admin.ModelAdmin):
    """Pictures come from imports: nothing is added by hand."""

    class Media:
        css = {"all": ["gallery/admin.css"]}

    # What goes when one of these is deleted.
    deletes: tuple[str, ...]
    # Counting what each choice of a filter would find reads every row.
    show_facets = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes, in the words of those who look after pictures."""
        refused = {
            name
            for name in self.deletes
            if not request.user.has_perm(f"gallery.delete_{name}")
        }
        return [str(obj) for obj in objs], self.counted(objs), refused, []

    def changeform_view(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What a service refuses, as the row was deleted meanwhile, is said."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except GalleryError as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
            )


@admin.register(Group)
class GroupAdmin(PictureAdmin):
    deletes = ("group", "image")
    list_display = ("cover_picture", "number", "title", "pictures")
    list_display_links = ("cover_picture", "number")
    search_fields = ("title", "=number", "images__name", "images__folder_name")
    list_filter = ("created",)
    list_per_page = 50
    fields = ("number", "title", "cover", "wall")
    readonly_fields = ("number", "wall")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_cover_id().with_image_count()

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)
        if cover := form.base_fields.get("cover"):
            cover.queryset = Image.objects.filter(group=obj).in_order()
            cover.empty_label = "The first picture"
            cover.widget.can_add_related = cover.widget.can_change_related = False
            cover.widget.can_view_related = cover.widget.can_delete_related = False
        return form

    def save_model(
        self, request: HttpRequest, obj: Group, form: ModelForm, change: bool
    ) -> None:
        changes: dict[str, Any] = {}
        if "title" in form.changed_data:
            changes["title"] = obj.title
        if "cover" in form.changed_data:
            changes["cover"] = obj.cover.number if obj.cover else None
        if changes:
            group_update(group=obj.number, **changes)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        group_delete(groups=[obj.number])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        group_delete(groups=list(queryset.values_list("number", flat=True)))

    def counted(self, groups: Any) -> dict[str, int]:
        images = Image.objects.filter(group__in=[group.pk for group in groups])
        return {"groups": len(groups), "images": images.count()}

    @admin.display(description="cover")
    def cover_picture(self, group: Group) -> SafeString | str:
        return _picture(group.cover_image_id, "") if group.cover_image_id else "empty"

    @admin.display(description="pictures", ordering="image_count")
    def pictures(self, group: Group) -> SafeString:
        url = reverse("admin:gallery_image_changelist")
        return format_html(
            '<a href="{}?group={}">{}</a>', url, group.number, group.image_count
        )

    @admin.display(description="pictures")
    def wall(self, group: Group) -> SafeString:
        images = group.images.in_order()[:WALL]
        pictures = format_html_join(
            "",
            '<a href="{}">{}{}</a>',
            ((_change_url(image), _picture(image.pk, ""), image) for image in images),
        )
        return format_html(
            '<div class="wall">{}<p>{} in this group</p></div>',
            pictures,
            self.pictures(group),
        )


@admin.register(Image)
class ImageAdmin(PictureAdmin):
    deletes = ("image",)
    list_display = ("picture", "name", "title", "in_group", "folder_name", "pixels")
    list_display_links = ("picture", "name")
    list_filter = (GroupFilter, FolderFilter, ContentTypeFilter, "created")
    search_fields = ("name", "title", "folder_name", "=group__number")
    list_per_page = 50
    show_full_result_count = False
    fields = (
        *("large", "title", "name", "in_group", "folder_name", "pixels", "file_size"),
        *("content_type", "sha256", "created", "download"),
    )
    readonly_fields = tuple(field for field in fields if field != "title")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("group")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file)
        route = path("<int:key>/file/<str:kind>/", view, name="gallery_image_file")
        return [route, *super().get_urls()]

    def file(self, request: HttpRequest, key: int, kind: str) -> FileResponse:
        """One of a picture's three files; the original comes as a download."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        image = Image.objects.filter(pk=key).first()
        if image is None or kind not in ("original", "thumbnail", "preview"):
            raise Http404
        original = kind == "original"
        try:
            content = default_storage.open(getattr(image, kind).name)
        except OSError:
            raise Http404 from None
        response = FileResponse(
            content,
            as_attachment=original,
            filename=image.name if original else "",
            content_type=image.content_type if original else VARIANT_TYPE,
        )
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    def save_model(
        self, request: HttpRequest, obj: Image, form: ModelForm, change: bool
    ) -> None:
        if "title" in form.changed_data:
            image_update(group=obj.group.number, image=obj.number, title=obj.title)

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        images_delete(numbers={obj.group.number: [obj.number]})

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        numbers: dict[int, list[int]] = {}
        for group, number in queryset.values_list("group__number", "number"):
            numbers.setdefault(group, []).append(number)
        images_delete(numbers=numbers)

    def counted(self, images: Any) -> dict[str, int]:
        return {"images": len(images)}

    @admin.display(description="picture")
    def picture(self, image: Image) -> SafeString:
        return _picture(image.pk, "")

    @admin.display(description="preview")
    def large(self, image: Image) -> SafeString:
        return format_html(
            '<img class="preview" src="{}" alt="{}">',
            _file_url(image.pk, "preview"),
            image,
        )

    @admin.display(description="group", ordering="group__number")
    def in_group(self, image: Image) -> SafeString:
        url = reverse("admin:gallery_group_change", args=[image.group_id])
        return format_html(
            '<a href="{}">{}</a>', url, image.group.title or image.group.number
        )

    @admin.display(description="pixels", ordering="width")
    def pixels(self, image: Image) -> str:
        return f"{image.width} × {image.height}"

    @admin.display(description="size")
    def file_size(self, image: Image) -> str:
        return filesizeformat(image.size)

    @admin.display(description="original")
    def download(self, image: Image) -> SafeString:
        url = _file_url(image.pk, "original")
        return format_html('<a href="{}">Download {}</a>', url, image.name)


def _change_url(image: Image) -> str:
    return reverse("admin:gallery_image_change", args=[image.pk])


def _file_url(key: int, kind: str) -> str:
    return reverse("admin:gallery_image_file", args=[key, kind])


def _picture(key: int, text: str) -> SafeString:
    return format_html(
        '<img class="picture" src="{}" alt="{}" loading="lazy">',
        _file_url(key, "thumbnail"),
        text,
    )
