"""Groups in the staff site: a wall of covers, and each group's pictures in order."""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin
from unfold.decorators import display

from gallery.admin_calls import call, sent, the_group
from gallery.admin_moves import groups_to_choose
from gallery.admin_parts import PictureAdmin, may, page_of, possible_keys
from gallery.admin_uploads import upload
from gallery.models import TITLE_LENGTH, Group, Image
from gallery.serializers import CoverInput, PlaceInput, TitleInput
from gallery.services import group_delete, group_update, images_place

# Pictures that a group's page shows at first, and more each time.
PIECE = 100


class GroupAdmin(PictureAdmin):
    deletes = ("group", "image")
    list_display = ("number", "title", "pictures")
    search_fields = ("title",)
    search_help_text = "Title, number, or name of a picture or folder"
    list_filter = ("created",)
    list_per_page = 48
    list_before_template = "gallery/new_group.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        groups = super().get_queryset(request).select_related("front")
        return groups.with_image_count()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return queryset.found_by(search_term), False

    @display(description="images", ordering="image_count")
    def pictures(self, group: Group) -> int:
        return group.image_count

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"may_add": may(request, "add_group", "add_image")}
        return super().changelist_view(request, more | (extra_context or {}))

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        group_delete(groups=[obj.number])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        group_delete(groups=list(queryset.values_list("number", flat=True)))

    def counted(self, groups: Any) -> dict[str, int]:
        images = Image.objects.filter(group__in=[group.pk for group in groups])
        return {"groups": len(groups), "images": images.count()}

    def choices_view(self, request: HttpRequest) -> HttpResponse:
        """Groups found by `q`, to choose one; none of the keys `without`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        without = possible_keys(request.GET.getlist("without"))
        context = groups_to_choose(request.GET.get("q", ""), without=without)
        return render(request, "gallery/group_choices.html", context)

    # --- The page of one group ------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        views = {
            "upload": self.new_group_view,
            "choices": self.choices_view,
            "<int:key>/upload": self.upload_view,
            "<int:key>/pictures": self.pictures_view,
            "<int:key>/title": self.title_view,
            "<int:key>/cover": self.cover_view,
            "<int:key>/place": self.place_view,
            "<int:key>/chosen": self.chosen_view,
        }
        own = [
            path(
                f"{route}/",
                self.admin_site.admin_view(view),
                name=f"gallery_group_{view.__name__.removesuffix('_view')}",
            )
            for route, view in views.items()
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        group = self.get_object(request, object_id)
        if group is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            **_rights(request),
            **_piece(group, 0),
            "opts": self.opts,
            "original": group,
            "title": str(group),
            "title_length": TITLE_LENGTH,
            "count": group.images.count(),
            "actions": self._images().get_action_choices(request)[1:],
        }
        return TemplateResponse(request, "gallery/group.html", context)

    def pictures_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """More of its pictures, from number `from` on in their order."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        group = self.get_queryset(request).filter(pk=key).first()
        start = request.GET.get("from", "")
        known = group is not None and start.isdecimal() and len(start) < 10
        context = _piece(group, int(start)) if known else {"images": []}
        return render(request, "gallery/pictures.html", context | _rights(request))

    @call("change_group")
    def title_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        group = the_group(key)
        group_update(group=group.number, **sent(request, TitleInput))
        self.log_change(request, group, "Changed title.")
        return {"title": the_group(key).title}

    @call("change_group")
    def cover_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        group = the_group(key)
        group_update(group=group.number, **sent(request, CoverInput))
        self.log_change(request, group, "Changed cover.")
        return {}

    @call("change_group")
    def place_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        group = the_group(key)
        images_place(group=group.number, **sent(request, PlaceInput))
        self.log_change(request, group, "Changed the order of its pictures.")
        return {}

    def chosen_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """What the list of images can do with pictures, with those chosen here."""
        actions = self._images().get_actions(request)
        action = actions.get(request.POST.get("action", ""))
        group = self.get_object(request, str(key))
        if action is None or group is None:
            raise PermissionDenied
        chosen = possible_keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
        images = self._images().get_queryset(request).filter(group=group)
        answer = action[0](self._images(), request, images.filter(pk__in=chosen))
        return answer or redirect(page_of(group))

    def _images(self) -> ModelAdmin:
        return self.admin_site.get_model_admin(Image)

    # --- Uploads --------------------------------------------------------------------

    @call("add_image")
    def upload_view(self, request: HttpRequest, key: int) -> dict[str, Any]:
        return self._upload(request, the_group(key).number)

    @call("add_group", "add_image")
    def new_group_view(self, request: HttpRequest) -> dict[str, Any]:
        return self._upload(request, None)

    def _upload(self, request: HttpRequest, number: int | None) -> dict[str, Any]:
        """`group`: its page; `upload` and `place`: where more pictures go, and where
        their order goes; `picture`: it as the page shows it, `number`: its number."""
        image = upload(request, group=number)
        if number is None:
            self.log_addition(request, image.group, "Added by an upload.")
        self.log_change(request, image.group, f"Uploaded {image.name}.")
        context = {"images": [image], **_rights(request)}
        return {
            "group": page_of(image.group),
            "upload": reverse("admin:gallery_group_upload", args=[image.group_id]),
            "place": reverse("admin:gallery_group_place", args=[image.group_id]),
            "number": image.number,
            "picture": render_to_string("gallery/pictures.html", context),
        }


def _rights(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_change": may(request, "change_group"),
        "may_change_images": may(request, "change_image"),
        "may_upload": may(request, "add_image"),
        "may_delete": may(request, "delete_group", "delete_image"),
        "may_choose": may(request, "change_image") or may(request, "delete_image"),
    }


def _piece(group: Group, start: int) -> dict[str, Any]:
    """`more`: where the next piece is, if there is one."""
    images = list(group.images.in_order()[start : start + PIECE + 1])
    url = reverse("admin:gallery_group_pictures", args=[group.pk])
    return {
        "images": images[:PIECE],
        "cover": group.cover_id,
        "front": group.front_id,
        "more": f"{url}?from={start + PIECE}" if images[PIECE:] else "",
    }
