"""What people may do, by the role that they are given."""

from typing import Any

from django.apps import apps
from django.apps.registry import Apps

CURATOR = "Curator"
# Whose rows a curator looks after. Never those of people.
CURATED = ("gallery", "onedrive")


def make_curator(using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """The role, with every permission there is on those rows.

    Made anew after each migration: permissions exist only then, and a new table's are
    a curator's too.
    """
    try:
        roles = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:  # migrated back to nothing
        return
    role, _ = roles.get_or_create(name=CURATOR)
    role.permissions.set(permissions.filter(content_type__app_label__in=CURATED))
