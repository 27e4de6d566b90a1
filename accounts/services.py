import re
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.hashers import LegacyBcrypt
from accounts.models import User

LONGEST_NAME = User._meta.get_field("username").max_length
LONGEST_PASSWORD = 4096
BCRYPT = re.compile(r"\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}")


class UserRefused(Exception):
    """Nobody can be made of this; `str(error)` is a sentence for people."""


def sign_in(*, request: HttpRequest, username: str, password: str) -> User | None:
    """The active member of staff of that name and password, or None.

    After too many wrong tries None for the right password too, and the answer to
    the request becomes `accounts.lockout.locked_out`.
    """
    # What is too long cannot be right, and is judged with the same work as the rest:
    # one character more than any name has, and a password that nobody has.
    name = username[: LONGEST_NAME + 1]
    known = password if len(password) <= LONGEST_PASSWORD else ""
    user = authenticate(request, username=name, password=known)
    if user is not None:
        user_logged_in.send(sender=type(user), request=request, user=user)
    return user


@transaction.atomic
def user_adopt(*, id: str, username: str, bcrypt_hash: str) -> tuple[User, bool]:
    """A member of staff with the id, the name and the bare hash that they had in the
    former service, and whether they are new here.

    Whoever has the id already stays as they are. Raises UserRefused.
    """
    key = _uuid(id)
    if known := User.objects.filter(pk=key).first():
        return known, False
    if not username or len(username) > LONGEST_NAME:
        raise UserRefused("The name is missing or too long.")
    if not BCRYPT.fullmatch(bcrypt_hash):
        raise UserRefused("What stands for the password is no bcrypt hash.")
    password = f"{LegacyBcrypt.algorithm}${bcrypt_hash}"
    user = User(pk=key, username=username, password=password, is_staff=True)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UserRefused("Somebody else has this name here.") from None
    return user, True


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UserRefused("The id is no UUID.") from None
