import re

import pytest
from django.contrib.auth.models import Group as Role
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db

LOGIN = "/staff/login/"
RIGHT = {"username": "staff", "password": "staff-password"}
WRONG = {"username": "staff", "password": "wrong"}


def test_the_admin_finds_its_login_at_our_page():
    assert reverse("admin:login") == LOGIN


def test_staff_signs_in_and_goes_on(client, staff):
    answer = client.post(f"{LOGIN}?next=/staff/accounts/user/", RIGHT)
    assert (answer.status_code, answer["Location"]) == (302, "/staff/accounts/user/")
    assert client.get("/staff/").status_code == 200


def test_the_page_shows_its_form(client):
    answer = client.get(LOGIN)
    assert answer.status_code == 200
    assert 'name="password"' in answer.content.decode()


def test_who_is_signed_in_is_led_on(client, staff):
    client.force_login(staff, "accounts.backends.StaffBackend")
    assert client.get(LOGIN)["Location"] == reverse("admin:index")


@pytest.mark.parametrize(
    ("username", "password"),
    [("staff", "wrong"), ("visitor", "p"), ("nobody", "p"), ("\x00", "p"), ("", "")],
)
def test_others_stay_outside(client, staff, username, password):
    User.objects.create_user("visitor", password="p")
    answer = client.post(LOGIN, {"username": username, "password": password})
    assert answer.status_code == 200
    assert client.get("/staff/").status_code == 302


@pytest.mark.parametrize("where", ["", "//evil.example", "https://evil.example/"])
def test_who_signs_in_is_led_nowhere_else(client, staff, where):
    answer = client.post(f"{LOGIN}?next={where}", RIGHT | {"next": where})
    assert answer["Location"] == reverse("admin:index")


def test_a_form_from_elsewhere_is_refused(staff):
    answer = Client(enforce_csrf_checks=True).post(LOGIN, RIGHT)
    assert answer.status_code == 403
    assert "This page is too old" in answer.content.decode()


@pytest.mark.parametrize("path", [LOGIN, "/login/"])
def test_a_wrong_password_is_a_line_in_the_log_that_tells_no_secret(
    client, caplog, staff, path
):
    client.post(path, {"username": "a-password-by-mistake", "password": "hush"})
    client.post(path, WRONG)
    lines = [r.getMessage() for r in caplog.records if r.name != "django.request"]
    assert lines == [f"Wrong name or password from 127.0.0.1: {path}"] * 2


def test_a_name_is_locked_by_a_page(client, settings, staff):
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(2):
        client.post(LOGIN, WRONG)

    answer = client.post(LOGIN, RIGHT)

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert answer["Content-Type"].startswith("text/html")
    page = answer.content.decode()
    assert "Try again in 15 minutes." in page
    assert '<a href="/staff/">To the staff site</a>' in page
    assert client.get("/staff/").status_code == 302


def test_the_api_and_the_staff_site_count_together(client, settings, staff):
    settings.AXES_FAILURE_LIMIT = 2
    client.get("/login/", WRONG)
    assert client.post(LOGIN, WRONG).status_code == 429
    assert client.get("/login/", RIGHT).status_code == 429


def test_an_address_is_limited_by_a_page(client, monkeypatch, staff):
    monkeypatch.setattr("accounts.lockout.LoginThrottle.rate", "2/min", raising=False)
    client.post(LOGIN, {"username": "a", "password": "x"})
    client.get("/login/", {"username": "b", "password": "x"})

    answer = client.post(LOGIN, RIGHT)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert "Try again in 1 minute." in answer.content.decode()
    assert client.get(LOGIN).status_code == 200


def test_users_are_looked_after(admin_client):
    page = admin_client.get("/staff/accounts/user/")
    assert page.status_code == 200

    answer = admin_client.post(
        "/staff/accounts/user/add/",
        {
            "username": "new",
            "password1": "brush-and-canvas",
            "password2": "brush-and-canvas",
        },
    )
    assert answer.status_code == 302
    added = User.objects.get(username="new")
    assert added.check_password("brush-and-canvas")
    assert (
        admin_client.get(f"/staff/accounts/user/{added.pk}/change/").status_code == 200
    )


def test_nobody_takes_the_own_rights(admin_client, admin_user):
    page = f"/staff/accounts/user/{admin_user.pk}/"
    form = {
        **{"username": admin_user.username, "email": "boss@example.org"},
        **{"date_joined_0": "2026-01-31", "date_joined_1": "20:00:00"},
    }
    assert admin_client.post(f"{page}change/", form).status_code == 302
    assert admin_client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": str(admin_user.pk)}
    admin_client.post("/staff/accounts/user/", chosen | {"post": "yes"})

    admin_user.refresh_from_db()
    assert admin_user.email == "boss@example.org"
    assert admin_user.is_active
    assert admin_user.is_staff
    assert admin_user.is_superuser


def test_a_session_ends_when_its_owner_is_staff_no_more(client, staff):
    client.post(LOGIN, RIGHT)
    User.objects.update(is_staff=False)
    assert client.get("/staff/").status_code == 302


def test_a_role_is_given_by_superusers(admin_client, staff):
    role = Role.objects.get(name="Curator")
    form = {
        **{"username": staff.username, "is_active": "on", "is_staff": "on"},
        **{"date_joined_0": "2026-01-31", "date_joined_1": "20:00:00"},
        "groups": role.pk,
    }
    answer = admin_client.post(f"/staff/accounts/user/{staff.pk}/change/", form)
    assert answer.status_code == 302
    assert list(staff.groups.all()) == [role]


def test_a_name_is_shown_as_it_was_given(admin_client):
    ines = User.objects.create_user("ines", password="p")
    page = admin_client.get(f"/staff/accounts/user/{ines.pk}/change/")
    trail = re.findall(r"tracking-tight\">\s*(\w+)\s*</a", page.content.decode())
    assert trail == ["People", "Users", "ines"]


@pytest.mark.parametrize("path", ["", "add/", "{pk}/change/", "{pk}/password/"])
def test_only_superusers_look_after_people(client, staff, path):
    rights = Permission.objects.filter(content_type__app_label="accounts")
    staff.user_permissions.set(rights)
    client.force_login(staff, "accounts.backends.StaffBackend")
    answer = client.get(f"/staff/accounts/user/{path.format(pk=staff.pk)}")
    assert answer.status_code == 403
    assert b"/staff/accounts/" not in client.get("/staff/").content


def test_a_user_is_asked_for_no_more_than_is_needed(admin_client, staff):
    """No single permission: those are the roles' business."""
    added = admin_client.get("/staff/accounts/user/add/").content.decode()
    assert "usable_password" not in added
    assert "LDAP" not in added
    page = admin_client.get(f"/staff/accounts/user/{staff.pk}/change/")
    assert "user_permissions" not in page.content.decode()
    assert "algorithm" not in page.content.decode()
    assert f'href="/staff/accounts/user/{staff.pk}/password/"' in page.content.decode()


def test_permissions_and_password_of_a_user_outlast_the_form(admin_client, staff):
    permission = Permission.objects.get(codename="view_image")
    staff.user_permissions.add(permission)
    form = {
        **{"username": staff.username, "is_active": "on", "is_staff": "on"},
        **{"date_joined_0": "2026-01-31", "date_joined_1": "20:00:00"},
    }
    admin_client.post(f"/staff/accounts/user/{staff.pk}/change/", form)
    assert list(staff.user_permissions.all()) == [permission]
    assert User.objects.get(pk=staff.pk).check_password("staff-password")


def test_a_wrong_password_is_told_once(client, staff):
    page = client.post(LOGIN, WRONG).content.decode()
    assert page.count("errornote") == 1
    assert "Please correct" not in page


def test_what_is_missing_in_a_form_is_still_told(admin_client):
    page = admin_client.post("/staff/accounts/user/add/", {"username": "new"})
    assert "Please correct the errors below." in page.content.decode()
