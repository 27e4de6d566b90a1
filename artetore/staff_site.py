"""What django-unfold asks of the staff site: its sidebar, its styles and scripts."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """As django-unfold takes it: sections of entries."""
    return [
        {
            "title": "Gallery",
            "items": [
                _entry("Groups", "photo_library", "gallery.group"),
                _entry("Images", "image", "gallery.image"),
            ],
        },
        {
            "title": "OneDrive",
            "items": [
                _entry(
                    "Browse", "cloud", "onedrive.drivefolder", view="onedrive_drive"
                ),
                _entry("Sync", "sync", "onedrive.mirror", view="onedrive_sync"),
                _entry("Imports", "cloud_download", "onedrive.import"),
                _entry(
                    *("Files that failed", "report", "onedrive.importitem"),
                    query="?state=undecided",
                ),
                _entry("Folders", "folder", "onedrive.drivefolder"),
                _entry("Connections", "link", "onedrive.connection"),
            ],
        },
        {
            "title": "People",
            "items": [
                _entry("Users", "person", "accounts.user")
                | {"permission": lambda request: request.user.is_superuser}
            ],
        },
    ]


def styles(request: HttpRequest) -> str:
    return static("gallery/admin.css")


def own_styles(request: HttpRequest) -> str:
    return static("artetore/staff.css")


def zone(request: HttpRequest) -> str:
    return static("artetore/zone.js")


def labels(request: HttpRequest) -> str:
    return static("artetore/labels.js")


def _entry(
    title: str, icon: str, model: str, *, view: str = "", query: str = ""
) -> dict[str, Any]:
    """For those who may view `app.model`."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse(f"admin:{view or f'{app}_{name}_changelist'}") + query,
        "permission": lambda request: request.user.has_perm(f"{app}.view_{name}"),
    }
