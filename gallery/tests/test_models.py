"""Counters, the rules that the database holds, and how rows present themselves."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, transaction

from gallery.apps import make_counters
from gallery.models import Counter, Group, Image

pytestmark = pytest.mark.django_db


def test_counters_are_there_from_the_beginning():
    names = list(Counter.objects.order_by("name").values_list("name", flat=True))
    assert names == ["group", "revision"]


@pytest.mark.django_db(transaction=True)
def test_counters_are_there_again_after_a_flush():
    call_command("flush", interactive=False, verbosity=0)
    assert Counter.objects.count() == 2


def test_making_counters_again_changes_none():
    Counter.raise_(Counter.GROUP)
    make_counters(using="default")
    assert Counter.read(Counter.GROUP) == 1


def test_no_counters_are_made_where_their_table_is_gone():
    class NoModels:
        get_model = staticmethod(lambda *names: apps.get_model("gallery", "Absent"))

    make_counters(using="default", apps=NoModels())


def test_a_counter_rises_by_one():
    begun = Counter.read(Counter.REVISION)
    assert Counter.raise_(Counter.REVISION) == begun + 1
    assert Counter.raise_(Counter.REVISION) == begun + 2
    assert Counter.read(Counter.REVISION) == begun + 2


def test_a_missing_counter_says_what_to_do():
    Counter.objects.all().delete()
    with pytest.raises(Counter.DoesNotExist, match="migrate"):
        Counter.raise_(Counter.GROUP)


def test_the_database_refuses_a_second_group_of_a_number():
    Group.objects.create(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Group.objects.create(number=1)


def test_the_database_refuses_a_second_image_of_a_number_in_a_group(added):
    first, second = added(0, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Image.objects.filter(pk=second.pk).update(number=first.number)


def test_the_same_number_may_stand_in_two_groups(added):
    assert added(0)[0].number == added(0)[0].number


def test_groups_and_images_are_called_by_title_or_else_by_number_or_name(added):
    [image] = added(0)
    assert (str(image), str(image.group)) == ("0.png", "Group 1")
    image.title, image.group.title = "Snow", "Alps"
    assert (str(image), str(image.group)) == ("Snow", "Alps")


def test_migrations_are_complete():
    call_command("makemigrations", "gallery", check=True, dry_run=True, verbosity=0)


def test_a_database_made_anew_has_other_revisions_than_the_one_before(db):
    begun = Counter.read(Counter.REVISION)
    make_counters("default")
    assert Counter.read(Counter.REVISION) == begun > 1_700_000_000
