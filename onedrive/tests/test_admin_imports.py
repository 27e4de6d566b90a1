"""Imports and their files in the staff site: how they stand, and who sees it."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from gallery.addresses import thumbnail_url
from gallery.models import Group, Image
from gallery.tests.staff_site import change, file, in_list, text
from onedrive import ledger
from onedrive.models import Import
from onedrive.tests.ledgers import taken
from onedrive.tests.pages import words
from onedrive.tests.runs import ITEMS, REASON, RUNS, begun, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def begin(staff):
    return partial(begun, staff)


# --- Lists ------------------------------------------------------------------------


def test_a_run_is_listed_with_how_it_stands(boss, begin):
    run = begin("done1", "done2", "broken", "other")
    [row] = in_list(boss.get(RUNS))
    assert f"Import {run.pk}" in row
    assert "staff staff site 1 open 2 of 4" in row


def test_the_last_run_is_the_first_in_the_list(boss, begin):
    runs = [begin("done1"), begin("broken")]
    rows = in_list(boss.get(RUNS))
    assert f"Import {runs[1].pk}" in rows[0]
    assert f"Import {runs[0].pk}" in rows[1]


def test_what_holds_a_run_up_is_told(boss, begin):
    run = begin("other")
    Import.objects.filter(pk=run.pk).update(reason="Sign in again.", pauses=1)
    assert "Sign in again." in in_list(boss.get(RUNS))[0]
    assert "Held up: Sign in again." in words(boss.get(page_of(run)))


@pytest.mark.parametrize("rows", [3, 60])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # The session, its user, how many, the rows; of runs how they stand, of files
        # their runs and folders, and which are undecided.
        (RUNS, 5),
        (ITEMS, 7),
        (f"{ITEMS}?state=undecided", 7),
    ],
)
def test_queries_of_a_list_do_not_grow(
    boss, begin, staff, django_assert_num_queries, path, queries, rows
):
    for number in range(rows):
        begin(f"broken{number}")
    with django_assert_num_queries(queries):
        assert len(in_list(boss.get(path))) == min(rows, 50)


@pytest.mark.parametrize("rows", [3, 60])
def test_queries_of_a_run_do_not_grow(boss, begin, django_assert_num_queries, rows):
    run = begin(*(f"done{number}" for number in range(rows)), "broken")
    # The session, its user, the run and whose it is, how it and its folders stand,
    # the folders, how many, their groups, the last pictures, what failed and whether
    # that is undecided.
    with django_assert_num_queries(12):
        boss.get(page_of(run))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=undecided", {"broken"}),
        ("state=failed", {"broken"}),
        ("state=done", {"done"}),
        ("state=open", {"later", "other"}),
        ("state=nonsense", set()),
        ("run={run}", {"broken", "done", "later", "other"}),
        ("run=0", set()),
        ("run=x", set()),
        ("run=" + "9" * 30, set()),
        ("run=-1", set()),
        ("q=roke", {"broken"}),
        ("q=Folder+later", {"later"}),
    ],
)
def test_files_are_filtered_and_found(boss, begin, query, found):
    run = begin("broken", "done", "later", "other")
    rows = in_list(boss.get(f"{ITEMS}?{query.format(run=run.pk)}"))
    assert {row.split()[0] for row in rows} == found


def test_a_file_that_failed_says_why(boss, begin):
    begin("broken")
    [row] = in_list(boss.get(f"{ITEMS}?state=undecided"))
    assert row.startswith("broken Folder broken failed " + REASON)
    assert "making the picture" in row


def test_a_file_that_is_done_leads_to_its_picture(boss, begin):
    run = begin("done")
    image = run.items.get().image
    page = text(boss.get(ITEMS))
    assert f'href="{change(image)}"' in page
    assert f'src="{file(image, "thumbnail")}"' in page


def test_what_failed_and_was_ordered_again_waits_for_nobody(boss, begin):
    begin("broken")
    begin("broken")
    assert len(in_list(boss.get(f"{ITEMS}?state=undecided"))) == 1
    assert len(in_list(boss.get(f"{ITEMS}?state=failed"))) == 2


# --- A run ------------------------------------------------------------------------


def test_its_page_leads_to_the_groups_of_its_folders(boss, begin):
    run = begin("done", "broken")
    answer = boss.get(page_of(run))
    link = f'href="/staff/gallery/group/{Group.objects.get().pk}/change/"'
    assert f"{link}>Folder done</a>" in text(answer)
    told = words(answer)
    assert "Folder done Folder done 1 of 1" in told
    assert "Folder broken broken making the picture " + REASON in told


def test_its_progress_is_told_until_it_ends(boss, begin):
    run = begin("done", "other")
    assert "data-open" in text(boss.get(page_of(run, "progress/")))
    for item in ledger.claim(limit=1):
        ledger.settle(item=item, outcome=taken(item))
    progress = text(boss.get(page_of(run, "progress/")))
    assert "data-open" not in progress
    assert "2 of 2" in progress
    for image in Image.objects.all():
        assert f'src="{thumbnail_url(image)}"' in progress


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_it_is_told_when_no_worker_seems_to_be_at_work(boss, begin, state):
    run = begin("one", "two")
    pages = [RUNS, page_of(run), page_of(run, "progress/")]

    def told() -> set[bool]:
        return {"No worker seems" in text(boss.get(page)) for page in pages}

    assert told() == {False}
    past = timezone.now() - timedelta(seconds=16)
    run.items.update(state=state, due=past)
    assert told() == {True}
    assert "Waiting" in text(boss.get(page_of(run)))


@pytest.mark.parametrize("state", ["running", "stored", "done", "failed"])
def test_a_worker_between_two_files_is_at_work(boss, begin, state):
    run = begin("one", "two")
    run.items.update(due=timezone.now() - timedelta(hours=1))
    assert "No worker" in text(boss.get(page_of(run)))
    soon = timezone.now() + timedelta(seconds=30)
    run.items.filter(file_name="one").update(state=state, due=soon)
    page = text(boss.get(page_of(run)))
    assert "No worker" not in page
    assert "Importing" in page


def test_workers_of_celery_are_waited_for_longer(boss, begin, settings):
    settings.CELERY_BROKER_URL = "memory://"
    run = begin("one")
    for seconds, told in ((40, False), (50, True)):
        run.items.update(due=timezone.now() - timedelta(seconds=seconds))
        assert ("No worker" in text(boss.get(page_of(run)))) is told


@pytest.mark.parametrize("part", ["change/", "progress/", "retry/"])
@pytest.mark.parametrize("key", ["0", "9" * 30])
def test_a_run_that_is_none_is_no_fault(boss, part, key):
    method = boss.post if part == "retry/" else boss.get
    answer = method(f"{RUNS}{key}/{part}")
    assert answer.status_code == (302 if part == "change/" else 404)


# --- Who may ----------------------------------------------------------------------


def test_nothing_is_added_edited_or_deleted_by_hand(boss, begin):
    run = begin("broken")
    item = run.items.get()
    for path in (f"{RUNS}add/", f"{ITEMS}add/", f"{RUNS}{run.pk}/delete/"):
        assert boss.get(path).status_code == 403
    assert boss.post(f"{ITEMS}{item.pk}/delete/", {"post": "yes"}).status_code == 403
    assert boss.post(f"{ITEMS}{item.pk}/change/", {}).status_code == 403


def test_who_may_nothing_sees_nothing(clerk, begin):
    run = begin("broken")
    browser = clerk()
    paths = [RUNS, ITEMS, page_of(run), page_of(run, "progress/")]
    for path in paths:
        assert browser.get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "name"), [("", "Files"), ("?state=undecided", "Files that failed")]
)
def test_files_are_called_as_the_menu_calls_them(boss, begin, query, name):
    begin("broken")
    page = boss.get(ITEMS + query)
    assert f"{name} | Artetore ImageHub</title>" in text(page)
    heading = words(page).partition("OneDrive chevron_right ")[2]
    assert heading.startswith(f"{name} {'1 found' if query else ''}".strip())
