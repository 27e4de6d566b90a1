"""The one HTTP session and the guard of addresses."""

import os
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from onedrive import session as session_module
from onedrive.exceptions import BadAnswer
from onedrive.session import check_address, http_session


@pytest.fixture
def server() -> Iterator[Callable]:
    """`server(answer)` answers on loopback; gives its address and what it was sent."""
    running = []

    def start(answer: Callable[[Request], Response]) -> tuple[str, list[Request]]:
        seen: list[Request] = []

        @Request.application
        def application(request: Request) -> Response:
            seen.append(request)
            return answer(request)

        listener = make_server("127.0.0.1", 0, application, threaded=True)
        Thread(target=listener.serve_forever, args=(0.02,), daemon=True).start()
        running.append(listener)
        return f"http://127.0.0.1:{listener.port}", seen

    yield start
    for listener in running:
        listener.shutdown()
        listener.server_close()


@pytest.fixture
def plain(settings):
    settings.ONEDRIVE_HTTP_ADAPTER = "requests.adapters.HTTPAdapter"


def test_it_is_the_same_for_all_threads_of_a_process():
    with ThreadPoolExecutor(4) as pool:
        sessions = set(pool.map(lambda _: http_session(), range(8)))
    assert sessions == {http_session()}


def test_a_forked_process_has_its_own(monkeypatch):
    ours = http_session()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: -1)
        assert http_session() is not ours


def test_it_says_who_we_are_and_keeps_no_cookies(server):
    url, seen = server(lambda _: Response(headers={"Set-Cookie": "a=b; Path=/"}))
    for _ in range(2):
        http_session().get(url)
    assert seen[0].headers["User-Agent"] == "NONISV|Artetore|ImageHub/1.0"
    assert "Cookie" not in seen[1].headers
    assert not http_session().cookies


def test_sixteen_threads_keep_their_connections(server, caplog):
    together = Barrier(16)

    def answer(_: Request) -> Response:
        together.wait(timeout=10)
        return Response()

    url, seen = server(answer)
    with ThreadPoolExecutor(16) as pool:
        for _ in range(2):
            list(pool.map(lambda _: http_session().get(url).close(), range(16)))
    assert len(seen) == 32
    assert "pool is full" not in caplog.text


def test_a_silent_server_is_given_up(monkeypatch):
    monkeypatch.setattr(session_module, "READ_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for method in ("GET", "POST"):
            with pytest.raises(requests.ReadTimeout):
                http_session().request(method, f"http://127.0.0.1:{port}/")


def test_redirects_are_not_followed(server):
    away, seen_away = server(lambda _: Response("caught"))
    url, _ = server(lambda _: Response(status=302, headers={"Location": away}))
    for method in ("get", "post"):
        answer = getattr(http_session(), method)(
            url, headers={"Authorization": "Bearer secret"}, allow_redirects=True
        )
        assert answer.status_code == 302
    assert seen_away == []


def test_a_netrc_does_not_take_the_place_of_the_token(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    url, seen = server(lambda _: Response())
    http_session().get(url, headers={"Authorization": "Bearer ours"})
    http_session().get(url)
    assert seen[0].headers["Authorization"] == "Bearer ours"
    assert "Authorization" not in seen[1].headers


# The guard

GOOD = [
    "https://graph.microsoft.com/v1.0/me/drive?$skiptoken=x",
    "https://GRAPH.microsoft.com:443/v1.0",
    "https://contoso-my.sharepoint.com/personal/a/_layouts/15/download.aspx?tempauth=x",
    "https://public.bn.files.1drv.com/y4m?x=1",
    "https://my.microsoftpersonalcontent.com/personal/x",
    "https://api.onedrive.com/rup/x",
    "https://storage.live.com/x",
    "https://northeurope1-mediap.svc.ms/transform/thumbnail?x",
]
LOOPBACK = ["http://127.0.0.1:8002/content/x", "http://localhost:8003/up"]
BAD = [
    "http://graph.microsoft.com/v1.0",
    "https://graph.microsoft.com:8443/v1.0",
    "https://example.org/",
    "https://graph.microsoft.com.example.org/",
    "https://evilsharepoint.com/",
    "https://example.org/.sharepoint.com",
    "https://example.org\\.sharepoint.com/",
    "https://example.org\\@contoso.sharepoint.com/",
    "https://example.org#.sharepoint.com/",
    "https://example.org?.sharepoint.com/",
    "https://user:password@contoso.sharepoint.com/",
    "https://contoso.sharepoint.com@example.org/",
    "https://contoso.sharepoint.com./x/../",
    "https://169.254.169.254/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "https://[::1]/",
    "https://[::1",
    "https://contoso.sharepoint.com:99999999/",
    "file:///etc/passwd",
    "//graph.microsoft.com/v1.0",
    "graph.microsoft.com/v1.0",
    "https://",
    "",
    "\0",
    "https://contoso.sharepoint.com\r\nHost: x/",
]


@pytest.mark.parametrize("url", GOOD)
def test_microsofts_hosts_may_be_called(plain, url):
    check_address(url)


@pytest.mark.parametrize("url", BAD + LOOPBACK)
def test_no_other_may(plain, url):
    with pytest.raises(BadAnswer) as refused:
        check_address(url)
    assert "tempauth" not in str(refused.value)


@pytest.mark.parametrize("url", GOOD + LOOPBACK)
def test_the_standins_adapter_adds_loopback(url):
    check_address(url)


@pytest.mark.parametrize("url", [*BAD, "http://user@127.0.0.1:8002/"])
def test_and_nothing_else(url):
    with pytest.raises(BadAnswer):
        check_address(url)


@pytest.mark.parametrize("url", [*GOOD, *BAD, *LOOPBACK])
def test_the_guard_reads_the_host_that_is_really_called(plain, url):
    """Whatever passes, `requests` sends to one of Microsoft's hosts."""
    try:
        check_address(url)
    except BadAnswer:
        return
    sent_to = requests.Request("GET", url).prepare().url
    check_address(sent_to)
    pool = requests.adapters.HTTPAdapter().get_connection_with_tls_context(
        requests.Request("GET", url).prepare(), verify=True
    )
    assert pool.host.endswith(
        (
            ".microsoft.com",
            ".sharepoint.com",
            ".1drv.com",
            ".live.com",
            ".onedrive.com",
            ".svc.ms",
            ".microsoftpersonalcontent.com",
        )
    )
