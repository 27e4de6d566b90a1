"""Stored pictures, as the gallery's own tests have them, and whole galleries."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artetore.tests import houses
from gallery.tests.conftest import added, picture, picture_file

__all__ = ["added", "picture", "picture_file"]


@pytest.fixture
def house(staff) -> dict[str, Any]:
    """A furnished gallery: all that is in it."""
    houses.furnish(staff)
    return houses.everything()


@pytest.fixture
def path(tmp_path) -> Path:
    """Where a backup may be, alone in its folder."""
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups" / "gallery.tar"


@pytest.fixture
def storage(settings) -> Callable[[type], None]:
    """Keeps the pictures in a storage of that class."""

    def use(backend: type) -> None:
        name = f"{backend.__module__}.{backend.__qualname__}"
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": name}}

    return use
