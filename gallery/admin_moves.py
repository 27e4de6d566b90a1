"""The page on which staff say where the chosen pictures go."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextInputWidget

from gallery.admin_parts import may, numbers_of, page_of
from gallery.exceptions import GalleryError
from gallery.models import TITLE_LENGTH, Group
from gallery.services import images_move

# Pictures that the page shows, of more it says how many; and groups.
MOST = 12


class MoveForm(forms.Form):
    """`to` says which of the page's two forms was sent."""

    group = forms.ModelChoiceField(Group.objects.all(), required=False)
    title = forms.CharField(
        max_length=TITLE_LENGTH, required=False, widget=UnfoldAdminTextInputWidget
    )
    to = forms.ChoiceField(choices=[("group", "group"), ("new", "new group")])

    def clean(self) -> dict[str, Any]:
        to = self.cleaned_data.get("to")
        if to == "group" and not self.cleaned_data.get("group") and not self.errors:
            self.add_error("group", "Choose the group that they move to.")
        if to == "new" and not self.cleaned_data.get("title") and not self.errors:
            self.add_error("title", "Give the new group a title.")
        return self.cleaned_data


def move_page(
    model_admin: ModelAdmin, request: HttpRequest, images: QuerySet
) -> HttpResponse | None:
    """Asks where to; then moves, and answers nothing."""
    form = MoveForm(request.POST if "to" in request.POST else None)
    if form.is_valid() and _move(model_admin, request, images, form.cleaned_data):
        return None
    count, left = images.count(), _only_group(images)
    context = {
        **groups_to_choose(request.POST.get("q", ""), without=left),
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Move images",
        "form": form,
        "images": images[:MOST],
        "count": count,
        "more": count - MOST,
        "without": left,
        "chosen": request.POST.getlist("_selected_action"),
        "across": request.POST.get("select_across", "0"),
        "may_add_group": may(request, "add_group"),
    }
    return TemplateResponse(request, "gallery/move.html", context)


def groups_to_choose(text: str, *, without: Iterable[int | str] = ()) -> dict[str, Any]:
    """For the template of them: those that are found by it, the newest first, and how
    many there are. `without` are keys."""
    groups = Group.objects.found_by(text).exclude(pk__in=without)
    newest = groups.select_related("front").order_by("-number")[:MOST]
    return {"found": text, "groups": newest, "group_count": groups.count()}


def _only_group(images: QuerySet) -> list[int]:
    """The key of the group that all of them are in already, if they are in one."""
    keys = images.order_by("group_id").values_list("group", flat=True).distinct()[:2]
    return list(keys) if len(keys) == 1 else []


def _move(
    model_admin: ModelAdmin,
    request: HttpRequest,
    images: QuerySet,
    wanted: dict[str, Any],
) -> bool:
    new = wanted["to"] == "new"
    if new and not may(request, "add_group"):
        raise PermissionDenied
    keys = list(images.values_list("pk", flat=True))
    numbers = numbers_of(images)
    group = None if new else wanted["group"].number
    try:
        count = images_move(numbers=numbers, group=group, title=wanted["title"])
    except GalleryError as error:
        messages.error(request, str(error))
        return False
    target = Group.objects.filter(images__in=keys).first()
    if not count or target is None:
        messages.info(request, "There was nothing to move.")
        return True
    _log(model_admin, request, numbers, target)
    link = format_html('<a class="underline" href="{}">{}</a>', page_of(target), target)
    messages.success(request, format_html("Moved {} to {}.", _images(count), link))
    return True


def _log(
    model_admin: ModelAdmin,
    request: HttpRequest,
    numbers: dict[int, list[int]],
    target: Group,
) -> None:
    """In the history of each group that images left, and of that which they came to."""
    left = Group.objects.in_bulk(set(numbers) - {target.number}, field_name="number")
    for number, group in left.items():
        told = f"Moved {_images(len(numbers[number]))} to {target}."
        model_admin.log_change(request, group, told)
    count = sum(len(numbers[number]) for number in left)
    source = next(iter(left.values())) if len(left) == 1 else f"{len(left)} groups"
    model_admin.log_change(request, target, f"Got {_images(count)} from {source}.")


def _images(count: int) -> str:
    return f"{count} image{pluralize(count)}"
