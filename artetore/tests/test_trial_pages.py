"""Every page of the staff site in a browser: wide and light, on a phone and dark."""

import pytest

from artetore.tests.browsers import (
    PHONE,
    TOO_WIDE,
    WIDE,
    hindrances,
    opened,
    sign_in,
)
from artetore.tests.staff_addresses import addresses, one_of_everything
from conftest import PASSWORD
from gallery.models import Image
from onedrive.sync import sync
from onedrive.worker import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.trial,
    pytest.mark.django_db(transaction=True),
]

DARK = "document.documentElement.classList.add('dark')"
# No pages: they answer a script's question, or end the session.
NO_PAGES = {
    *("autocomplete", "search", "jsi18n", "logout"),
    *("gallery_group_choices", "gallery_group_pictures"),
    *("onedrive_connection_standing", "onedrive_import_progress"),
}


@pytest.fixture
def page(browser, live_server, staff):
    staff.is_superuser = True
    staff.save()
    with opened(browser, live_server.url, color_scheme="light") as page:
        sign_in(page, "staff", PASSWORD)
        yield page


@pytest.fixture
def routes(standin, tree, staff, connection):
    """Of a gallery that was filled from OneDrive, one file of which failed."""
    standin.seed(tree({"Alps": ["a.png", "b.png", "broken.png"], "Sea": ["c.png"]}))
    sync(owner=staff)
    Worker().run()
    return addresses(one_of_everything(staff, Image.objects.first()))


def test_no_page_shuts_anybody_out_or_asks_another_host(page, routes):
    wrong = {
        path: faults
        for path, name in routes.items()
        if name not in NO_PAGES and is_page(page.request.get(path))
        if (faults := faults_of(page, path))
    }
    assert wrong == {}


def is_page(answer) -> bool:
    return answer.ok and answer.headers["content-type"].startswith("text/html")


def faults_of(page, path) -> list[str]:
    page.goto(path)
    found = hindrances(page)
    page.set_viewport_size(PHONE)
    page.evaluate(DARK)
    found += hindrances(page)
    if page.evaluate(TOO_WIDE) > 0:
        found.append("wider than a phone")
    found += page.faults
    page.faults.clear()
    page.set_viewport_size(WIDE)
    return sorted(set(found))
