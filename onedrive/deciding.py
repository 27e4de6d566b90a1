"""What staff can decide on each file that they see, by one click."""

from collections.abc import Collection, Iterable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from onedrive.models import ImportItem

State = ImportItem.State
# What is decided, as the admin's action is called, and what the button says.
Decision = tuple[str, str]


def mark_undecided(items: Collection[ImportItem]) -> None:
    """`is_undecided` of each, by one query for all of them."""
    failed = [item.pk for item in items if item.state == State.FAILED]
    found = ImportItem.objects.filter(pk__in=failed).undecided()
    undecided = set(found.values_list("pk", flat=True)) if failed else set()
    for item in items:
        item.is_undecided = item.pk in undecided


def open_to(item: ImportItem, decisions: Iterable[Decision]) -> list[Decision]:
    """Of these decisions, those that would do something."""
    postponed = item.state == State.WAITING and bool(item.reason)
    fits = {"give_up": item.is_undecided, "try_again": item.is_undecided or postponed}
    return [decision for decision in decisions if fits[decision[0]]]


def buttons(item: ImportItem, decisions: Iterable[Decision]) -> SafeString:
    """Of forms that stand elsewhere on the page."""
    context = {"item": item, "decisions": open_to(item, decisions)}
    return render_to_string("onedrive/decide.html", context)
