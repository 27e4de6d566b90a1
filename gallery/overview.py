"""What there is in the gallery, told at a glance."""

from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, QuerySet, Sum

from gallery.models import Counter, Group, Image

KEPT_SECONDS = 3600


class Totals(NamedTuple):
    """`size`: bytes of the originals."""

    groups: int
    images: int
    size: int


def totals() -> Totals:
    """Counting reads every row: it is done once for each revision."""
    revision = Counter.read(Counter.REVISION)
    return cache.get_or_set(f"gallery-totals-{revision}", _counted, KEPT_SECONDS)


def newest_groups(count: int) -> QuerySet[Group]:
    """Those with pictures, the newest first, each with its cover and image count."""
    # Covers by a query of their own: with a join MariaDB would sort all groups.
    groups = Group.objects.with_pictures().prefetch_related("front").with_image_count()
    return groups.order_by("-number")[:count]


def _counted() -> Totals:
    images = Image.objects.aggregate(count=Count("pk"), size=Sum("size"))
    return Totals(Group.objects.count(), images["count"], images["size"] or 0)
