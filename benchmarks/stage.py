"""What every measurement stands on: settings, an empty database, a OneDrive."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from onedrive.standin.server import StandIn


def set_up() -> None:
    """Before anything of the project's is imported."""
    import django
    from django.core.management import call_command

    os.environ["DJANGO_SETTINGS_MODULE"] = "artetore.tests.settings"
    django.setup()
    call_command("migrate", verbosity=0)


@contextmanager
def connected_onedrive() -> "Iterator[tuple[StandIn, AbstractUser]]":
    """A stand-in, and a user who is connected to it."""
    from django.conf import settings

    from onedrive.standin.server import StandIn

    with (
        tempfile.TemporaryDirectory() as folder,
        StandIn(
            Path(folder),
            client_id=settings.ONEDRIVE_CLIENT_ID,
            client_secret=settings.ONEDRIVE_CLIENT_SECRET,
            root_folder_id=settings.ONEDRIVE_ROOT_FOLDER_ID,
        ) as standin,
    ):
        os.environ["ONEDRIVE_STANDIN_URL"] = standin.url
        yield standin, connected_user()


def connected_user() -> "AbstractUser":
    """Somebody who has consented to the stand-in at ONEDRIVE_STANDIN_URL."""
    from django.contrib.auth import get_user_model

    from onedrive import auth
    from onedrive.tests.consents import answer_of

    user = get_user_model().objects.create_user("bench", is_staff=True)
    auth.connect(user=user, code=answer_of(auth.sign_in_url())["code"])
    return user
