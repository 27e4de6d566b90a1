"""Pictures that are stored, with or without rows."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

from gallery.models import Image
from gallery.services import NewImage, images_add, picture_store
from gallery.tests import samples
from gallery.variants import Rendering, render


@pytest.fixture
def picture_file(tmp_path) -> Callable[..., Path]:
    """A file on disk; without content, a small PNG."""
    numbers = count(1)

    def make(content: bytes | None = None, name: str = "") -> Path:
        path = tmp_path / (name or f"file-{next(numbers)}")
        path.write_bytes(samples.png((40, 30)) if content is None else content)
        return path

    return make


@pytest.fixture
def picture(db, picture_file) -> Callable[..., NewImage]:
    """A stored picture without a row; another content for each index."""

    def make(index: int = 0, **names: str) -> NewImage:
        path = picture_file(samples.png((40 + index, 30)))
        return picture_store(path=path, **{"name": f"{index}.png"} | names)

    return make


@pytest.fixture
def added(picture) -> Callable[..., list[Image]]:
    """Images of these indices in a new group, or in that of the number."""

    def make(*indices: int, group: int | None = None) -> list[Image]:
        return images_add(group=group, images=[picture(index) for index in indices])

    return make


@pytest.fixture
def storage(settings) -> Callable[[str], None]:
    """Keeps the pictures in a storage of that class."""

    def use(backend: str) -> None:
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend}}

    return use


@pytest.fixture
def rendered(tmp_path) -> Callable[..., Rendering]:
    """Renders bytes under a name that says nothing of their format."""

    def run(
        content: bytes, *, max_bytes: int = 10**7, max_pixels: int = 10**7
    ) -> Rendering:
        path = tmp_path / "original"
        path.write_bytes(content)
        return render(path, max_bytes=max_bytes, max_pixels=max_pixels)

    return run


@pytest.fixture
def boss(client, django_user_model):
    """A browser in which somebody who may do everything has signed in."""
    user = django_user_model.objects.create_superuser("boss", password="p")
    client.force_login(user, "accounts.backends.StaffBackend")
    return client


@pytest.fixture
def clerk(client, staff):
    """A browser of a member of staff with these permissions on the gallery alone."""

    def sign_in(*codenames):
        permissions = Permission.objects.filter(
            content_type__app_label="gallery", codename__in=codenames
        )
        assert len(permissions) == len(codenames)
        staff.user_permissions.set(permissions)
        client.force_login(staff, "accounts.backends.StaffBackend")
        return client

    return sign_in
