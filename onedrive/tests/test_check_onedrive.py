from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from onedrive import auth
from onedrive.models import Connection
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


def check(*arguments: str) -> str:
    screen = StringIO()
    try:
        call_command("check_onedrive", *arguments, stdout=screen)
    except CommandError as error:
        error.printed = screen.getvalue()
        raise
    return screen.getvalue()


def test_it_says_whose_it_is_and_that_it_works(connection, standin, tree):
    standin.seed(tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}))
    printed = check()
    assert "staff: OneDrive of ines@example.org" in printed
    assert "2 folders, 3 files" in printed
    assert "storage:" in printed
    assert printed.rstrip().endswith("works:          yes")


def test_without_a_connection_somebody_has_to_act(db):
    with pytest.raises(CommandError, match="Nobody has connected") as caught:
        check()
    assert caught.value.returncode == 1


def test_another_user_is_not_connected(connection, other_staff):
    with pytest.raises(CommandError, match="other has not connected"):
        check("other")


@pytest.mark.parametrize("connections", [0, 1])
def test_a_user_who_is_nobody_is_told_apart(request, db, connections):
    if connections:
        request.getfixturevalue("connection")
    with pytest.raises(CommandError, match=r"^There is no user nobody\.$") as caught:
        check("nobody")
    assert caught.value.returncode == 1


def test_a_withdrawn_consent_needs_somebody(connection, standin):
    standin.identity.revoke_all()
    standin.identity.expire_access_tokens()
    with pytest.raises(CommandError) as caught:
        check()
    assert caught.value.returncode == 1
    assert "new sign-in" in caught.value.printed


def test_what_was_disconnected_is_asked_for_by_name_alone(
    connection, standin, tree, other_staff
):
    Connection.objects.create(user=other_staff, connected_at=timezone.now())
    auth.disconnect(user=other_staff)
    assert "other" not in check()
    with pytest.raises(CommandError) as caught:
        check("other")
    assert "It was disconnected." in caught.value.printed
    auth.disconnect(user=connection.user)
    with pytest.raises(CommandError, match="Nobody has connected"):
        check()


def test_a_missing_root_folder_needs_somebody(connection, settings):
    settings.ONEDRIVE_ROOT_FOLDER_ID = "TESTS!NOWHERE"
    with pytest.raises(CommandError) as caught:
        check()
    assert caught.value.returncode == 1
    assert "folder is not in this OneDrive" in caught.value.printed


def test_a_long_pause_may_end_by_itself(connection, standin):
    standin.faults.add(Fault(role="graph", status=429, retry_after=3000))
    with pytest.raises(CommandError) as caught:
        check()
    assert caught.value.returncode == 75
