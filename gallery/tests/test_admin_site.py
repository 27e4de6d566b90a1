"""The frame of the staff site: its menu, its sign-in, and what its pages may load."""

import re

import pytest

from gallery.tests.staff_site import GROUPS, IMAGES, text

pytestmark = pytest.mark.django_db

USERS = "/staff/accounts/user/"


def test_the_menu_leads_to_what_there_is(boss):
    page = text(boss.get(GROUPS))
    for path in (GROUPS, IMAGES, USERS):
        assert f'<a href="{path}" class=' in page
    assert "Artetore ImageHub" in page


@pytest.mark.parametrize(
    ("path", "title"), [(GROUPS, "Groups"), (IMAGES, "Images"), (USERS, "Users")]
)
def test_lists_are_called_by_what_they_show(boss, path, title):
    assert f"{title} | Artetore ImageHub</title>" in text(boss.get(path))


def test_the_menu_shows_what_one_may_view(client, staff):
    client.force_login(staff, "accounts.backends.StaffBackend")
    page = text(client.get("/staff/"))
    for path in (GROUPS, IMAGES, USERS):
        assert path not in page


@pytest.mark.parametrize("path", ["auth/group/", "axes/accessattempt/"])
def test_tables_that_nobody_looks_after_are_not_there(boss, path):
    assert boss.get(f"/staff/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/staff/login/", "/staff/", GROUPS, f"{USERS}add/"])
def test_pages_load_nothing_from_elsewhere(boss, path):
    if path.endswith("login/"):
        boss.logout()
    page = text(boss.get(path))
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(re.match("/[^/]", address) for address in loaded)
    assert not re.search(r"<script>|\son\w+=", page)


def test_the_staff_site_alone_may_evaluate(client):
    staff, docs, home = (
        client.get(path)["Content-Security-Policy"]
        for path in ("/staff/login/", "/api/docs/", "/")
    )
    assert "script-src 'self' 'unsafe-eval';" in staff
    assert staff.replace(" 'unsafe-eval'", "") == docs
    assert "unsafe-eval" not in docs + home


def test_who_came_to_the_sign_in_directly_goes_on_to_the_index(client, staff):
    page = text(client.get("/staff/login/"))
    [field] = re.findall('<input type="hidden" name="next"[^>]+>', page)
    assert 'value="/staff/"' in field
    assert 'form="login-form"' in field


def test_a_page_that_is_not_there_has_no_empty_frame(boss):
    answer = boss.get("/staff/nope/")
    assert answer.status_code == 404
    assert b"<main>" in answer.content
    assert b"nav-sidebar" not in answer.content


def test_a_list_that_is_asked_for_nonsense_says_so(boss):
    answer = boss.get(f"{IMAGES}?group__number=5")
    assert answer.status_code == 400
    assert b"<h1>Not understood</h1>" in answer.content
