"""No page of the staff site asks the database more often because there is more."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from artetore.tests.large_gallery import fill, fill_group, fill_ledger, fill_run
from artetore.tests.staff_addresses import BACKEND, addresses, one_of_everything
from gallery.models import Group, Image
from onedrive.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(client, staff, connection):
    """How many queries each page of what there is asks."""
    staff.is_superuser = True
    staff.save()
    client.force_login(staff, BACKEND)
    fill(groups=10, each=2)
    fill_ledger(staff, runs=2, each=4)
    routes = addresses(one_of_everything(staff, Image.objects.first()))
    del routes["/staff/logout/"]

    def asked(path: str) -> int:
        with CaptureQueriesContext(database) as queries:
            client.get(path)
        return len(queries)

    return lambda: {path: asked(path) for path in routes}


def test_pages_of_many_rows_ask_as_often_as_those_of_few(count, staff):
    """Those of the first group and the last import too, which grow themselves."""
    last = Import.objects.latest("pk")
    fill_run(last, files=4)
    count()  # What is kept from then on is kept now.
    few = count()
    fill(groups=990, each=2, first=11)
    fill_group(Group.objects.first(), images=200)
    fill_ledger(staff, runs=60, each=8)
    fill_run(last, files=100)
    assert count() == few
