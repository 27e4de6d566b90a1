"""The questions that services, views and admin ask."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

# What the databases' columns hold. A larger number is valid and finds nothing.
LARGEST_NUMBER = 2**63 - 1
# Databases limit the parameters of one statement.
CHUNK = 500


def chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


class NumberedQuerySet(models.QuerySet):
    def one_by_one(self) -> Iterator[Any]:
        """All, in the order of their keys, some read at a time: however long the walk
        takes, it holds neither many rows in memory nor the database."""
        rows = self.order_by("pk")[:CHUNK]
        while found := list(rows):
            yield from found
            rows = self.filter(pk__gt=found[-1].pk).order_by("pk")[:CHUNK]

    def numbered(self, number: int) -> Self:
        return self.numbered_any([number])

    def numbered_any(self, numbers: Iterable[int]) -> Self:
        possible = {number for number in numbers if 0 <= number <= LARGEST_NUMBER}
        return self.filter(number__in=possible)


class GroupQuerySet(NumberedQuerySet):
    def with_pictures(self) -> Self:
        """Those that visitors see, in rising number."""
        return self.filter(front__isnull=False).order_by("number")

    def with_cover_id(self) -> Self:
        """`cover_image_id`: the chosen cover, or else the first picture."""
        images = self._images().filter(group=OuterRef("pk"))
        first = images.order_by("position", "number").values("pk")[:1]
        return self.annotate(cover_image_id=Coalesce("cover_id", Subquery(first)))

    def with_image_count(self) -> Self:
        images = self._images().filter(group=OuterRef("pk")).order_by()
        counted = images.values("group").annotate(count=Count("pk")).values("count")
        return self.annotate(image_count=Coalesce(Subquery(counted), 0))

    def found_by(self, text: str) -> Self:
        """Those that have each word in their title or in a name, title or folder of a
        picture of theirs; or as their number."""
        found = self
        for word in text.split():
            # All pictures are read once, and not once for each group.
            pictures = self._images().filter(_mention(word)).values("group")
            match = Q(title__icontains=word) | Q(pk__in=pictures)
            if _is_number(word):
                match |= Q(number=word)
            found = found.filter(match)
        return found

    def in_turn(self) -> Self:
        """Locked, always in the same order."""
        return self.select_for_update().order_by("number")

    def _images(self) -> "ImageQuerySet":
        return self.model._meta.get_field("images").related_model.objects.all()


class ImageQuerySet(NumberedQuerySet):
    def in_order(self) -> Self:
        return self.order_by("group", "position", "number")

    def in_group(self, number: int) -> Self:
        possible = 0 <= number <= LARGEST_NUMBER
        images = self.filter(group__number=number) if possible else self.none()
        return images.select_related("group").order_by("position", "number")

    def found_by(self, text: str) -> Self:
        """Those that have each word in a name or text of theirs, or as the number of
        their group."""
        found = self
        for word in text.split():
            match = _mention(word)
            if _is_number(word):
                # Not by a join: MariaDB would then sort all rows to show some.
                groups = self.model._meta.get_field("group").related_model.objects
                match |= Q(group__in=groups.filter(number=word).values("pk"))
            found = found.filter(match)
        return found

    def in_groups(self, keys: Iterable[int]) -> Self:
        return self.filter(group__in=keys).select_related("group").by_group()

    def by_group(self) -> Self:
        """All, group after group in rising number, in the order in which they stand."""
        return self.order_by("group__number", "position", "number")


def _mention(word: str) -> Q:
    """Of images."""
    fields = ("name", "title", "caption", "folder_name")
    matches = (Q(**{f"{field}__icontains": word}) for field in fields)
    return reduce(or_, matches)


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) < len(str(LARGEST_NUMBER))
