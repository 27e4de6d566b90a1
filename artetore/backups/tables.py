"""The rows of a backup: which tables, out of a database as it is at one moment, and
into another, whatever databases they are."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import IO, Any

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

# Made by `migrate`, or of use where they were made only: sign-ins and lock-outs.
LEFT_APPS = ("axes", "contenttypes", "sessions")
LEFT_MODELS = ("auth.permission",)
# Rows that `migrate` makes, or that follow from others: a gallery with these is empty.
NOT_COUNTED = ("auth.group", "gallery.block", "gallery.counter")
CHUNK = 500

# A transaction that sees everything as it was at its first question, and lets others
# write. Django's own would take SQLite's one lock, and on MySQL see what others commit.
SNAPSHOT = {
    "sqlite": ["BEGIN DEFERRED"],
    "mysql": [
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    ],
}


class Exact(DjangoJSONEncoder):
    """Django's own cuts times to milliseconds."""

    def default(self, value: Any) -> Any:
        if isinstance(value, datetime | time):
            return value.isoformat()
        return super().default(value)


def tables() -> dict[str, type[Model]]:
    """By labels such as `gallery.image`, each after those whose rows it names by what
    they are called."""
    kept = [
        (config, [model for model in config.get_models() if _is_kept(model)])
        for config in apps.get_app_configs()
    ]
    models = serializers.sort_dependencies([pair for pair in kept if pair[1]])
    return {model._meta.label_lower: model for model in models}


def _is_kept(model: type[Model]) -> bool:
    meta = model._meta
    kept = meta.app_label not in LEFT_APPS and meta.label_lower not in LEFT_MODELS
    return kept and meta.managed and not meta.proxy


def migrations() -> dict[str, list[str]]:
    """Those applied, by app, of the apps whose tables are kept."""
    found: dict[str, list[str]] = {
        model._meta.app_label: [] for model in tables().values()
    }
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        if app in found:
            found[app].append(name)
    return found


def filled() -> list[str]:
    """What somebody has put in, such as "3 images"."""
    counts = [
        (model._base_manager.count(), model._meta)
        for label, model in tables().items()
        if label not in NOT_COUNTED
    ]
    return [
        f"{count:,} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
        for count, meta in counts
        if count
    ]


# --- Out --------------------------------------------------------------------------


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read within is of one moment; nobody waits for it."""
    with connection.cursor() as cursor:
        for statement in SNAPSHOT[connection.vendor]:
            cursor.execute(statement)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def rows(model: type[Model]) -> Iterator[Model]:
    """All, in the order of their keys, some read at a time."""
    ordered = model._base_manager.order_by("pk")
    found = list(ordered[:CHUNK])
    while found:
        yield from found
        found = list(ordered.filter(pk__gt=found[-1].pk)[:CHUNK])


def dump(model: type[Model], file: IO[bytes]) -> None:
    """Add a line for each row.

    Keys stay as they are, but for those of permissions and people, which are named.
    """
    text = io.TextIOWrapper(file, encoding="utf-8", write_through=True)
    serializers.serialize(
        "jsonl", rows(model), stream=text, cls=Exact, use_natural_foreign_keys=True
    )
    text.detach()


# --- In ---------------------------------------------------------------------------


def empty() -> None:
    """Remove all rows, in a transaction in which nothing checks what names what."""
    with connection.cursor() as cursor:
        for model in tables().values():
            links = [field.remote_field.through for field in model._meta.many_to_many]
            for each in (*links, model):
                name = connection.ops.quote_name(each._meta.db_table)
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608


def load(model: type[Model], lines: Iterable[bytes]) -> None:
    """Insert the row of each line. Raises DeserializationError, or what the database
    says of a row that does not fit."""
    for found in serializers.deserialize("jsonl", lines):
        if type(found.object) is not model:
            raise serializers.base.DeserializationError(
                f"a row of {found.object._meta.label_lower}"
            )
        found.save(force_insert=True)
