"""The page from which staff make the gallery equal to their OneDrive."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from conftest import png
from gallery.models import Image
from gallery.services import images_delete
from gallery.tests.rows import shown
from gallery.tests.staff_site import file, text
from onedrive import auth, staff_sync
from onedrive.models import Connection, DriveFolder, Import, Mirror
from onedrive.standin.faults import Fault
from onedrive.sync import plan_sync
from onedrive.tests.pages import words
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/staff/onedrive/sync/"


@pytest.fixture
def boss(client, staff):
    """The one whose OneDrive it is, who may do everything."""
    staff.is_superuser = True
    staff.save()
    client.force_login(staff, "accounts.backends.StaffBackend")
    return client


def digest(answer):
    [found] = re.findall('name="digest" value="([^"]*)"', text(answer))
    return found


# --- Looking ----------------------------------------------------------------------


def test_it_tells_when_the_drive_was_read_and_applied(boss, filled):
    Mirror.objects.update(
        read=timezone.now() - timedelta(hours=2),
        applied=timezone.now() - timedelta(days=3),
    )
    told = words(boss.get(PAGE))
    assert "OneDrive of " in told
    assert "Last read 2 hours ago, last applied 3 days ago." in told


def test_it_tells_of_a_moment_ago_in_words_that_people_say(boss, filled):
    Mirror.objects.update(read=timezone.now() - timedelta(seconds=62))
    assert "Last read a minute ago, " in words(boss.get(PAGE))


def test_before_the_first_time_it_says_so(boss, connection):
    assert "Never read yet, never applied yet." in words(boss.get(PAGE))


def test_looking_shows_what_would_be_done_and_does_nothing(boss, filled, at, shelf):
    before = shown()
    image = Image.objects.get(name="a.png")
    filled.update(at("Alps/a.png").id, name="peak.png")
    filled.update(at("Alps/b.png").id, parent_id=at("Sea").id)
    filled.update(at("Sea").id, name="Ocean")
    shelf.file("c.png", png(90), at("Ocean"))
    shelf.file("new.png", png(91), at("Alps"))

    answer = boss.post(PAGE)

    told = words(answer)
    for line in (
        "Alps/new.png",
        "Ocean/c.png",
        "Alps/peak.png was Alps/a.png",
        "Ocean/b.png was group Alps",
        "Groups renamed 1 Ocean was Sea",
        "Passed over, as no pictures 1 Ocean/note.txt",
    ):
        assert line in told
    assert f'src="{file(image, "thumbnail")}"' in text(answer)
    assert shown() == before
    assert digest(answer)


def test_nothing_to_do_is_told_kindly(boss, filled):
    answer = boss.post(PAGE)
    assert "Nothing to do" in words(answer)
    assert 'name="digest"' not in text(answer)


def test_what_is_not_as_in_onedrive_is_not_called_equal(boss, filled):
    """One picture was deleted here, the folder of another is not followed."""
    group = Image.objects.get(name="a.png").group.number
    images_delete(numbers={group: [Image.objects.get(name="a.png").number]})
    DriveFolder.objects.filter(name="Sea").update(choice="ignore")
    told = words(boss.post(PAGE))
    assert "Nothing to do." in told
    assert "deleted or replaced here, and folders that are not followed, stay" in told
    assert "equals" not in told


def test_of_many_lines_it_is_said_how_many_more(boss, filled, at, shelf, monkeypatch):
    monkeypatch.setattr(staff_sync, "MOST", 2)
    for number in range(5):
        shelf.file(f"new-{number}.png", png(90 + number), at("Sea"))
    told = words(boss.post(PAGE))
    assert "Added 5 Sea/new-0.png Sea/new-1.png And 3 more." in told


# --- Applying ---------------------------------------------------------------------


def test_applying_leads_to_the_import(boss, filled, at, shelf):
    shelf.file("new.png", png(90), at("Sea"))
    answer = boss.post(PAGE, {"digest": digest(boss.post(PAGE))})
    run = Import.objects.latest("pk")
    assert answer["Location"] == f"/staff/onedrive/import/{run.pk}/change/"
    assert "equal to OneDrive" in LogEntry.objects.get().change_message
    assert "What is new is being fetched." in words(boss.get(answer["Location"]))
    Worker().run()
    assert shown()["Sea"] == ["c.png", "new.png"]


def test_what_needs_no_fetching_is_done_at_once(boss, filled, at):
    filled.update(at("Sea").id, name="Ocean")
    form = {"digest": digest(boss.post(PAGE))}
    answer = boss.post(PAGE, form, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Applied. Renamed: 1. Groups renamed: 1." in words(answer)
    assert "Ocean" in shown()


def test_what_was_removed_is_told(boss, filled, at):
    filled.delete(at("Alps").id)
    form = {"digest": digest(boss.post(PAGE)), "allow_removals": "on"}
    answer = boss.post(PAGE, form, follow=True)
    assert "Applied. Removed: 2. Folders gone: 1." in words(answer)


def test_another_plan_is_shown_and_not_applied(boss, filled, at, shelf):
    shelf.file("new.png", png(90), at("Sea"))
    first = digest(boss.post(PAGE))
    shelf.file("newer.png", png(91), at("Sea"))

    answer = boss.post(PAGE, {"digest": first})

    assert "nothing was done" in words(answer)
    assert "Sea/newer.png" in words(answer)
    assert Import.objects.count() == 1
    assert boss.post(PAGE, {"digest": digest(answer)}).status_code == 302
    assert Import.objects.count() == 2


@pytest.mark.parametrize("wrong", ["", "none", "x" * 5000])
def test_no_plan_is_applied_unseen(boss, filled, at, shelf, wrong):
    shelf.file("new.png", png(90), at("Sea"))
    assert "nothing was done" in words(boss.post(PAGE, {"digest": wrong}))
    assert Import.objects.count() == 1


def test_too_much_goes_only_when_it_is_allowed(boss, filled, at):
    filled.delete(at("Alps").id)
    answer = boss.post(PAGE)
    assert "2 of 3 pictures would be removed." in words(answer)
    assert "more than 25 percent" in words(answer)

    form = {"digest": digest(answer)}
    assert "none was removed" in words(boss.post(PAGE, form, follow=True))
    assert set(shown()) == {"Alps", "Sea"}

    form = {"digest": digest(boss.post(PAGE)), "allow_removals": "on"}
    boss.post(PAGE, form)
    assert set(shown()) == {"Sea"}


def test_little_may_go_without_a_question(boss, filled, at, settings):
    settings.SYNC_MAX_REMOVED = 50
    filled.delete(at("Alps/a.png").id)
    assert 'name="allow_removals"' not in text(boss.post(PAGE))


# --- What can be in the way -------------------------------------------------------


def test_who_is_not_connected_is_offered_to(boss):
    for answer in (boss.get(PAGE), boss.post(PAGE), boss.post(PAGE, {"digest": "x"})):
        assert "Connect OneDrive" in words(answer)
    assert "Look for changes" not in words(boss.get(PAGE))


@pytest.mark.parametrize("own", [None, "disconnected"])
def test_who_has_none_is_told_whose_onedrive_the_gallery_follows(
    client, other_staff, filled, own
):
    other_staff.is_superuser = True
    other_staff.save()
    if own:
        Connection.objects.create(user=other_staff, connected_at=timezone.now())
        auth.disconnect(user=other_staff)
    client.force_login(other_staff, "accounts.backends.StaffBackend")
    told = words(client.get(PAGE))
    assert "The gallery follows OneDrive of ines@example.org" in told
    assert "Connected by staff. Last read " in told
    assert "You need not do so" in told
    assert "Connect OneDrive" in told


def test_who_has_to_consent_anew_is_told_why(boss, filled):
    Connection.objects.update(state="needs_consent", reason="It was withdrawn.")
    told = words(boss.post(PAGE))
    assert "It was withdrawn." in told
    assert "Connect OneDrive" in told


def test_a_folder_that_is_gone_is_told(boss, filled, standin):
    filled.delete(standin.home.id)
    assert "not in this OneDrive any more." in words(boss.post(PAGE))
    assert set(shown()) == {"Alps", "Sea"}


def test_a_drive_that_refuses_is_told(boss, filled, standin):
    standin.faults.add(Fault(role="graph", path="*/delta", status=403))
    assert "OneDrive does not allow this." in words(boss.post(PAGE))


def test_another_sync_at_work_is_told(boss, filled, staff):
    soon = timezone.now() + timedelta(minutes=1)
    Mirror.objects.update(lease="other", leased_until=soon)
    told = "Another sync of this OneDrive is at work."
    assert told in words(boss.post(PAGE))
    assert told in words(boss.post(PAGE, {"digest": "x"}))


# --- Who may ----------------------------------------------------------------------


def test_who_may_look_may_not_sync(clerk, filled, at, staff, shelf):
    shelf.file("new.png", png(90), at("Sea"))
    plan = plan_sync(owner=staff)
    browser = clerk("view_mirror")
    assert "Look for changes" not in words(browser.get(PAGE))
    assert browser.post(PAGE).status_code == 403
    assert browser.post(PAGE, {"digest": plan.digest()}).status_code == 403
    assert Import.objects.count() == 1


def test_who_may_nothing_sees_nothing(clerk, connection):
    assert clerk().get(PAGE).status_code == 403
    assert PAGE not in text(clerk("view_import").get("/staff/onedrive/import/"))


def test_strangers_are_led_to_the_sign_in(client, db):
    assert client.get(PAGE)["Location"].startswith("/staff/login/")


def test_a_form_from_elsewhere_is_refused(boss, staff, connection):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff, "accounts.backends.StaffBackend")
    assert browser.post(PAGE).status_code == 403
    assert not Mirror.objects.exists()
