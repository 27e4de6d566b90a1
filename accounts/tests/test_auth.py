import pytest

from accounts.tokens import token_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def bearer(staff):
    return {"Authorization": f"Bearer {token_for(staff)}"}


@pytest.mark.parametrize("path", ["/auth", "/auth/"])
def test_a_good_token_is_called_good(client, bearer, path):
    answer = client.get(path, headers=bearer)
    assert answer.json() == {"code": 1, "hint": "valid_jwt_token"}


def test_head_is_answered_as_get(client, bearer):
    assert client.head("/auth", headers=bearer).status_code == 200


def test_without_a_token_it_is_401(client):
    answer = client.get("/auth")
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}


def test_a_session_of_the_staff_site_is_no_token(client, staff):
    client.force_login(staff, "accounts.backends.StaffBackend")
    assert client.get("/auth").status_code == 401


def test_the_frontend_may_read_the_refusal(client):
    answer = client.get("/auth", headers={"Origin": "http://localhost:3000"})
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:3000"


@pytest.mark.parametrize("accept", ["text/html", "image/png", "nonsense", ""])
def test_it_is_json_whatever_is_asked_for(client, bearer, accept):
    answer = client.get("/auth?format=xml", headers={**bearer, "Accept": accept})
    assert answer.json()["code"] == 1
