"""Wrong settings, told by `manage.py check` before the first request fails."""

import ipaddress
import sys
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.management import get_commands
from django.utils.module_loading import import_string

NEEDED = (
    "ONEDRIVE_CLIENT_ID",
    "ONEDRIVE_CLIENT_SECRET",
    "ONEDRIVE_ROOT_FOLDER_ID",
    "ONEDRIVE_REDIRECT_URI",
)


@register
def settings_present(**kwargs: Any) -> list[CheckMessage]:
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if not missing or not _needs_onedrive("".join(sys.argv[1:2])):
        return []
    return [
        Warning(
            f"OneDrive can't be used: {', '.join(missing)} not set.",
            hint="Client id and secret come from the application's registration at"
            " Microsoft; the root folder is the one that the gallery's folders lie in.",
            id="onedrive.W001",
        )
    ]


def _needs_onedrive(command: str) -> bool:
    """Or asks for all. Whoever does something else need not be told each time."""
    app = get_commands().get(command, "onedrive")
    return app == "onedrive" or command in ("check", "migrate")


@register
def redirect_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Where Microsoft leads back to: the frontend, and the staff site."""
    return [
        Warning(
            f"Microsoft will not take {name} as it is.",
            hint="It has to be an https address, or http at localhost, exactly as it"
            " is registered.",
            id="onedrive.W002",
        )
        for name in ("ONEDRIVE_REDIRECT_URI", "SITE_URL")
        if not _is_registrable(getattr(settings, name))
    ]


def _is_registrable(uri: str) -> bool:
    address = urlsplit(uri)
    host = address.hostname or ""
    secure = bool(host) and address.scheme == "https"
    return not uri or secure or (address.scheme == "http" and _is_loopback(host))


@register
def token_keys(**kwargs: Any) -> list[CheckMessage]:
    try:
        for key in settings.ONEDRIVE_TOKEN_KEYS:
            Fernet(key.strip())
    except ValueError:
        return [
            Error(
                "ONEDRIVE_TOKEN_KEYS holds something that is no Fernet key.",
                hint="Keys are separated by commas, the newest first. `make install`"
                " makes the first one.",
                id="onedrive.E001",
            )
        ]
    return []


@register
def http_adapter(**kwargs: Any) -> list[CheckMessage]:
    try:
        import_string(settings.ONEDRIVE_HTTP_ADAPTER)
    except ImportError as error:
        return [
            Error(
                f"ONEDRIVE_HTTP_ADAPTER names nothing that is there: {error}",
                hint="Leave it out, to speak to Microsoft.",
                id="onedrive.E002",
            )
        ]
    return []


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
