"""The first page of the staff site."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from artetore.tests.staff_addresses import BACKEND
from gallery.models import Group
from gallery.tests.staff_site import text
from onedrive import auth
from onedrive.models import Connection, Import
from onedrive.tests.ledgers import begin, claim, fail, order, pass_time, take_all

pytestmark = pytest.mark.django_db

HOME = "/staff/"


@pytest.fixture
def home(client, staff):
    """The page, as its viewer, who may do everything, sees it."""
    staff.is_superuser = True
    staff.save()
    client.force_login(staff, BACKEND)
    return lambda: text(client.get(HOME))


@pytest.fixture
def look(home, client):
    """The part that asks how a connection stands."""
    return lambda key: client.get(f"/staff/onedrive/connection/{key}/standing/")


def connected(user, **columns) -> Connection:
    columns = {"account_name": f"{user}@example.org"} | columns
    return Connection.objects.create(user=user, connected_at=timezone.now(), **columns)


# --- Connections ------------------------------------------------------------------


def test_the_page_does_not_ask_onedrive_and_the_part_in_it_does(
    home, look, connection, calls
):
    before = calls()
    page = home()
    assert "OneDrive of ines@example.org" in page
    assert "5.0\xa0GB" not in page
    assert calls() == before
    assert f'hx-get="/staff/onedrive/connection/{connection.pk}/standing/"' in page

    assert "of 5.0\xa0GB" in text(look(connection.pk))

    assert calls() == before + 1
    assert "of 5.0\xa0GB" in home()


def test_what_was_just_read_is_not_asked_for_again(look, connection, calls):
    look(connection.pk)
    before = calls()
    assert "of 5.0\xa0GB" in text(look(connection.pk))
    assert calls() == before


def test_without_an_answer_what_was_read_before_is_shown(
    home, look, connection, nowhere
):
    look(connection.pk)
    hour = timedelta(hours=1)
    Connection.objects.update(storage_read=timezone.now() - hour)
    nowhere()
    assert "of 5.0\xa0GB" in home()
    part = text(look(connection.pk))
    assert "OneDrive did not answer" in part
    assert "go on by themselves" in part
    assert "of 5.0\xa0GB" in part


def test_a_consent_that_is_over_is_told_with_a_way_out(home, staff):
    connected(staff, state="needs_consent", reason="Microsoft asks for a new sign-in.")
    page = home()
    assert "needs consent" in page
    assert "Microsoft asks for a new sign-in." in page
    assert "/staff/onedrive/connect/" in page
    assert "standing/" not in page


def test_a_consent_that_ends_meanwhile_is_told(look, expired, standin):
    standin.identity.revoke_all()
    part = text(look(expired.pk))
    assert "needs consent" in part
    assert "/staff/onedrive/connect/" in part


def test_a_pause_is_told(home, staff):
    connected(staff, paused_until=timezone.now() + timedelta(minutes=5))
    assert "OneDrive asked for a pause until" in home()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, "connected"),
        ({"state": "needs_consent"}, "needs consent"),
        ({"paused_until": timezone.now() + timedelta(hours=1)}, "paused"),
    ],
)
def test_a_connection_is_called_the_same_wherever_it_is_seen(
    look, client, connection, nowhere, columns, told
):
    """Whether OneDrive answers or not."""
    Connection.objects.update(**columns)
    nowhere()
    label = re.compile(
        r"<span [^>]*text-\[11px\] uppercase[^>]*>\s*([\w ]+?)\s*</span>"
    )
    card = text(look(connection.pk))
    rows = text(client.get("/staff/onedrive/connection/")).partition("result_list")[2]
    assert label.findall(card) == label.findall(rows) == [told]


def test_one_sees_ones_own_connection_first_and_is_offered_one(
    home, staff, django_user_model
):
    for number in range(4):
        connected(django_user_model.objects.create_user(f"user{number}"))
    page = home()
    assert "You have not connected a OneDrive" in page
    assert "the gallery follows OneDrive of user0@example.org" in page
    Connection.objects.update(connected_at=timezone.now() + timedelta(days=1))
    connected(staff)
    page = home()
    assert "You have not connected" not in page
    assert page.index("OneDrive of staff@") < page.index("OneDrive of user")
    assert page.count("OneDrive of ") == 3


def test_before_anybody_has_connected_no_onedrive_is_said_to_be_followed(home):
    page = home()
    assert "You have not connected a OneDrive" in page
    assert "follows" not in page


def test_another_account_has_another_storage(staff, look, connection, consent):
    look(connection.pk)
    assert Connection.objects.get().storage_total
    auth.connect(user=staff, code=consent())
    assert Connection.objects.get().storage_total is None


@pytest.mark.parametrize("key", ["99", "9" * 40])
def test_there_is_no_part_of_no_connection(look, key):
    assert look(key).status_code == 404


# --- Imports ----------------------------------------------------------------------


def test_imports_are_told_with_their_folders_and_how_far_they_are(home, staff):
    begin(staff, order("a", "b"), order("c", folder="Sea"))
    take_all(claim(2).values())
    page = home()
    assert "Alps and 1 more" in page
    assert "2 of 3" in page
    assert 'hx-trigger="every 2s"' in page


def test_what_is_at_work_is_shown_however_old_it_is(home, staff):
    oldest = begin(staff, order("old"))
    for number in range(8):
        run = begin(staff, order(f"new{number}"))
        take_all(claim(run=run).values())
    page = home()
    assert f'id="import-{oldest.pk}"' in page
    assert page.count("/import/") - page.count("/import/?") >= 6


def test_where_nothing_is_at_work_the_page_does_not_look_again(home, staff):
    begin(staff, order("a"))
    take_all(claim().values())
    assert "every 2s" not in home()


def test_it_is_told_when_nobody_works(home, staff):
    begin(staff, order("a"))
    page = home()
    assert "No worker seems" not in page
    assert "At work since" in page
    Import.objects.get().items.update(due=timezone.now() - timedelta(seconds=16))
    page = home()
    assert "No worker seems to be running" in page
    assert "Waiting since" in page


def test_files_that_failed_are_named_until_somebody_decides(home, staff):
    begin(staff, order("a.png"), retries=False)
    fail(claim()["a.png"], reason="It rained.")
    page = home()
    assert "1 file failed" in page
    assert "Alps/a.png" in page
    assert "It rained." in page
    begin(staff, order("a.png"))
    assert "file failed" not in home()


# --- Many -------------------------------------------------------------------------


@pytest.mark.parametrize("many", [2, 12])
def test_queries_do_not_grow(
    home, client, staff, django_user_model, django_assert_num_queries, many
):
    for number in range(many):
        begin(staff, order(f"{number}", f"failed{number}"), retries=False)
        begin(staff, order(f"open{number}"))
        connected(django_user_model.objects.create_user(f"user{number}"))
    for name, item in claim(3 * many).items():
        if name.startswith("failed"):
            fail(item)
        elif not name.startswith("open"):
            take_all([item])
    pass_time()
    home()
    # The session and its user. The revision, the wall and its covers. Connections,
    # one's own, the one that is followed. Imports at work, the last ones, how they
    # stand, whether somebody works. Files that failed, how many, their folders. What
    # one has done.
    with django_assert_num_queries(16):
        client.get(HOME)
    assert Group.objects.count() == many
