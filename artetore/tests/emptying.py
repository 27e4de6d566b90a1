"""The database as migrations leave it, after each test with transactions of its own.

Django would ask about every content type, permission and role there is, and make each
anew; that takes longer than many a test.
"""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import TransactionTestCase

from gallery.apps import make_counters

# What is made by signals when migrations have run; counters count on.
STANDING: tuple[type[Model], ...] = (
    ContentType,
    Permission,
    Group,
    Group.permissions.through,
)


class Emptier:
    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        self._statements = connection.ops.sql_flush(no_style(), tables)
        self._rows = {model: list(model.objects.all()) for model in STANDING}

    def install(self) -> None:
        TransactionTestCase._fixture_teardown = lambda case: self.empty()

    def empty(self) -> None:
        with transaction.atomic():
            connection.ops.execute_sql_flush(self._statements)
            for model, rows in self._rows.items():
                model.objects.bulk_create(rows)
            make_counters("default")
        ContentType.objects.clear_cache()
