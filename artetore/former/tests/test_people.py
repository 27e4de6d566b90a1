"""The former users sign in as before, and OneDrive stays connected."""

from uuid import UUID

import pytest

from accounts.models import User
from artetore import settings as production
from artetore.former.tests.service import FormerService
from artetore.roles import CURATOR
from gallery.models import Image
from gallery.tests import samples
from onedrive import auth
from onedrive.models import Connection
from onedrive.standin.faults import Fault
from onedrive.tests import microsoft
from onedrive.tests.consents import is_good

INES = "0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c001"
JO = "0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c002"


@pytest.fixture
def ines(former) -> FormerService:
    former.add_user(INES, "ines", "former-secret")
    return former


@pytest.fixture
def consent(ines, standin) -> str:
    token = microsoft.redeem(standin).json()["refresh_token"]
    ines.add_consent(INES, token)
    return token


def test_everybody_signs_in_as_before(ines, moved, client, settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    answer = moved()
    assert answer.lines[-1] == "Accounts and OneDrive consents: 1 of 1."

    user = User.objects.get()
    assert (user.pk, user.is_staff, user.is_superuser) == (UUID(INES), True, False)
    assert list(user.groups.values_list("name", flat=True)) == [CURATOR]
    signed_in = client.get("/login/?username=ines&password=former-secret").json()
    assert signed_in["code"] == 2
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sha256$")


def test_whoever_changed_since_is_left_alone(ines, moved):
    moved()
    User.objects.update(username="other", password="newer")
    User.objects.get().groups.clear()
    assert moved().error == ""
    user = User.objects.get()
    assert (user.username, user.password) == ("other", "newer")
    assert not user.groups.exists()


def test_who_cannot_be_moved_is_named_and_keeps_nobody(ines, moved):
    ines.add_user("7", "seven", "secret")
    ines.execute("INSERT INTO userdb VALUES (%s, NULL, NULL)", JO)
    answer = moved()
    assert answer.lines[:2] == [
        f"The account of {JO}: The name is missing or too long.",
        "The account of seven: The id is no UUID.",
    ]
    assert (answer.error, answer.status) == (
        "Not as it should be: 2 accounts or consents.",
        1,
    )
    assert User.objects.get().username == "ines"


def test_an_account_that_is_gone_is_told_later(ines, moved):
    moved()
    User.objects.all().delete()
    answer = moved("--verify-only")
    assert answer.lines[0] == "The account of ines: It is not here."
    assert not User.objects.exists()


def test_a_dry_run_moves_nobody(consent, moved):
    assert moved("--dry-run").error == ""
    assert not User.objects.exists()
    assert not Connection.objects.exists()


# --- Consents ---------------------------------------------------------------------


def test_a_consent_goes_on_encrypted(consent, moved, standin):
    assert moved().error == ""
    connection = Connection.objects.get()
    assert connection.user.username == "ines"
    assert is_good(standin, auth.access_token(connection))
    assert consent not in connection.cache


def test_twice_asks_microsoft_once(consent, moved, standin):
    moved()
    row = Connection.objects.values().get()
    moved()
    assert Connection.objects.values().get() == row
    assert standin.identity.requests["refresh_token"] == 1


def test_a_consent_that_is_over_is_told_and_loses_nothing(
    consent, former, moved, standin, caplog
):
    standin.identity.revoke_all()
    former.add(samples.png())

    answer = moved()

    assert answer.lines[0] == (
        "The OneDrive consent of ines: Microsoft did not accept this sign-in."
        " Somebody has to connect OneDrive anew."
    )
    assert answer.status == 1
    assert Image.objects.count() == User.objects.count() == 1
    assert consent not in caplog.text + "".join(answer.lines) + answer.error


def test_while_microsoft_is_away_it_is_tried_again(consent, former, moved, standin):
    former.add(samples.png())
    fault = Fault(role="identity", path="*/token", status=503, times=1)
    standin.faults.add(fault)

    answer = moved()

    assert answer.lines[0].endswith("The same command tries it again.")
    assert (answer.status, Image.objects.count()) == (1, 1)
    assert moved().error == ""
    assert Connection.objects.exists()


def test_without_the_application_it_is_tried_again(consent, moved, settings):
    settings.ONEDRIVE_CLIENT_SECRET = ""
    assert moved().lines[0].endswith("The same command tries it again.")


@pytest.mark.parametrize(
    ("user", "token", "reason"),
    [
        (INES, None, "The OneDrive consent of ines: There is none."),
        (JO, "M.token", f"The OneDrive consent of {JO}: Nobody here has this id."),
        ("7", "M.token", "The OneDrive consent of 7: Nobody here has this id."),
    ],
)
def test_what_is_no_consent_is_named(ines, moved, user, token, reason):
    ines.add_consent(user, token)
    answer = moved()
    assert answer.lines[0].startswith(reason)
    assert answer.status == 1
