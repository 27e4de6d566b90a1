from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from accounts.models import User

LONGEST_NAME = User._meta.get_field("username").max_length
LONGEST_PASSWORD = 4096


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
