"""Images in the staff site: where they came from, and fetching them anew."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from artetore.tests.staff_addresses import BACKEND, curator_of
from conftest import png
from gallery.models import Image
from gallery.services import image_update, images_add, picture_store
from gallery.tests.staff_site import IMAGES, call, change, text
from onedrive.models import Connection, DriveImage, Import
from onedrive.refreshing import images_refresh
from onedrive.sync import sync
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def boss(client, staff):
    staff.is_superuser = True
    staff.save()
    client.force_login(staff, BACKEND)
    return client


@pytest.fixture
def alps(standin, tree, staff, connection):
    """Two pictures that came from a folder of the drive."""
    standin.seed(tree({"Alps": ["a.png", "b.png"]}))
    sync(owner=staff)
    Worker().run()
    return list(Image.objects.in_group(1))


@pytest.fixture
def uploaded(db, tmp_path):
    path = tmp_path / "u.png"
    path.write_bytes(png(70))
    [image] = images_add(group=None, images=[picture_store(path=path, name="u.png")])
    return image


def refresh(*images):
    return {"action": "refresh", "_selected_action": [image.pk for image in images]}


def test_a_picture_says_where_it_is_in_onedrive(boss, alps, uploaded):
    source = DriveImage.objects.get(image=alps[0])
    page = text(boss.get(change(alps[0])))
    assert source.web_url.startswith("http")
    assert f'href="{source.web_url}" target="_blank" rel="noopener noreferrer"' in page
    assert "It did not come from OneDrive." in text(boss.get(change(uploaded)))


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", " https://x.test"])
def test_an_address_that_is_none_is_no_link(boss, alps, address):
    DriveImage.objects.update(web_url=address)
    page = text(boss.get(change(alps[0])))
    assert "which tells no address" in page
    assert "javascript:alert" not in page


def test_pictures_are_fetched_anew(boss, alps, standin, shelf):
    first, second = alps
    image_update(group=1, image=1, title="Peak")
    folder = standin.store.at(standin.home, "Alps")
    shelf.file("a.png", png(99), folder)

    answer = boss.post(IMAGES, refresh(first))

    run = Import.objects.latest("pk")
    assert answer["Location"] == f"/staff/onedrive/import/{run.pk}/change/"
    assert LogEntry.objects.get().object_id == str(run.pk)
    Worker(runs=[run.pk]).run()
    fresh = Image.objects.get(pk=first.pk)
    assert fresh.sha256 != first.sha256
    assert (fresh.number, fresh.title, fresh.group) == (1, "Peak", first.group)
    assert Image.objects.get(pk=second.pk).sha256 == second.sha256


def test_they_are_fetched_from_a_groups_page_too(boss, alps):
    boss.post(call(alps[0].group, "chosen"), refresh(*alps))
    assert Import.objects.latest("pk").items.count() == 2


def test_a_file_that_is_gone_is_named_and_its_picture_stays(boss, alps, standin):
    store = standin.store
    store.delete(store.at(standin.home, "Alps/a.png").id)
    boss.post(IMAGES, refresh(*alps))
    run = Import.objects.latest("pk")
    Worker(runs=[run.pk]).run()
    failed = run.items.get(state="failed")
    assert failed.file_name == "a.png"
    assert failed.reason
    assert Image.objects.count() == 2


def test_what_did_not_come_from_onedrive_orders_nothing(boss, alps, uploaded):
    before = Import.objects.count()
    answer = boss.post(IMAGES, refresh(uploaded), follow=True)
    assert "None of these came from OneDrive" in text(answer)
    assert Import.objects.count() == before


def test_how_many_did_not_come_from_onedrive_is_said(boss, alps, uploaded):
    answer = boss.post(IMAGES, refresh(*alps, uploaded), follow=True)
    told = "1 of these did not come from OneDrive and stays as it is."
    assert told in text(answer)
    assert Import.objects.latest("pk").items.count() == 2


def test_of_those_that_all_came_from_onedrive_only_their_number_is_said(boss, alps):
    answer = boss.post(IMAGES, refresh(*alps), follow=True)
    assert "Fetching 2 pictures anew." in text(answer)
    assert "did not come from OneDrive" not in text(answer)


def test_a_picture_without_a_source_does_not_offer_it(boss, alps, uploaded):
    assert "Refresh from OneDrive" in text(boss.get(change(alps[0])))
    assert "Refresh from OneDrive" not in text(boss.get(change(uploaded)))


def test_what_is_on_its_way_is_not_ordered_twice(alps, staff):
    assert images_refresh(owner=staff, images=Image.objects.filter(number=1))
    run = images_refresh(owner=staff, images=Image.objects.all())
    assert [item.file_name for item in run.items.all()] == ["b.png"]
    assert images_refresh(owner=staff, images=Image.objects.all()) is None


def test_who_is_not_connected_is_told_so(boss, alps):
    Connection.objects.update(state=Connection.State.NEEDS_CONSENT)
    before = Import.objects.count()
    answer = boss.post(IMAGES, refresh(*alps), follow=True)
    assert "Connect your OneDrive</a> first." in text(answer)
    assert Import.objects.count() == before


def test_refreshing_needs_permission(client, alps, django_user_model):
    user = curator_of(django_user_model)
    client.force_login(user, BACKEND)
    assert "Refresh from OneDrive" in text(client.get(change(alps[0])))
    user.groups.clear()
    mine = ["view_image", "change_image", "view_group"]
    user.user_permissions.set(Permission.objects.filter(codename__in=mine))
    assert "Refresh from OneDrive" not in text(client.get(change(alps[0])))
    before = Import.objects.count()
    client.post(IMAGES, refresh(*alps))
    assert Import.objects.count() == before
