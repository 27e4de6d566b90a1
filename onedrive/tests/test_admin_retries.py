"""In the staff site files are tried again, or given up: how, and who may."""

from functools import partial

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from gallery.tests.staff_site import text
from onedrive.tests.pages import words
from onedrive.tests.runs import ITEMS, begun, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def begin(staff):
    return partial(begun, staff)


def test_what_failed_or_was_put_off_is_tried_again(boss, begin):
    assert "Try again" not in text(boss.get(page_of(begin("done", "other"))))
    run = begin("broken", "later", "done")
    assert "Try again" in text(boss.get(page_of(run)))
    answer = boss.post(page_of(run, "retry/"), follow=True)
    assert answer.redirect_chain == [(page_of(run), 302)]
    assert "2 files are tried again." in text(answer)
    assert run.items.ready(timezone.now()).count() == 2
    assert LogEntry.objects.get().change_message == "Tried again: 2."
    assert "nothing to try again" in text(
        boss.post(page_of(begin("done"), "retry/"), follow=True)
    )


# --- Deciding on files ------------------------------------------------------------


def act(browser, action, items, **more):
    form = {"action": action, "_selected_action": [item.pk for item in items], **more}
    return browser.post(f"{ITEMS}?state=undecided", form, follow=True)


def test_chosen_files_are_tried_again(boss, begin):
    run = begin("broken1", "broken2")
    answer = act(boss, "try_again", run.items.filter(file_name="broken1"))
    assert "1 file is tried again." in text(answer)
    states = dict(run.items.values_list("file_name", "state"))
    assert states == {"broken1": "waiting", "broken2": "failed"}
    assert str(LogEntry.objects.get()) == "Changed “1 file” — Tried again."


def test_files_are_given_up_after_a_question(boss, begin):
    run = begin("broken1", "broken2")
    chosen = run.items.filter(file_name="broken1")

    page = words(act(boss, "give_up", chosen))
    assert "Give up 1 file?" in page
    assert "Folder broken1/broken1" in page
    assert run.items.count() == 2

    answer = act(boss, "give_up", list(chosen), post="yes")
    assert "Given up: 1." in text(answer)
    states = dict(run.items.values_list("file_name", "state"))
    assert states == {"broken1": "given_up", "broken2": "failed"}
    assert LogEntry.objects.get().change_message == "Given up."


def test_what_is_done_is_not_given_up(boss, begin):
    run = begin("done")
    assert "None of these" in text(act(boss, "give_up", run.items.all()))
    act(boss, "give_up", run.items.all(), post="yes")
    assert run.items.count() == 1


# --- Who may ----------------------------------------------------------------------


def test_who_may_only_look_decides_nothing(clerk, begin):
    run = begin("broken")
    browser = clerk("view_import", "view_importitem")
    assert "Try again" not in text(browser.get(page_of(run)))
    assert browser.post(page_of(run, "retry/")).status_code == 403
    for action in ("try_again", "give_up"):
        act(browser, action, run.items.all(), post="yes")
        assert run.items.get().state == "failed"


def test_who_may_change_tries_again_but_gives_nothing_up(clerk, begin):
    run = begin("broken")
    browser = clerk("change_import", "change_importitem")
    act(browser, "give_up", run.items.all(), post="yes")
    assert run.items.count() == 1
    act(browser, "try_again", run.items.all())
    assert run.items.get().state == "waiting"


def test_trying_again_is_a_post_with_a_token(begin, admin_user):
    from django.test import Client

    run = begin("broken")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(admin_user, "accounts.backends.StaffBackend")
    assert browser.get(page_of(run, "retry/")).status_code == 405
    assert browser.post(page_of(run, "retry/")).status_code == 403
    assert run.items.get().state == "failed"
