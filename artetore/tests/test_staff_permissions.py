"""Who may go where in the staff site: every address, by every kind of person."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from artetore.tests.staff_addresses import (
    BACKEND,
    addresses,
    contents,
    curator_of,
    one_of_everything,
)
from gallery.models import Image
from gallery.services import images_add, picture_store
from gallery.tests import samples
from onedrive import auth

pytestmark = pytest.mark.django_db

# For everybody who may enter.
EVERYBODYS = {
    *("index", "login", "password_change", "password_change_done", "jsi18n", "search"),
}
NOT_THERE = (403, 404, 405)


@pytest.fixture
def boss(django_user_model, consent):
    user = django_user_model.objects.create_superuser("boss")
    auth.connect(user=user, code=consent())
    return user


@pytest.fixture
def curator(django_user_model, consent):
    user = curator_of(django_user_model)
    auth.connect(user=user, code=consent())
    return user


@pytest.fixture
def image(db, tmp_path) -> Image:
    path = tmp_path / "a.png"
    path.write_bytes(samples.png((40, 30)))
    [image] = images_add(group=None, images=[picture_store(path=path, name="a.png")])
    return image


@pytest.fixture
def routes(boss, image):
    return addresses(one_of_everything(boss, image))


def browser_of(user, **options) -> Client:
    browser = Client(**options)
    browser.force_login(user, BACKEND)
    return browser


def got(browser, path) -> int:
    """The status at the end: an address may lead on to another that refuses."""
    return browser.get(path, follow=True).status_code


def test_the_walk_finds_the_pages(routes):
    assert len(routes) > 40
    assert {"/staff/", "/staff/gallery/group/", "/staff/onedrive/sync/"} <= set(routes)


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(client, routes, method):
    before = contents()
    for path, name in routes.items():
        answer = getattr(client, method)(path, follow=True)
        end = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
        sent = end.startswith("/staff/login/?next=")
        assert sent or name in ("login", "logout", "view_on_site"), path
    assert contents() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_without_rights_come_no_further_than_the_first_page(
    routes, staff, method
):
    browser, before = browser_of(staff), contents()
    del routes["/staff/logout/"]
    entered = {
        name
        for path, name in routes.items()
        if getattr(browser, method)(path, follow=True).status_code not in NOT_THERE
    }
    assert entered <= EVERYBODYS
    assert contents() == before


def test_a_curator_may_all_but_people(routes, boss, curator):
    superuser, browser = browser_of(boss), browser_of(curator)
    for path in routes:
        if path.startswith("/staff/accounts/"):
            assert got(browser, path) in NOT_THERE, path
        else:
            assert got(browser, path) == got(superuser, path), path


def test_a_curator_changes_nobody_by_guessed_addresses(routes, curator):
    browser, before = browser_of(curator), contents()
    form = {"username": "mine", "is_superuser": "on", "post": "yes"}
    for path in routes:
        if path.startswith("/staff/accounts/"):
            answer = browser.post(path, form, follow=True)
            assert answer.status_code in NOT_THERE, path
    assert contents() == before


def test_a_curator_finds_nobody_by_the_sites_searches(boss, curator):
    browser = browser_of(curator)
    people = ContentType.objects.get(app_label="accounts", model="user")
    asked = {"app_label": "onedrive", "model_name": "connection", "field_name": "user"}
    refused = (
        f"/staff/r/{people.pk}/{boss.pk}/",
        "/staff/auth/group/",
        "/staff/auth/permission/",
    )
    assert {browser.get(path).status_code for path in refused} == {404}
    assert browser.get("/staff/autocomplete/", asked).status_code == 403
    assert b"/accounts/" not in browser.get("/staff/search/?s=user").content
    assert b"/staff/accounts/" not in browser.get("/staff/").content


def test_nothing_is_sent_without_the_token_of_a_page(routes, boss):
    browser, before = browser_of(boss, enforce_csrf_checks=True), contents()
    taken = {path for path in routes if browser.post(path).status_code != 403}
    assert not taken
    assert contents() == before


def test_looking_changes_nothing_and_fails_nowhere(routes, boss):
    browser, before = browser_of(boss), contents()
    for path in routes:
        assert got(browser, path) in (200, *NOT_THERE), path
    assert contents() == before
