"""Which groups visitors see, and on which page.

They see those that have pictures, in rising number. Whoever counts them to find a page,
or looks for the picture that each is shown by, reads the whole gallery. So two things
that follow from other rows are kept beside them:

* `Group.front`: the picture that a group is shown by, its cover or else its first. None
  while it has no picture, and then visitors don't see it.
* `Block.groups`: how many groups with a front are among the `BLOCK` numbers from
  `first` on. A page is found by adding up blocks, and passes over less than one.

Both are written here alone, and counted anew rather than up and down: no mistake lasts.
Every service that adds, moves, reorders or deletes images, chooses covers, or deletes
groups ends with `publish`, within its transaction. Whoever writes such rows without the
services calls `publish_all` afterwards. `check_gallery` says where they are wrong.
"""

from bisect import bisect_left, bisect_right
from collections import Counter as Tally
from collections.abc import Iterable
from itertools import accumulate

from django.db.models import F, Q

from gallery.models import Block, Counter, Group
from gallery.querysets import CHUNK, GroupQuerySet, chunks
from gallery.transactions import transacted

BLOCK = 250


def page(number: int, size: int) -> list[Group]:
    """Page `number` (from 1) of what visitors see; each group with its `front`.

    Numbers are looked at between two bounds: with one alone, MariaDB may take it for
    cheaper to sort all groups.
    """
    blocks = _blocks()
    firsts, ends = list(blocks), list(accumulate(blocks.values()))
    start = (number - 1) * size
    block = bisect_right(ends, start)
    if block == len(ends):
        return []
    last = min(bisect_left(ends, start + size), len(ends) - 1)
    numbers = firsts[block], firsts[last] + BLOCK - 1
    passed = start - (ends[block] - blocks[firsts[block]])
    shown = Group.objects.with_pictures().filter(number__range=numbers)
    return list(shown.select_related("front")[passed : passed + size])


def count() -> int:
    """How many groups visitors see."""
    return sum(_blocks().values())


def publish(numbers: Iterable[int]) -> None:
    """Raise the revision, and make true again what follows from the images of these
    groups, which may be gone.

    The revision comes first: until the transaction ends, nobody else counts.
    """
    Counter.raise_(Counter.REVISION)
    numbers = sorted(set(numbers))
    for chunk in chunks(numbers):
        _choose_fronts(Group.objects.numbered_any(chunk))
    for first in sorted({_first(number) for number in numbers}):
        _count(first)


@transacted
def publish_all() -> int:
    """The same for the whole gallery, at once; answers how many groups visitors see."""
    Counter.raise_(Counter.REVISION)
    _choose_fronts(Group.objects.all())
    counted = _counted()
    Block.objects.all().delete()
    Block.objects.bulk_create(
        [Block(first=first, groups=groups) for first, groups in counted.items()],
        batch_size=CHUNK,
    )
    return counted.total()


@transacted
def faults() -> list[str]:
    """What `publish_all` would mend, in words. Meanwhile nobody writes."""
    Counter.lock(Counter.REVISION)
    fronts = Group.objects.with_cover_id().exclude(
        Q(front=F("cover_image_id")) | Q(front=None, cover_image_id=None)
    )
    stored, counted = _blocks(), _counted()
    wrong = sorted(
        first
        for first in stored | counted
        if stored.get(first, 0) != counted.get(first, 0)
    )
    return [
        *(f"Group {group.number} is shown by another picture" for group in fronts),
        *(f"The groups from {n} to {n + BLOCK - 1} are counted wrongly" for n in wrong),
    ]


def _blocks() -> dict[int, int]:
    return dict(Block.objects.order_by("first").values_list("first", "groups"))


def _first(number: int) -> int:
    return number - number % BLOCK


def _choose_fronts(groups: GroupQuerySet) -> None:
    groups.with_cover_id().update(front=F("cover_image_id"))


def _count(first: int) -> None:
    numbers = (first, first + BLOCK - 1)
    groups = Group.objects.with_pictures().filter(number__range=numbers).count()
    if not Block.objects.filter(first=first).update(groups=groups):
        Block.objects.create(first=first, groups=groups)


def _counted() -> Tally[int]:
    numbers = Group.objects.with_pictures().values_list("number", flat=True)
    return Tally(_first(number) for number in numbers.iterator())
