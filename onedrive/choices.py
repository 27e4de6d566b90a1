"""What staff decide: which folders of the drive are followed, and what becomes of
files that could not be imported."""

from django.db.models import QuerySet
from django.utils import timezone

from gallery.exceptions import GroupUnknown
from gallery.files import clean_text
from gallery.models import TITLE_LENGTH, Group
from gallery.querysets import chunks
from gallery.transactions import transacted
from onedrive import ledger
from onedrive.models import DriveFile, DriveFolder, ImportItem, Mirror
from onedrive.sync import SyncUnderWay

Choice = DriveFolder.Choice


class FolderUnknown(Exception):
    """The folder is not in the drive any more."""


@transacted
def folder_choose(*, folder: int, choice: str, group: int | None) -> None:
    """What syncs do with the folder of this key, and the number of the group that
    what is new in it goes to: None for a new one.

    The next sync does what was chosen. Raises FolderUnknown, GroupUnknown, and
    SyncUnderWay while one is at work: it would not know of the choice.
    """
    row = _locked(folder)
    chosen = choice != row.choice
    row.choice = Choice(choice)
    _lead(row, None if group is None else _group(group))
    if chosen and row.choice == Choice.ONCE:
        row.taken = False
    if chosen and row.choice != Choice.IGNORE:
        row.touched = True
        row.files.update(touched=True)
    row.save(update_fields=["choice", "group", "titled", "taken", "touched"])


def _locked(key: int) -> DriveFolder:
    """With its mirror, which a sync writes to before it begins."""
    mirrors = Mirror.objects.select_for_update().filter(folders=key)
    mirror = mirrors.first()
    row = DriveFolder.objects.filter(pk=key, gone=False).first()
    if mirror is None or row is None:
        raise FolderUnknown("This folder is not in OneDrive any more.")
    if mirror.lease and mirror.leased_until and mirror.leased_until > timezone.now():
        raise SyncUnderWay("A sync is at work. Choose again when it has ended.")
    return row


def _group(number: int) -> Group:
    group = Group.objects.numbered(number).first()
    if group is None:
        raise GroupUnknown(f"There is no group {number}.")
    return group


def _lead(row: DriveFolder, group: Group | None) -> None:
    """The group's title follows the folder's name only if it is that name now."""
    if (group and group.pk) == row.group_id:
        return
    same = group is not None and group.title == clean_text(row.name, TITLE_LENGTH)
    row.group, row.titled = group, group.title if group and same else ""


# --- Files that could not be imported ---------------------------------------------


@transacted
def items_retry(*, items: QuerySet[ImportItem]) -> int:
    """Let workers try again at once what nobody has decided on, and what waits for a
    later try; answers how many."""
    wanted = items.undecided() | items.postponed()
    keys = list(wanted.values_list("pk", flat=True))
    return sum(
        ledger.retry(items=ImportItem.objects.filter(pk__in=chunk))
        for chunk in chunks(keys)
    )


@transacted
def items_give_up(*, items: QuerySet[ImportItem]) -> int:
    """Let these failures rest, and earlier ones of the same files, which would stand
    for them otherwise. A sync takes such a file when it changes. Answers how many
    files were given up."""
    keys = sorted(set(items.undecided().values_list("key", flat=True)))
    for chunk in chunks(keys):
        failed = ImportItem.objects.filter(key__in=chunk)
        failed = failed.filter(state=ImportItem.State.FAILED)
        failed.update(state=ImportItem.State.GIVEN_UP)
        DriveFile.objects.filter(key__in=chunk).update(ordered=True)
    return len(keys)
