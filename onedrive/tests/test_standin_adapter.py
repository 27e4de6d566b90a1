import pytest
import requests

from onedrive.standin.adapter import StandInAdapter

DISCOVERY = "/common/v2.0/.well-known/openid-configuration"


@pytest.fixture
def session(standin):
    with requests.Session() as session:
        session.mount("https://", StandInAdapter())
        session.mount("http://", StandInAdapter())
        yield session


@pytest.mark.parametrize("host", ["login.microsoftonline.com", "graph.microsoft.com"])
def test_microsofts_hosts_are_the_standin_and_keep_their_names(session, host):
    url = f"https://{host}{DISCOVERY}"
    answer = session.get(url, timeout=5)
    assert answer.json()["token_endpoint"].startswith(f"https://{host}/")
    assert answer.url == answer.request.url == url


def test_the_address_is_looked_up_at_each_request(session, standin, monkeypatch):
    url = f"https://graph.microsoft.com{DISCOVERY}"
    assert session.get(url, timeout=5).ok
    monkeypatch.setenv("ONEDRIVE_STANDIN_URL", "http://127.0.0.1:1")
    with pytest.raises(requests.ConnectionError):
        session.get(url, timeout=5)


def test_loopback_is_itself(session, standin):
    answer = session.get(f"{standin.url}{DISCOVERY}", timeout=5)
    assert answer.json()["token_endpoint"].startswith("https://127.0.0.1:")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://www.microsoft.com/",
        "https://graph.microsoft.com.example.org/",
        "http://10.0.0.1/",
    ],
)
def test_there_is_nothing_else(session, url):
    with pytest.raises(requests.ConnectionError, match="nowhere else"):
        session.get(url, timeout=5)


def test_a_proxy_of_the_environment_is_passed_by(session, standin, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert session.get(f"https://graph.microsoft.com{DISCOVERY}", timeout=5).ok
