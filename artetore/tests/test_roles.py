import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission
from django.core.management import call_command

from artetore.roles import CURATOR

pytestmark = pytest.mark.django_db


def may() -> set[str]:
    permissions = Role.objects.get(name=CURATOR).permissions
    return {f"{p.content_type.app_label}.{p.codename}" for p in permissions.all()}


def test_a_curator_may_everything_with_pictures_and_onedrive():
    of_these = Permission.objects.filter(
        content_type__app_label__in=("gallery", "onedrive")
    )
    assert len(may()) == of_these.count()
    assert {
        *("gallery.change_group", "gallery.delete_image"),
        *("onedrive.change_mirror", "onedrive.delete_importitem"),
    } <= may()


def test_a_curator_may_nothing_with_people():
    assert {name.partition(".")[0] for name in may()} == {"gallery", "onedrive"}


def test_migrating_again_gives_what_is_missing_and_takes_what_is_not_theirs():
    role = Role.objects.get(name=CURATOR)
    before = may()
    role.permissions.set(Permission.objects.filter(codename="change_user"))
    call_command("migrate", verbosity=0)
    assert may() == before
    Role.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert may() == before
    assert Role.objects.count() == 1
