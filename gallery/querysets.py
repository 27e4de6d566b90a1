"""The questions that views and admin ask."""

from django.db import models


class GroupQuerySet(models.QuerySet):
    def with_pictures(self) -> "GroupQuerySet":
        return self.filter(images__isnull=False).distinct()


class ImageQuerySet(models.QuerySet):
    pass
