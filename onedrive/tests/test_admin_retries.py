"""In the staff site files are tried again, or given up: how, and who may."""

import re
from functools import partial

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from artetore.tests.browsers import hindrances, opened, sign_in
from conftest import PASSWORD
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


# --- By one click -----------------------------------------------------------------


UNDECIDED = f"{ITEMS}?state=undecided"


def labels(answer):
    return re.findall(r'aria-label="((?:Try again|Give up): [^"]*)"', text(answer))


def press(browser, page, action, **more):
    """A button on the page, by what it and its form send."""
    [form] = re.findall(rf'<form id="{action}"([^>]*)>', text(browser.get(page)))
    found = re.search(r'action="([^"]*)"', form)
    return browser.post(found[1] if found else page, {"action": action, **more})


def test_each_file_has_buttons_for_what_can_be_decided_on_it(boss, begin):
    begin("broken1", "done", "later", "other")
    begin("broken1")
    offered = ["Try again: broken1", "Give up: broken1"]
    assert labels(boss.get(UNDECIDED)) == offered
    assert sorted(labels(boss.get(ITEMS))) == sorted([*offered, "Try again: later"])


def test_a_file_is_decided_on_in_its_row(boss, begin):
    run = begin("broken1", "broken2")
    first, second = run.items.order_by("pk")
    answer = press(boss, UNDECIDED, "try_again", _selected_action=first.pk)
    assert answer["Location"] == UNDECIDED
    assert labels(boss.get(UNDECIDED)) == ["Try again: broken2", "Give up: broken2"]
    page = press(boss, UNDECIDED, "give_up", _selected_action=second.pk)
    assert "Give up 1 file?" in words(page)
    assert f'href="{UNDECIDED}"' in text(page)


def test_a_file_is_decided_on_on_its_page(boss, begin):
    failed, later, done = begin("broken", "later", "done").items.order_by("pk")
    page = f"{ITEMS}{done.pk}/change/"
    assert labels(boss.get(page)) == []
    page = f"{ITEMS}{failed.pk}/change/"
    assert labels(boss.get(page)) == ["Try again: broken", "Give up: broken"]
    asked = press(boss, page, "give_up", _selected_action=failed.pk)
    assert "Give up 1 file?" in words(asked)
    assert press(boss, page, "try_again", _selected_action=failed.pk).status_code == 302
    page = f"{ITEMS}{later.pk}/change/"
    assert labels(boss.get(page)) == ["Try again: later"]
    assert press(boss, page, "try_again", _selected_action=later.pk).status_code == 302
    failed.refresh_from_db()
    later.refresh_from_db()
    assert (failed.state, later.state, later.reason) == ("waiting", "waiting", "")


def test_all_that_failed_are_tried_again_at_once(boss, begin):
    run = begin(*(f"broken{number}" for number in range(60)))
    page = boss.get(UNDECIDED)
    assert "Try all 60 again" in words(page)
    assert "Give up all 60" in words(page)
    assert "Try all" not in words(boss.get(ITEMS))
    answer = act(boss, "try_again", run.items.all()[:1], select_across="1")
    assert "60 files are tried again." in text(answer)
    begin("broken")
    assert "Try all" not in words(boss.get(UNDECIDED))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_buttons_do_so_in_a_browser(browser, live_server, staff, begin):
    staff.is_superuser = True
    staff.save()
    begin("broken1", "broken2", "broken3")
    with opened(browser, live_server.url) as page:
        sign_in(page, "staff", PASSWORD)
        page.goto(UNDECIDED)
        assert hindrances(page) == []
        page.get_by_role("button", name="Try again: broken1").click()
        page.get_by_text("1 file is tried again.").wait_for()
        page.get_by_role("button", name="Give up all 2").click()
        page.get_by_text("Give up 2 files?").wait_for()
        page.get_by_role("link", name="No, take me back").click()
        page.get_by_role("button", name="Try all 2 again").click()
        page.get_by_text("2 files are tried again.").wait_for()
        assert page.faults == []


# --- Who may ----------------------------------------------------------------------


def test_who_may_only_look_decides_nothing(clerk, begin):
    run = begin("broken")
    browser = clerk("view_import", "view_importitem")
    item = run.items.get()
    for page in (ITEMS, f"{ITEMS}{item.pk}/change/"):
        assert labels(browser.get(page)) == []
    assert "Try again" not in text(browser.get(page_of(run)))
    assert browser.post(page_of(run, "retry/")).status_code == 403
    for action in ("try_again", "give_up"):
        act(browser, action, run.items.all(), post="yes")
        assert run.items.get().state == "failed"


def test_who_may_change_tries_again_but_gives_nothing_up(clerk, begin):
    run = begin("broken")
    browser = clerk("change_import", "change_importitem")
    assert labels(browser.get(ITEMS)) == ["Try again: broken"]
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
