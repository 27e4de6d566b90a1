import pytest

pytestmark = pytest.mark.urls("artetore.tests.urls")

# The caller's address


def address_of(client, forwarded=None, remote="10.0.0.9"):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client.get("/ip", headers=headers, REMOTE_ADDR=remote).json()["data"]["host"]


def test_without_proxies_the_header_is_ignored(client, settings):
    settings.PROXIES = 0
    assert address_of(client, "1.2.3.4") == "10.0.0.9"


def test_the_last_hop_is_our_proxys_word(client, settings):
    settings.PROXIES = 1
    assert address_of(client, "6.6.6.6, 1.2.3.4") == "1.2.3.4"


def test_two_proxies_are_two_hops(client, settings):
    settings.PROXIES = 2
    assert address_of(client, "6.6.6.6, 1.2.3.4, 10.0.0.8") == "1.2.3.4"


@pytest.mark.parametrize("address", ["::1", "2001:db8::7", "::ffff:1.2.3.4"])
def test_addresses_of_version_6_pass(client, settings, address):
    settings.PROXIES = 1
    assert address_of(client, address) == address


@pytest.mark.parametrize(
    "forwarded",
    [
        *(None, "", ",", " , ", "x", "unknown", "1.2.3", "1.2.3.4.5", "1.2.3.4:80"),
        *("[::1]", "fe80::1%eth0", "fe80::1%" + "z" * 500, "١.٢.٣.٤", "\xe9", "\x00"),
    ],
)
def test_a_hop_that_is_no_address_is_ignored(client, settings, forwarded):
    settings.PROXIES = 1
    assert address_of(client, forwarded) == "10.0.0.9"


def test_fewer_hops_than_proxies_are_no_hops(client, settings):
    settings.PROXIES = 2
    assert address_of(client, "1.2.3.4") == "10.0.0.9"


@pytest.mark.django_db
def test_locks_and_throttles_go_by_that_address(client, settings):
    settings.PROXIES = 1
    settings.AXES_FAILURE_LIMIT = 2
    wrong = {"username": "x", "password": "x"}

    def status(forwarded):
        return client.get(
            "/login/", wrong, headers={"X-Forwarded-For": forwarded}
        ).status_code

    assert [status("1.1.1.1"), status("6.6.6.6, 1.1.1.1")] == [200, 429]
    assert status("1.1.1.1, 2.2.2.2") == 200


# The length of a body


@pytest.fixture
def limits(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    settings.MAX_PICTURE_BYTES = 5_000_000


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("path", ["/image/bare", "/login/", "/", "/nothing", "/staff"])
def test_a_long_body_is_refused_unread(client, path):
    answer = client.generic("POST", path, b"", CONTENT_LENGTH="101")
    assert answer.status_code == 413
    assert answer.json() == {"detail": "Request Entity Too Large"}


@pytest.mark.usefixtures("limits", "db")
def test_the_staff_site_takes_pictures(client):
    answer = client.generic("POST", "/staff/", b"x" * 101)
    assert answer.status_code == 302
    answer = client.generic("POST", "/staff/", b"", CONTENT_LENGTH="6000001")
    assert answer.status_code == 413


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("length", ["", "many", "-1", "1e3", "0x65", "١", "9" * 5000])
def test_a_length_that_is_none_is_not_believed(client, length):
    answer = client.generic("POST", "/image/bare", b"{}", CONTENT_LENGTH=length)
    assert answer.status_code in (200, 422)


# Headers


def directives(answer):
    policy = answer["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize(
    "path", ["/ip", "/nothing", "/image/guarded", "/api/schema/", "/image/plain/fault"]
)
def test_answers_of_the_api_may_do_nothing_in_a_browser(client, path):
    client.raise_request_exception = False
    answer = client.get(path)
    policy = directives(answer)
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert "script-src" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/api/docs/", "/staff/login/", "/staff/x/"])
def test_pages_load_their_own_things_only(client, db, path):
    policy = directives(client.get(path))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    # What Unfold's pages do is written into their markup.
    evaluated = " 'unsafe-eval'" if path.startswith("/staff/") else ""
    assert policy["script-src"] == f"'self'{evaluated}"
    assert policy["style-src"].split()[0] == "'self'"
    # The form that connects OneDrive leads on to Microsoft.
    assert "form-action" not in policy


def test_our_own_page_needs_no_styles_in_its_markup(client):
    assert directives(client.get("/"))["style-src"] == "'self'"


@pytest.mark.parametrize("path", ["/", "/ip", "/nothing", "/staff/login/"])
def test_no_header_is_there_twice(client, db, path):
    names = [name.lower() for name, _ in client.get(path).items()]
    assert len(names) == len(set(names))
