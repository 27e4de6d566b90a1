"""Imports in the staff site: how they stand, and what to try again."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.views import ChangeList

from gallery.models import Group, Image
from gallery.querysets import LARGEST_NUMBER
from onedrive.admin_parts import (
    MOST,
    ReadOnlyAdmin,
    link_to,
    note,
    page_of,
    tell_tried,
)
from onedrive.choices import items_retry
from onedrive.models import Import, ImportItem
from onedrive.standing import Standing, nobody_works, standings

FAILURES = 20
ARRIVED = 24


class RunList(ChangeList):
    """Its rows know how they stand, by one query for all that are shown."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = [run.pk for run in self.result_list]
        found = standings(ImportItem.objects.filter(run__in=keys), by="run")
        for run in self.result_list:
            run.standing = found.get(run.pk, Standing())

    def nobody_works(self) -> bool:
        """At any of those that are shown."""
        keys = [run.pk for run in self.result_list if run.standing.open]
        return bool(keys) and nobody_works(ImportItem.objects.filter(run__in=keys))


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ("number", "created", "owner", "origin", "progress", "failed", "why")
    list_select_related = ("owner",)
    list_filter = ("origin", "created")
    search_fields = ("=id", "owner__username")
    ordering = ("-pk",)
    list_before_template = "onedrive/runs.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RunList

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:key>/progress/",
                wrap(self.progress_view),
                name="onedrive_import_progress",
            ),
            path(
                "<int:key>/retry/",
                wrap(require_POST(self.retry_view)),
                name="onedrive_import_retry",
            ),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, unquote(object_id))
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self._state_of(run),
            "opts": self.opts,
            "original": run,
            "title": str(run),
            "folders": _folders(run),
            "more_folders": max(0, run.folders.count() - MOST),
            "failures": _failures(run),
            "may_retry": _may_retry(request) and _has_to_retry(run),
        }
        return TemplateResponse(request, "onedrive/import.html", context)

    def progress_view(self, request: HttpRequest, key: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self._state_of(self._run(key))
        return render(request, "onedrive/progress.html", context)

    def retry_view(self, request: HttpRequest, key: int) -> HttpResponse:
        if not _may_retry(request):
            raise PermissionDenied
        run = self._run(key)
        count = items_retry(items=run.items.all())
        note(request, run, CHANGE, f"Tried again: {count}.")
        tell_tried(request, count)
        return HttpResponseRedirect(page_of(run))

    def _run(self, key: int) -> Import:
        run = Import.objects.filter(pk=key).first() if key <= LARGEST_NUMBER else None
        if run is None:
            raise Http404
        return run

    def _state_of(self, run: Import) -> dict[str, Any]:
        standing = standings(run.items.all(), by="run").get(run.pk, Standing())
        stuck = bool(standing.open) and nobody_works(run.items.all())
        return {
            "run": run,
            "standing": standing,
            "nobody_works": stuck,
            "arrived": _arrived(run),
        }

    @display(description="import", ordering="pk")
    def number(self, run: Import) -> str:
        return str(run)

    @display(description="progress")
    def progress(self, run: Import) -> SafeString:
        standing = run.standing
        return render_to_string(
            "unfold/components/progress.html",
            {
                "title": f"{standing.open} open" if standing.open else "ended",
                "description": standing.told,
                "items": standing.parts(),
                "class": "min-w-32",
            },
        )

    @display(description="failed")
    def failed(self, run: Import) -> SafeString | str:
        if not run.standing.failed:
            return ""
        url = reverse("admin:onedrive_importitem_changelist")
        return format_html(
            '<a class="text-link" href="{}?run={}&state=failed">{}</a>',
            *(url, run.pk, run.standing.failed),
        )

    @display(description="held up by", ordering="reason")
    def why(self, run: Import) -> str:
        return run.reason


def _arrived(run: Import) -> list[Image]:
    """The pictures that came last: those that were in hand last, by an index."""
    done = run.items.filter(state=ImportItem.State.DONE).exclude(image=None)
    items = done.select_related("image").order_by("-due", "-pk")
    return [item.image for item in items[:ARRIVED]]


def _may_retry(request: HttpRequest) -> bool:
    return request.user.has_perm("onedrive.change_import")


def _has_to_retry(run: Import) -> bool:
    items = run.items.all()
    return (items.undecided() | items.postponed()).exists()


Table = dict[str, list]


def _folders(run: Import) -> Table:
    """The first of them, each with how it stands and the group that it fills."""
    folders = list(run.folders.order_by("pk")[:MOST])
    found = standings(ImportItem.objects.filter(folder__in=folders), by="folder")
    numbers = [folder.number for folder in folders if folder.number is not None]
    groups = {group.number: group for group in Group.objects.numbered_any(numbers)}
    rows = []
    for folder in folders:
        standing = found.get(folder.pk, Standing())
        group = link_to(groups.get(folder.number))
        rows.append([folder.name, group, standing.told, standing.failed or ""])
    return {"headers": ["folder", "group", "done", "failed"], "rows": rows}


def _failures(run: Import) -> Table:
    items = run.items.filter(state=ImportItem.State.FAILED).select_related("folder")
    rows = [
        [item.folder.name, item.file_name, item.get_stage_display(), item.reason]
        for item in items.order_by("pk")[:FAILURES]
    ]
    return {"headers": ["folder", "file", "while", "reason"], "rows": rows}
