"""The staff site tells times in the zone of whoever looks."""

from datetime import UTC, datetime

import pytest

from artetore.tests.staff_addresses import BACKEND
from onedrive.models import Import

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(client, admin_user):
    """When an import of eight in the evening, in London's winter, has begun."""
    client.force_login(admin_user, BACKEND)
    run = Import.objects.create(owner=admin_user, origin="staff")
    Import.objects.update(created=datetime(2026, 1, 31, 20, 0, tzinfo=UTC))

    def look(zone: str | None) -> str:
        if zone is not None:
            client.cookies["timezone"] = zone
        page = client.get(f"/staff/onedrive/import/{run.pk}/change/").content.decode()
        return page.partition("Begun ")[2].partition(" for ")[0]

    return look


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("Europe/Vienna", "31 January 2026, 21:00"),
        ("Asia/Tokyo", "1 February 2026, 05:00"),
        ("America/St_Johns", "31 January 2026, 16:30"),
    ],
)
def test_times_are_the_viewers(told, zone, time):
    assert told(zone) == time
    # Nobody is left in it.
    assert told("UTC") == "31 January 2026, 20:00"


@pytest.mark.parametrize(
    "zone",
    [None, "", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "x" * 3000, "é", "%"],
)
def test_without_a_zone_that_is_known_they_are_in_utc(told, zone):
    assert told(zone) == "31 January 2026, 20:00"


def test_the_pages_bring_the_script_that_tells_the_zone(client):
    assert "artetore/zone.js" in client.get("/staff/login/").content.decode()
