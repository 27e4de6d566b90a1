import pytest


@pytest.mark.parametrize("path", ["/ip", "/ip/"])
def test_the_caller_sees_address_and_headers(client, path):
    answer = client.get(path, headers={"X-Test": "é"}, REMOTE_ADDR="10.1.2.3")
    assert answer.status_code == 200
    [(_, data)] = answer.json().items()
    assert data["host"] == "10.1.2.3"
    assert data["headers"]["x-test"] == "é"


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Proxy-Authorization"])
def test_what_lets_people_in_is_left_out(client, name):
    answer = client.get("/ip", headers={name: "kept-to-myself"})
    assert answer.status_code == 200
    assert "kept-to-myself" not in answer.content.decode()


def test_nobody_else_is_shown_the_answer(client):
    assert "no-store" in client.get("/ip")["Cache-Control"]


def test_a_header_that_anybody_can_write_is_no_address(client):
    answer = client.get("/ip", headers={"X-Forwarded-For": "10.9.9.9"})
    assert answer.json()["data"]["host"] == "127.0.0.1"
