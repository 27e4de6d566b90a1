"""Moves the former users in, and what they consented to at Microsoft."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group as Role
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from accounts.services import UserRefused, user_adopt
from artetore.former.tables import FormerConsent, FormerTables, FormerUser
from artetore.roles import CURATOR
from onedrive import auth
from onedrive.exceptions import NotConfigured, OneDriveError
from onedrive.models import Connection

AGAIN = "The same command tries it again."
ANEW = "Somebody has to connect OneDrive anew."


@dataclass(frozen=True)
class Person:
    """Somebody whose account or consent (`what`) is here, if there is no `problem`."""

    what: str
    name: str
    problem: str = ""

    def __str__(self) -> str:
        return f"The {self.what} of {self.name}"


def people(*, tables: FormerTables, look_only: bool = False) -> Iterator[Person]:
    """Move in who and what is not here yet, while it is iterated, or only look.

    Whoever is here already stays as they are. Raises FormerFailed.
    """
    for user in tables.users():
        name = user.name or user.id
        yield Person("account", name, _user_problem(user, look_only))
    for consent in tables.consents():
        name = str(_user(consent.user_id) or consent.user_id)
        yield Person("OneDrive consent", name, _consent_problem(consent, look_only))


def _user(key: str) -> User | None:
    try:
        return User.objects.filter(pk=key).first()
    except ValidationError:  # no UUID
        return None


def _user_problem(former: FormerUser, look_only: bool) -> str:
    if look_only:
        return "" if _user(former.id) else "It is not here."
    try:
        _adopt(former)
    except UserRefused as error:
        return str(error)
    return ""


@transaction.atomic
def _adopt(former: FormerUser) -> None:
    user, new = user_adopt(
        id=former.id, username=former.name, bcrypt_hash=former.password
    )
    if new:
        user.groups.add(Role.objects.get(name=CURATOR))


def _consent_problem(former: FormerConsent, look_only: bool) -> str:
    user = _user(former.user_id)
    if user is None:
        return "Nobody here has this id."
    if Connection.objects.filter(user=user).exists():
        return ""
    if look_only or not former.refresh_token:
        return f"There is none. {ANEW}"
    try:
        auth.adopt(user=user, refresh_token=former.refresh_token)
    except OneDriveError as error:
        again = error.retryable or isinstance(error, NotConfigured)
        return f"{error} {AGAIN if again else ANEW}"
    return ""
