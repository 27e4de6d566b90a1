"""The questions that services, views and admin ask."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

# What the databases' columns hold. A larger number is valid and finds nothing.
LARGEST_NUMBER = 2**63 - 1


class NumberedQuerySet(models.QuerySet):
    def numbered(self, number: int) -> Self:
        return self.numbered_any([number])

    def numbered_any(self, numbers: Iterable[int]) -> Self:
        possible = {number for number in numbers if 0 <= number <= LARGEST_NUMBER}
        return self.filter(number__in=possible)


class GroupQuerySet(NumberedQuerySet):
    def with_pictures(self) -> Self:
        """Those that visitors see, in rising number."""
        images = self._images().filter(group=OuterRef("pk"))
        return self.filter(Exists(images)).order_by("number")

    def page(self, number: int, size: int) -> list:
        """Page `number` (from 1) of those with pictures, their covers named."""
        start = (number - 1) * size
        if start > LARGEST_NUMBER - size:
            return []
        return list(self.with_pictures().with_cover_id()[start : start + size])

    def with_cover_id(self) -> Self:
        """`cover_image_id`: the chosen cover, or else the first picture."""
        images = self._images().filter(group=OuterRef("pk"))
        first = images.order_by("position", "number").values("pk")[:1]
        return self.annotate(cover_image_id=Coalesce("cover_id", Subquery(first)))

    def with_image_count(self) -> Self:
        images = self._images().filter(group=OuterRef("pk")).order_by()
        counted = images.values("group").annotate(count=Count("pk")).values("count")
        return self.annotate(image_count=Coalesce(Subquery(counted), 0))

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

    def by_group(self) -> Self:
        """All, group after group in rising number, in the order in which they stand."""
        return self.order_by("group__number", "position", "number")
