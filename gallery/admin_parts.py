"""What the pages of groups and images in the staff site share."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from gallery.exceptions import GalleryError
from gallery.models import Group, Image


class NearerEndPaginator(Paginator):
    """Counts from whichever end is nearer, as databases read all that they skip."""

    def page(self, number: int) -> Page:
        number = self.validate_number(number)
        ahead = (number - 1) * self.per_page
        behind = max(0, self.count - ahead - self.per_page)
        if ahead <= behind:
            return super().page(number)
        rows = self.object_list.reverse()[behind : self.count - ahead]
        return self._get_page([*rows][::-1], number, self)


class ListAdmin(ModelAdmin):
    """Of rows that have numbers for keys, as many as there may be."""

    paginator = NearerEndPaginator
    # Counting what each choice of a filter would find reads every row.
    show_facets = admin.ShowFacets.NEVER

    def response_action(
        self, request: HttpRequest, queryset: QuerySet
    ) -> HttpResponse | None:
        """Nothing, when what was chosen is no row's key: Django fails on that."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(possible_keys(chosen)) < len(chosen):
            return None
        return super().response_action(request, queryset)


class PictureAdmin(ListAdmin):
    """Whatever changes goes through the services."""

    # What goes when one of these is deleted.
    deletes: tuple[str, ...]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is no form for it: pictures are imported or uploaded."""
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


def may(request: HttpRequest, *permissions: str) -> bool:
    """`change_group` and the like."""
    return request.user.has_perms([f"gallery.{name}" for name in permissions])


def possible_keys(values: Iterable[str]) -> list[str]:
    """Those that a row may have. Databases fail on others."""
    return [value for value in values if value.isdecimal() and len(value) < 19]


def page_of(row: Group | Image) -> str:
    return reverse(f"admin:gallery_{row._meta.model_name}_change", args=[row.pk])


def numbers_of(images: QuerySet) -> dict[int, list[int]]:
    """As services take them: `{group: image numbers}`."""
    numbers: dict[int, list[int]] = {}
    for group, number in images.values_list("group__number", "number"):
        numbers.setdefault(group, []).append(number)
    return numbers
