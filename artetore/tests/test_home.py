import re

import pytest
from django.contrib.staticfiles import finders


@pytest.fixture
def frontend(settings):
    address = "https://gallery.example"
    settings.CORS_ALLOWED_ORIGINS = ["http://localhost:3000", address]
    return address


def test_the_page_says_what_this_is_and_leads_on(client, frontend):
    page = client.get("/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "The backend of a picture gallery" in text
    for link in ("/staff/", "/api/docs/", frontend):
        assert f'href="{link}"' in text


@pytest.mark.parametrize(
    "origins", [[], ["http://localhost:3000", "http://127.0.0.1:3000"]]
)
def test_without_a_frontend_there_is_no_gallery_to_link_to(client, settings, origins):
    settings.CORS_ALLOWED_ORIGINS = origins
    assert "Gallery" not in client.get("/").content.decode()


def test_json_is_given_to_those_who_ask_for_json(client, frontend):
    answer = client.get("/", headers={"Accept": "application/json"})
    assert answer.json() == {
        "name": "Artetore ImageHub",
        "about": answer.json()["about"],
        "gallery": frontend,
        "staff": "/staff/",
        "docs": "/api/docs/",
        "schema": "/api/schema/",
    }
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize(
    "accept", ["", "*/*", "nonsense", "text/html, application/json", "a/b; c*=x''%ff"]
)
def test_all_others_are_given_the_page(client, accept):
    answer = client.get("/", headers={"Accept": accept})
    assert answer["Content-Type"].startswith("text/html")


def test_only_reading_is_allowed(client):
    assert client.post("/").status_code == 405


@pytest.mark.parametrize("path", ["/", "/api/docs/", "/staff/login/"])
def test_pages_load_nothing_from_elsewhere(client, db, path):
    page = client.get(path).content.decode()
    sources = re.findall(r'(?:src|rel="(?:stylesheet|icon)" href)="([^"]+)"', page)
    assert sources
    for source in sources:
        assert source.startswith(("/static/", "/api/docs/?script", "data:")), source
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/")), source


def test_the_admins_former_address_leads_to_the_staff_site(client):
    assert client.get("/admin/")["Location"] == "/staff/"


def test_the_documentation_shows_every_route_of_ours(client):
    schema = client.get("/api/schema/").json()
    assert {"/login/", "/auth/", "/ip/"} <= set(schema["paths"])
    assert "/staff/" not in str(schema["paths"].keys())
    assert schema["components"]["securitySchemes"] == {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    assert schema["paths"]["/auth/"]["get"]["security"] == [{"bearer": []}]
    assert schema["paths"]["/login/"]["get"]["security"] == [{}]


def test_the_documentations_script_is_ours_too(client):
    answer = client.get("/api/docs/?script=")
    assert answer["Content-Type"].startswith("application/javascript")
    assert "/api/schema/" in answer.content.decode()


def test_asking_for_an_icon_is_no_error(client):
    assert client.get("/favicon.ico").status_code == 204


def test_a_staff_page_that_does_not_exist_leads_back(client, admin_client):
    answer = admin_client.get("/staff/nope/")
    assert answer.status_code == 404
    assert b'href="/staff/"' in answer.content
