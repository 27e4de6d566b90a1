"""A former service with nothing in it yet, and the command that moves it in."""

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from artetore.former.tests.service import FormerService, former_service
from gallery.services import NewImage, picture_store
from gallery.tests import samples
from gallery.tests.commands import Answer, run


@pytest.fixture
def former() -> Iterator[FormerService]:
    with former_service(f"former_{os.getpid()}") as service:
        yield service


@pytest.fixture
def moved(former, transactional_db) -> Callable[..., Answer]:
    """Runs the command; answers what it said."""
    return lambda *options: run("import_artetore", "--database", former.url, *options)


@pytest.fixture
def report(moved) -> Callable[..., dict[str, Any]]:
    """Runs the command; answers what it told machines."""
    return lambda *options: json.loads(moved("--json", *options).lines[-1])


@pytest.fixture
def stored(transactional_db, tmp_path) -> Callable[[int], NewImage]:
    """A picture from elsewhere, without a row."""

    def store(index: int) -> NewImage:
        path = tmp_path / str(index)
        path.write_bytes(samples.png((40 + index, 20)))
        return picture_store(path=path, name=f"{index}.png")

    return store
