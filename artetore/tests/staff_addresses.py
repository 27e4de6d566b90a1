"""Every address of the staff site, with a row behind each, and what they hold."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group as Role
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from artetore.roles import CURATOR
from gallery.models import Image
from onedrive.models import (
    Connection,
    DriveFolder,
    Import,
    ImportFolder,
    ImportItem,
    Mirror,
)

BACKEND = "accounts.backends.StaffBackend"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
# What stands in addresses that is no key of a row.
SAMPLES = {
    "app_label": "gallery",
    "content_type_id": "1",
    "folder": "TESTS!ROOT",
    "kind": "thumbnail",
    "url": "nothing/",
}
# Everything that pages could change by mistake.
WATCHED = ("accounts", "admin", "auth", "gallery", "onedrive")


def curator_of(users: Any, name: str = "curator", password: str | None = None) -> Any:
    user = users.objects.create_user(name, password=password, is_staff=True)
    user.groups.add(Role.objects.get(name=CURATOR))
    return user


def one_of_everything(owner: Any, image: Image) -> dict[str, Any]:
    """Rows that an import and a sync would leave; their keys by their addresses."""
    now = timezone.now()
    connection, _ = Connection.objects.get_or_create(
        user=owner, defaults={"connected_at": now}
    )
    mirror = connection.mirror or Mirror.objects.create()
    mirror.connections.add(connection)
    folder = DriveFolder.objects.create(mirror=mirror, key="key", name="Alps")
    run = Import.objects.create(owner=owner, origin=Import.Origin.STAFF)
    into = ImportFolder.objects.create(run=run, name="Alps", number=image.group.number)
    item = ImportItem.objects.create(
        **{"run": run, "folder": into, "file_id": "id", "key": "key", "due": now},
        **{"file_name": "a.png", "state": "failed", "reason": "It rained."},
    )
    return {
        "accounts/user": owner.pk,
        "gallery/group": image.group.pk,
        "gallery/image": image.pk,
        "onedrive/connection": connection.pk,
        "onedrive/drivefolder": folder.pk,
        "onedrive/import": run.pk,
        "onedrive/importitem": item.pk,
    }


def addresses(keys: dict[str, Any]) -> dict[str, str]:
    """Paths, each with the name of its route."""
    return {_path(route, keys): name or route for route, name in _routes()}


def _routes() -> Iterator[tuple[str, str | None]]:
    resolver = get_resolver()
    [staff] = [part for part in resolver.url_patterns if str(part.pattern) == "staff/"]
    return _under(staff.url_patterns, "staff/")


def _under(patterns: list, above: str) -> Iterator[tuple[str, str | None]]:
    for pattern in patterns:
        route = above + str(pattern.pattern).strip("^$")
        if isinstance(pattern, URLPattern):
            yield route, pattern.name
        else:
            yield from _under(pattern.url_patterns, route)


def _path(route: str, keys: dict[str, Any]) -> str:
    table = "/".join(route.split("/")[1:3])

    def value(found: re.Match) -> str:
        return SAMPLES.get(found[1] or found[2]) or str(keys.get(table, 1))

    return "/" + PARAMETER.sub(value, route)


def contents() -> dict[str, list]:
    """Of all watched tables. When a connection was used last is nothing of value."""
    return {
        model._meta.label: list(
            model.objects.order_by("pk").values_list(
                *(["pk"] if model is Connection else [])
            )
        )
        for label in WATCHED
        for model in apps.get_app_config(label).get_models()
    }
