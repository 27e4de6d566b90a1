"""Filters of the staff site's lists whose cost and length do not grow."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from gallery.variants import EXTENSIONS

MEGABYTE = 1_000_000


class TextFilter(admin.SimpleListFilter):
    """A field to write in, where links to all values would be too many."""

    template = "gallery/text_filter.html"
    # What of the queryset the text means.
    matching: Callable[..., QuerySet]

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return []

    def has_output(self) -> bool:
        return True

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        without = changelist.get_query_string(remove=[self.parameter_name, PAGE_VAR])
        yield {"without": without, "others": parse_qsl(without.removeprefix("?"))}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return self.matching(queryset, self.value()) if self.value() else queryset


class GroupFilter(TextFilter):
    title = "number of the group"
    parameter_name = "group"

    def matching(self, queryset: QuerySet, text: str) -> QuerySet:
        try:
            return queryset.in_group(int(text))
        except ValueError:
            return queryset.none()


class FolderFilter(TextFilter):
    title = "folder"
    parameter_name = "folder"

    def matching(self, queryset: QuerySet, text: str) -> QuerySet:
        return queryset.filter(folder_name__icontains=text)


class ContentTypeFilter(admin.SimpleListFilter):
    title = "content type"
    parameter_name = "content_type"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [(kind, kind.removeprefix("image/").upper()) for kind in EXTENSIONS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(content_type=self.value()) if self.value() else queryset


class SizeFilter(admin.SimpleListFilter):
    title = "size of the original"
    parameter_name = "megabytes"
    # From so many megabytes to below so many.
    STEPS = ((0, 1), (1, 5), (5, 20), (20, None))

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [
            (str(low), f"{low} to {high} MB" if high else f"{low} MB and more")
            for low, high in self.STEPS
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for low, high in self.STEPS:
            if self.value() == str(low):
                queryset = queryset.filter(size__gte=low * MEGABYTE)
                return queryset.filter(size__lt=high * MEGABYTE) if high else queryset
        return queryset


class TitleFilter(admin.SimpleListFilter):
    title = "title"
    parameter_name = "titled"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("no", "without a title"), ("yes", "with a title")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "no":
            return queryset.filter(title="")
        return queryset.exclude(title="") if self.value() == "yes" else queryset
