"""Connecting one's OneDrive in the staff site, and taking that back."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from onedrive import auth
from onedrive.models import Connection
from onedrive.tests.consents import answer_of, is_good
from onedrive.tests.pages import DRIVE, words

pytestmark = pytest.mark.django_db(transaction=True)

CONNECT = "/staff/onedrive/connect/"
CONNECTED = "/staff/onedrive/connected/"
DISCONNECT = "/staff/onedrive/disconnect/"


@pytest.fixture
def browser(clerk):
    return clerk("change_connection", "view_drivefolder")


def leave(browser):
    """To Microsoft: the address that the browser is sent to."""
    answer = browser.post(CONNECT)
    assert answer.status_code == 302
    return answer["Location"]


def come_back(browser, **answer):
    """What is told after Microsoft has sent the browser back."""
    found = browser.get(CONNECTED, answer, follow=True)
    assert [place for place, _ in found.redirect_chain] == [DRIVE]
    return words(found)


def log():
    return list(LogEntry.objects.values_list("user__username", "change_message"))


def test_who_is_not_connected_is_offered_to(browser):
    page = browser.get(DRIVE)
    assert "OneDrive is not connected" in words(page)
    assert f'action="{CONNECT}"' in page.content.decode()


@pytest.mark.parametrize("page", [DRIVE, "/staff/onedrive/sync/", "/staff/"])
@pytest.mark.parametrize("name", ["ONEDRIVE_CLIENT_ID", "ONEDRIVE_CLIENT_SECRET"])
def test_where_nothing_is_configured_it_is_said_before_the_click(
    clerk, settings, page, name
):
    setattr(settings, name, "")
    rights = "change_connection", "view_connection", "view_drivefolder", "view_mirror"
    answer = clerk(*rights).get(page)
    assert "the OneDrive application is not configured" in words(answer)
    assert f'action="{CONNECT}"' not in answer.content.decode()


def test_consent_connects(browser, standin, staff):
    address = leave(browser)
    query = parse_qs(urlsplit(address).query)
    assert query["redirect_uri"] == ["https://testserver/staff/onedrive/connected/"]
    assert query["code_challenge_method"] == ["S256"]

    told = come_back(browser, **answer_of(address))

    assert "Connected: OneDrive of ines@example.org." in told
    connection = Connection.objects.get(user=staff)
    assert is_good(standin, auth.access_token(connection))
    assert log() == [("staff", "Connected.")]


def test_at_another_address_one_is_led_to_the_sites_own(browser, standin, settings):
    settings.SITE_URL = "http://localhost:8000"
    page = browser.get(DRIVE, headers={"host": "127.0.0.1:8000"})
    assert 'href="http://localhost:8000/staff/onedrive/drive/"' in page.content.decode()
    assert f'action="{CONNECT}"' not in page.content.decode()

    told = browser.post(CONNECT, headers={"host": "127.0.0.1:8000"}, follow=True)

    assert told.redirect_chain == [(DRIVE, 302)]
    assert f"Microsoft leads back to http://localhost:8000{DRIVE} alone" in words(told)
    assert "begun elsewhere" in come_back(browser, code="M.C507", state="any")


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("http://localhost:8000", "localhost:8000"),
        ("https://Gallery.example.org:443", "gallery.example.org"),
        ("https://gallery.example.org", "gallery.example.org:443"),
    ],
)
def test_at_the_sites_own_address_one_connects(browser, standin, settings, site, host):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], site
    page = browser.get(DRIVE, headers={"host": host})
    assert f'action="{CONNECT}"' in page.content.decode()
    address = browser.post(CONNECT, headers={"host": host})["Location"]
    [back] = parse_qs(urlsplit(address).query)["redirect_uri"]
    assert back == f"{site}/staff/onedrive/connected/"


@pytest.mark.parametrize(
    ("origin", "leads_to"),
    [("https://testserver", "/common/oauth2/"), ("https://other.example.org", DRIVE)],
)
def test_behind_a_proxy_that_changes_the_host_the_forms_origin_counts(
    browser, standin, settings, origin, leads_to
):
    settings.CSRF_TRUSTED_ORIGINS = ["https://testserver", "https://other.example.org"]
    page = browser.get(DRIVE, headers={"host": "127.0.0.1:8000"})
    assert f'action="{CONNECT}"' in page.content.decode()
    answer = browser.post(CONNECT, headers={"host": "127.0.0.1:8000", "origin": origin})
    assert urlsplit(answer["Location"]).path.startswith(leads_to)


def test_refusing_consent_is_told_kindly(browser, standin):
    told = come_back(browser, **answer_of(leave(browser), "cancel"))
    assert "You did not consent, and nothing has changed." in told
    assert not Connection.objects.exists()


@pytest.mark.parametrize("forged", [{"state": "other"}, {"code": "M.C507_made_up"}])
def test_a_forged_answer_connects_nothing(browser, standin, forged):
    told = come_back(browser, **(answer_of(leave(browser)) | forged))
    assert "Nothing has changed." in told
    assert not Connection.objects.exists()


def test_an_answer_counts_once(browser, standin):
    answer = answer_of(leave(browser)) | {"state": "other"}
    come_back(browser, **answer)
    assert "begun elsewhere" in come_back(browser, **answer)


def test_an_answer_to_another_browser_connects_nothing(browser, standin, other_staff):
    answer = answer_of(leave(browser))
    other_staff.is_superuser = True
    other_staff.save()
    other = Client()
    other.force_login(other_staff, "accounts.backends.StaffBackend")
    assert "begun elsewhere" in come_back(other, **answer)
    assert not Connection.objects.exists()


def test_who_was_signed_out_meanwhile_takes_no_code_to_the_sign_in_page(
    browser, standin
):
    answer = answer_of(leave(browser))
    browser.logout()
    sent = browser.get(CONNECTED, answer)
    assert sent["Location"] == f"/staff/login/?next={DRIVE}"


def test_microsoft_that_does_not_answer_is_told(browser, nowhere):
    nowhere()
    found = browser.post(CONNECT, follow=True)
    assert "Microsoft&#x27;s sign-in did not answer." in words(found)


def test_a_consent_that_was_withdrawn_is_told_and_given_anew(browser, standin, expired):
    standin.identity.revoke_all()
    page = browser.get(DRIVE)
    assert "Microsoft asks for a new sign-in (invalid_grant)." in words(page)
    assert f'action="{CONNECT}"' in page.content.decode()
    assert "Connected:" in come_back(browser, **answer_of(leave(browser)))


def test_disconnecting_asks_first_and_forgets_the_tokens(browser, connection):
    assert "Disconnect OneDrive of ines@example.org?" in words(browser.get(DISCONNECT))
    assert Connection.objects.get().cache

    answer = browser.post(DISCONNECT, follow=True)

    assert "Disconnected:" in words(answer)
    assert "OneDrive is not connected" in words(answer)
    assert Connection.objects.get().cache == ""
    assert log() == [("staff", "Disconnected.")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_disconnecting_what_is_not_connected_is_no_fault(browser, method):
    answer = getattr(browser, method)(DISCONNECT)
    assert (answer.status_code, answer["Location"]) == (302, DRIVE)


def test_one_disconnects_nobody_elses(browser, standin, other_staff, consent):
    auth.connect(user=other_staff, code=consent())
    browser.post(DISCONNECT)
    assert Connection.objects.get().cache


# --- Who may ----------------------------------------------------------------------


def test_connecting_is_a_post_with_a_token(browser, staff):
    assert browser.get(CONNECT).status_code == 405
    assert browser.post(CONNECTED).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff, "accounts.backends.StaffBackend")
    for address in (CONNECT, DISCONNECT):
        assert strict.post(address).status_code == 403


def test_who_may_only_browse_connects_nothing(clerk):
    browser = clerk("view_drivefolder")
    for address in (CONNECT, DISCONNECT):
        assert browser.post(address).status_code == 403
    assert browser.get(CONNECTED).status_code == 403
    page = browser.get(DRIVE)
    assert f'action="{CONNECT}"' not in page.content.decode()
    assert "ask whoever gave you your account" in words(page)


def test_strangers_are_led_to_the_sign_in(client):
    for method, address in ((client.post, CONNECT), (client.post, DISCONNECT)):
        assert method(address)["Location"].startswith("/staff/login/")
