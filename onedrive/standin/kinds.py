"""Every difference between a personal and a business drive, in one place."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Literal

DAY = 86400
MINUTE = 60
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class Kind:
    """What one kind of drive does where the two differ."""

    name: Literal["personal", "business"]
    root_suffix: str
    quota: int
    ids_ignore_case: bool
    renamed: str
    orders: frozenset[str]
    folder_replace_gives_existing: bool
    can_purge: bool
    copy_ends_with: int
    all_hashes: bool
    folder_ctags: bool
    full_photo: bool
    thumbnails_in_listings: bool
    true_thumbnail_sizes: bool
    thumbnail_links_expire: bool
    session_life: float
    session_renewal: float
    session_limit: float
    sessions_share_a_name: bool
    session_takes_extras: bool
    folder_delta: bool
    delta_thumbnails: bool
    delta_lists_deleted_descendants: bool
    delta_names_the_deleted: bool
    delta_ctags: bool
    delta_takes_timestamps: bool
    rate_limit_headers: bool

    def new_drive_id(self) -> str:
        if self.name == "personal":
            return secrets.token_hex(8)
        return "b!" + secrets.token_urlsafe(48)

    def new_item_id(self, drive_id: str) -> str:
        if self.name == "personal":
            return f"{drive_id.upper()}!s{uuid.uuid4().hex}"
        return "01" + "".join(secrets.choice(BASE32) for _ in range(32))

    def root_id(self, drive_id: str) -> str:
        if self.name == "personal":
            return drive_id.upper() + self.root_suffix
        return self.new_item_id(drive_id)


PERSONAL = Kind(
    name="personal",
    root_suffix="!sea8cc6beffdb43d7976fbc7da445c639",
    quota=5 * 1024**3,
    ids_ignore_case=True,
    renamed="{stem} {number}{suffix}",
    orders=frozenset({"name", "size", "lastModifiedDateTime"}),
    folder_replace_gives_existing=True,
    can_purge=False,
    copy_ends_with=303,
    all_hashes=True,
    folder_ctags=True,
    full_photo=True,
    thumbnails_in_listings=True,
    true_thumbnail_sizes=True,
    thumbnail_links_expire=False,
    session_life=7 * DAY,
    session_renewal=0,
    session_limit=7 * DAY,
    sessions_share_a_name=True,
    session_takes_extras=True,
    folder_delta=True,
    delta_thumbnails=True,
    delta_lists_deleted_descendants=True,
    delta_names_the_deleted=True,
    delta_ctags=True,
    delta_takes_timestamps=False,
    rate_limit_headers=False,
)

BUSINESS = Kind(
    name="business",
    root_suffix="",
    quota=1024**4,
    ids_ignore_case=False,
    renamed="{stem}{number}{suffix}",
    orders=frozenset({"name", "url"}),
    folder_replace_gives_existing=False,
    can_purge=True,
    copy_ends_with=200,
    all_hashes=False,
    folder_ctags=False,
    full_photo=False,
    thumbnails_in_listings=False,
    true_thumbnail_sizes=False,
    thumbnail_links_expire=True,
    session_life=15 * MINUTE,
    session_renewal=15 * MINUTE,
    session_limit=DAY,
    sessions_share_a_name=False,
    session_takes_extras=False,
    folder_delta=False,
    delta_thumbnails=False,
    delta_lists_deleted_descendants=False,
    delta_names_the_deleted=False,
    delta_ctags=False,
    delta_takes_timestamps=True,
    rate_limit_headers=True,
)

KINDS = {kind.name: kind for kind in (PERSONAL, BUSINESS)}
