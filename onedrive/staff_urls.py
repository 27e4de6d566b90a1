"""The staff site's own pages of OneDrive, and who may do what there."""

from django.urls import URLPattern, path

from onedrive import (
    staff_connect,
    staff_drive,
    staff_import,
    staff_items,
    staff_sync,
    staff_uploads,
)
from onedrive.staff_rights import (
    BROWSE,
    CHANGE,
    CONNECT,
    DELETE,
    IMPORT,
    SEE_SYNC,
    SYNC,
    View,
    allowed,
)

FOLDER = "drive/<str:folder>"


def urls() -> list[URLPattern]:
    return [
        _page("connect", "connect/", staff_connect.connect, CONNECT),
        path("onedrive/connected/", staff_connect.connected, name="onedrive_connected"),
        _page("disconnect", "disconnect/", staff_connect.disconnect, CONNECT),
        _page("drive", "drive/", staff_drive.folder_page, BROWSE),
        _page("drive_folder", f"{FOLDER}/", staff_drive.folder_page, BROWSE),
        _page("create", f"{FOLDER}/create/", staff_items.create, CHANGE),
        _page("rename", f"{FOLDER}/rename/", staff_items.rename, CHANGE),
        _page("delete", f"{FOLDER}/delete/", staff_items.delete, DELETE),
        _page("upload", f"{FOLDER}/upload/", staff_uploads.begin, CHANGE),
        _page("relay", f"{FOLDER}/relay/", staff_uploads.relay, CHANGE),
        _page("order", f"{FOLDER}/import/", staff_import.order, IMPORT),
        path(
            "onedrive/thumbnails/<str:ticket>/",
            allowed(staff_drive.thumbnail, BROWSE, cacheable=True),
            name="onedrive_thumbnail",
        ),
        _page("sync", "sync/", staff_sync.sync_page, SEE_SYNC, SYNC),
    ]


def _page(name: str, route: str, view: View, *rights: str) -> URLPattern:
    return path(f"onedrive/{route}", allowed(view, *rights), name=f"onedrive_{name}")
