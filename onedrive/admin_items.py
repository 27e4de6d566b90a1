"""The files of imports in the staff site: how each ended, and what to do about it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from gallery.addresses import thumbnail_url
from gallery.filters import TextFilter
from gallery.querysets import LARGEST_NUMBER
from onedrive.admin_parts import (
    MOST,
    ReadOnlyAdmin,
    note_named,
    page_of,
    tell_tried,
)
from onedrive.choices import items_give_up, items_retry
from onedrive.deciding import Decision, buttons, mark_undecided, open_to
from onedrive.models import ImportItem

State = ImportItem.State
FAILED = "Files that failed"


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list:
        more = [("undecided", "failed, not yet decided on"), ("open", "open")]
        return [*more, *State.choices]

    def queryset(self, request: HttpRequest, items: QuerySet) -> QuerySet:
        if self.value() == "undecided":
            return items.undecided()
        if self.value() == "open":
            return items.open()
        return items.filter(state=self.value()) if self.value() else items


class RunFilter(TextFilter):
    title = "number of the import"
    parameter_name = "run"

    def matching(self, items: QuerySet, text: str) -> QuerySet:
        try:
            key = int(text)
        except ValueError:
            return items.none()
        return items.filter(run=key) if 0 <= key <= LARGEST_NUMBER else items.none()


class FileList(ChangeList):
    """What the menu calls files that failed is called so on its page, too. Its rows
    know what can be decided on them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        mark_undecided(self.result_list)

    @property
    def undecided_alone(self) -> bool:
        return self.params.get(StateFilter.parameter_name) == "undecided"

    def heading(self) -> list[dict[str, str]]:
        if not self.undecided_alone:
            return []
        onedrive = reverse("admin:app_list", args=[self.opts.app_label])
        return [{"title": "OneDrive", "link": onedrive}, {"title": FAILED}]


@admin.register(ImportItem)
class ImportItemAdmin(ReadOnlyAdmin):
    list_display = ("file", "standing", "why", "attempts", "next_try", "of", "picture")
    list_filter = (StateFilter, RunFilter)
    search_fields = ("file_name", "folder__name")
    ordering = ("-pk",)
    actions = ("try_again", "give_up")
    list_before_template = "onedrive/files.html"
    change_form_outer_before_template = "onedrive/file.html"
    fields = (
        *("file_name", "folder", "of", "state", "stage", "reason", "attempts"),
        *("next_try", "settled", "picture"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        # Not by joins: MariaDB would then sort all rows to show some.
        return super().get_queryset(request).prefetch_related("run", "folder", "image")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FileList

    def get_list_display(self, request: HttpRequest) -> tuple:
        """With buttons, for those who may decide."""
        decisions = self._decisions(request)

        @display(description="decide")
        def decide(item: ImportItem) -> SafeString:
            return buttons(item, decisions)

        first, then = self.list_display[:3], self.list_display[3:]
        return (*first, decide, *then) if decisions else self.list_display

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"decisions": self._decisions(request)}
        return super().changelist_view(request, more | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        item = context["original"]
        mark_undecided([item])
        query = "state=undecided" if item.is_undecided else f"run={item.run_id}"
        context["at"] = f"{reverse('admin:onedrive_importitem_changelist')}?{query}"
        context["decisions"] = open_to(item, self._decisions(request))
        return super().render_change_form(request, context, *args, **kwargs)

    def _decisions(self, request: HttpRequest) -> list[Decision]:
        """Those that this person may make."""
        return [(name, told) for _, name, told in self.get_actions(request).values()]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("onedrive.change_importitem")

    def has_give_up_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("onedrive.delete_importitem")

    @admin.action(description="Try again", permissions=["retry"])
    def try_again(self, request: HttpRequest, items: QuerySet) -> None:
        count = items_retry(items=items)
        _note(request, count, CHANGE, "Tried again.")
        tell_tried(request, count)

    @admin.action(description="Give up", permissions=["give_up"])
    def give_up(self, request: HttpRequest, items: QuerySet) -> HttpResponse | None:
        """After a question."""
        if request.POST.get("post"):
            count = items_give_up(items=items)
            _note(request, count, DELETION, "Given up.")
            messages.success(request, f"Given up: {count}.")
            return None
        undecided = items.undecided()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Give up",
            "items": undecided.select_related("folder")[:MOST],
            "count": undecided.count(),
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "onedrive/give_up.html", context)

    @display(description="file", ordering="file_name", header=True)
    def file(self, item: ImportItem) -> list[str]:
        return [item.file_name, item.folder.name]

    @display(
        description="state",
        ordering="state",
        label={
            State.WAITING.value: "info",
            State.RUNNING.value: "info",
            State.STORED.value: "info",
            State.DONE.value: "success",
            State.FAILED.value: "danger",
        },
    )
    def standing(self, item: ImportItem) -> tuple[str, str]:
        short = "stored" if item.state == State.STORED else item.get_state_display()
        return item.state, short

    @display(description="reason", header=True)
    def why(self, item: ImportItem) -> list[str]:
        return [item.reason, item.get_stage_display()]

    @display(description="next try", ordering="due")
    def next_try(self, item: ImportItem) -> Any:
        return item.due if item.state == State.WAITING and item.attempts else None

    @display(description="import", ordering="run")
    def of(self, item: ImportItem) -> SafeString:
        url = page_of(item.run)
        return format_html('<a class="text-link" href="{}">{}</a>', url, item.run_id)

    @display(description="image")
    def picture(self, item: ImportItem) -> SafeString | str:
        if item.image is None:
            return ""
        return format_html(
            '<a href="{}"><img class="rounded-default w-16" src="{}" alt="{}" '
            'loading="lazy"></a>',
            reverse("admin:gallery_image_change", args=[item.image_id]),
            thumbnail_url(item.image),
            item.file_name,
        )


def _note(request: HttpRequest, count: int, flag: int, message: str) -> None:
    """Once, however many they are."""
    files = "1 file" if count == 1 else f"{count} files"
    note_named(request, ImportItem, "", files, flag, message)
