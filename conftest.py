"""Fixtures that all apps share: files, people, and a OneDrive on a local socket."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from PIL import Image as Picture
from rest_framework.test import APIClient

from onedrive import auth
from onedrive.models import Connection
from onedrive.standin.server import StandIn
from onedrive.tests.consents import answer_of
from onedrive.way_back import return_address

PASSWORD = "staff-password"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    from artetore.tests.emptying import Emptier

    with django_db_blocker.unblock():
        Emptier().install()


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    """An empty place for pictures, each test its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    # Throttles count in the cache.
    cache.clear()
    return settings.MEDIA_ROOT


@pytest.fixture
def stored_files(media) -> Callable[[], list[str]]:
    """The names of all files in the storage."""

    def names() -> list[str]:
        found = (path for path in media.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(media)) for path in found)

    return names


# --- People -----------------------------------------------------------------------


@pytest.fixture
def staff(db, django_user_model) -> Any:
    return django_user_model.objects.create_user(
        "staff", password=PASSWORD, is_staff=True
    )


@pytest.fixture
def other_staff(db, django_user_model) -> Any:
    return django_user_model.objects.create_user(
        "other", password=PASSWORD, is_staff=True
    )


@pytest.fixture
def api_of() -> Callable[[Any], APIClient]:
    """A client of the JSON API with the Bearer token of a user."""
    from accounts.tokens import token_for

    def client(user: Any) -> APIClient:
        api = APIClient()
        api.default_format = "json"
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(user)}")
        return api

    return client


@pytest.fixture
def api(api_of, staff) -> APIClient:
    return api_of(staff)


# --- A browser --------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium: `artetore.tests.browsers.opened` opens pages in it."""
    from artetore.tests.browsers import chromium

    with chromium() as running:
        yield running


# --- OneDrive ---------------------------------------------------------------------


@pytest.fixture
def drive_kind() -> str:
    """Of the OneDrive; tests that matter for both kinds give their own."""
    return "personal"


@pytest.fixture
def standin(tmp_path, settings, monkeypatch, drive_kind) -> Iterator[StandIn]:
    """An empty OneDrive with the configured root folder, on free ports."""
    with StandIn(
        tmp_path / "onedrive",
        kind=drive_kind,
        client_id=settings.ONEDRIVE_CLIENT_ID,
        client_secret=settings.ONEDRIVE_CLIENT_SECRET,
        root_folder_id=settings.ONEDRIVE_ROOT_FOLDER_ID,
        redirect_uris=[
            *(settings.ONEDRIVE_REDIRECT_URI, return_address()),
            # That of a live server, whatever its port.
            "http://localhost/staff/onedrive/connected/",
        ],
    ) as running:
        monkeypatch.setenv("ONEDRIVE_STANDIN_URL", running.url)
        yield running


@pytest.fixture
def consent(standin) -> Callable[[], str]:
    """Gives consent as a person would, and answers the code of the redirect."""

    def accept() -> str:
        return answer_of(auth.sign_in_url())["code"]

    return accept


@pytest.fixture
def connection(staff, consent) -> Connection:
    return auth.connect(user=staff, code=consent())


def png(index: int, size: tuple[int, int] = (320, 200)) -> bytes:
    """A small picture that differs by its index."""
    buffer = io.BytesIO()
    color = (index * 37 % 256, index * 59 % 256, index * 83 % 256)
    picture = Picture.new("RGB", size, color)
    picture.putpixel((index % size[0], 0), (255, 255, 255))
    picture.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def tree(tmp_path) -> Callable[[Mapping[str, Sequence[str]]], Path]:
    """Folders of files on disk: pictures, but for `broken*` and `*.txt`."""

    def make(folders: Mapping[str, Sequence[str]]) -> Path:
        root = tmp_path / "tree"
        names = [(folder, name) for folder in folders for name in folders[folder]]
        for folder in folders:
            (root / folder).mkdir(parents=True)
        for index, (folder, name) in enumerate(names, 1):
            content = png(index)
            if name.startswith("broken"):
                content = content[: len(content) // 2]
            if name.endswith(".txt"):
                content = b"This is no picture."
            (root / folder / name).write_bytes(content)
        return root

    return make


@pytest.fixture
def drive_file(api, connection, standin, tree) -> dict[str, str]:
    """A picture below the root folder, as the frontend names it."""
    standin.seed(tree({"Parallel": ["a.png"]}))
    listing = api.get("/admin/onedrive/folders").json()["folders"]
    [folder] = [entry for entry in listing.values() if isinstance(entry, dict)]
    [(file_id, file)] = folder["files"].items()
    return {"file_name": file["file_name"], "file_id": file_id}


@pytest.fixture
def outside(standin) -> str:
    """The id of a folder beside the root folder."""
    store = standin.store
    return store.create_folder(store.root.id, "Private", "fail")[0].id


@pytest.fixture
def revision(db) -> Callable[[], int]:
    from gallery.models import Counter

    return lambda: Counter.read(Counter.REVISION)
