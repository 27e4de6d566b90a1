"""manage.py connect_onedrive, with somebody who enters the code meanwhile."""

import re
from io import StringIO

import pytest
import requests
from django.core.management import CommandError, call_command

from onedrive.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)


class Reader(StringIO):
    """Reads what is printed as a person would, and does what it says."""

    decision = "accept"

    def flush(self) -> None:
        address, code = re.findall(r"open (\S+) and enter (\w+)", self.getvalue())[0]
        form = {"user_code": code, "consent": self.decision}
        requests.post(address, data=form, timeout=5)


class Decliner(Reader):
    decision = "cancel"


def test_a_user_is_connected(staff, standin):
    screen = Reader()
    call_command("connect_onedrive", "staff", stdout=screen)
    assert "staff is connected to ines@example.org." in screen.getvalue()
    assert Connection.objects.get().user == staff


def test_declining_ends_it(staff, standin):
    with pytest.raises(CommandError, match="authorization_declined"):
        call_command("connect_onedrive", "staff", stdout=Decliner())
    assert not Connection.objects.exists()


def test_an_unknown_user_is_named(db, standin):
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("connect_onedrive", "nobody")


def test_without_an_application_it_says_so(staff, standin, settings):
    settings.ONEDRIVE_CLIENT_ID = ""
    with pytest.raises(CommandError, match="not configured"):
        call_command("connect_onedrive", "staff")
