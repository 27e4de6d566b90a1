import io
import json

import pytest
from django.test import RequestFactory

from artetore.wsgi import site

pytestmark = pytest.mark.django_db


def answer_to(method, path, content_type, body=b""):
    """What the server is given for a request that no test client would send."""
    environ = {
        **RequestFactory().generic(method, path).environ,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    return site.get_response(site.request_class(environ))


CHARSETS = ["hex", "base64", "rot13", "idna", "utf-16", "utf-7", "nonsense", "\x00", ""]
KINDS = ["text/plain", "application/json", "application/x-www-form-urlencoded"]


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_query_is_utf8_whatever_its_sender_says(charset, kind):
    path = "/login/?username=%C3%BC%ff&password=x"
    answer = answer_to("GET", path, f"{kind}; charset={charset}")
    assert json.loads(answer.content)["code"] == 1


@pytest.mark.parametrize("charset", CHARSETS)
def test_a_form_is_utf8_whatever_its_sender_says(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    body = b"username=%C3%BC%ff&password=x"
    answer = answer_to("POST", "/login/", kind, body)
    assert json.loads(answer.content)["code"] == 1


@pytest.mark.parametrize(
    "kind",
    [
        *(";", ";;;", "; =", "a;b", "x" * 50_000, "x;" * 5_000, "text/plain;\x00=\xff"),
        *(
            "a/b; c*=x''%ff",
            "a/b; c*0=1; c*0=2",
            'a/b; c="',
            "a/b; charset*=utf-8''hex",
        ),
    ],
)
def test_a_content_type_that_says_nothing_is_no_fault(kind):
    assert answer_to("GET", "/ip", kind).status_code == 200
    assert answer_to("POST", "/login/", kind, b"{}").status_code == 422
