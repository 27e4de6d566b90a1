"""Imports as the staff site shows them: runs of which some files came, others not."""

from typing import Any

from onedrive import ledger
from onedrive.models import Import, ImportItem
from onedrive.orders import FileOrder, FolderOrder
from onedrive.outcomes import Failure, Kind
from onedrive.tests.ledgers import taken

RUNS = "/staff/onedrive/import/"
ITEMS = "/staff/onedrive/importitem/"
REASON = "Half of it is missing."


def begun(owner: Any, *names: str) -> Import:
    """A run of files in folders of one each: those named `done*` are taken, `broken*`
    are refused, `later*` are put off, others wait."""
    orders = [
        FolderOrder(f"Folder {name}", None, (FileOrder(f"T!{name}", name),))
        for name in names
    ]
    run = ledger.start(owner=owner, orders=orders, origin=Import.Origin.STAFF)
    for item in ledger.claim(limit=len(names), runs=[run.pk]):
        settle(item)
    return run


def settle(item: ImportItem) -> None:
    if item.file_name.startswith("done"):
        ledger.settle(item=item, outcome=taken(item))
    elif item.file_name.startswith("broken"):
        stage = ImportItem.Stage.PICTURE
        ledger.settle(item=item, outcome=Failure(stage, REASON))
    elif item.file_name.startswith("later"):
        stage = ImportItem.Stage.DOWNLOAD
        outcome = Failure(stage, "It rained.", Kind.POSTPONED)
        ledger.settle(item=item, outcome=outcome)
    else:
        ledger.release(items=[item])


def page_of(run: Import, part: str = "change/") -> str:
    return f"{RUNS}{run.pk}/{part}"
