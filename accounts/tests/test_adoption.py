"""People of the former service keep their ids, their names and their passwords."""

from uuid import UUID

import bcrypt
import pytest

from accounts.models import User
from accounts.services import UserRefused, user_adopt
from artetore import settings as production

pytestmark = pytest.mark.django_db

ID = "0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c001"
HASH = bcrypt.hashpw(b"former-secret", bcrypt.gensalt(4)).decode()


def adopted(**changes):
    return user_adopt(**{"id": ID, "username": "ines", "bcrypt_hash": HASH} | changes)


def test_somebody_signs_in_as_before_and_gets_a_newer_hash(client, settings):
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    user, new = adopted()
    assert (user.pk, user.username, new) == (UUID(ID), "ines", True)

    answer = client.get("/login/?username=ines&password=former-secret").json()

    assert answer["code"] == 2
    user.refresh_from_db()
    assert user.password.startswith("pbkdf2_sha256$")


def test_whoever_is_here_already_stays_as_they_are():
    adopted()
    User.objects.update(username="renamed", password="new")
    user, new = adopted()
    assert (user.username, user.password, new) == ("renamed", "new", False)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": "7"}, "no UUID"),
        ({"id": ""}, "no UUID"),
        ({"username": ""}, "missing or too long"),
        ({"username": "n" * 151}, "missing or too long"),
        ({"bcrypt_hash": ""}, "no bcrypt hash"),
        ({"bcrypt_hash": "plain"}, "no bcrypt hash"),
        ({"bcrypt_hash": HASH[:-1]}, "no bcrypt hash"),
    ],
)
def test_what_is_no_person_is_refused(change, reason):
    with pytest.raises(UserRefused, match=reason):
        adopted(**change)
    assert not User.objects.exists()


def test_a_name_belongs_to_whoever_came_first():
    adopted()
    with pytest.raises(UserRefused, match="Somebody else"):
        adopted(id="0c3b7a0e-6a3f-4b52-9d0c-52f1f6b7c002")
    assert User.objects.get().pk == UUID(ID)
