"""Pictures of every page, wide and on a phone, and the document that shows them."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image as Picture
from playwright.sync_api import Browser, Page

from accounts.models import User
from artetore.demo.chromium import PHONE, WIDE, sign_in
from gallery.models import Group, Image
from onedrive.models import DriveFolder, Import

COLORS, MOST_BYTES = (256, 128, 64), 150_000
LIST = "pages.md"
HEAD = """# The pages

At 1280 and at 390 pixels, of the demonstration's gallery, by `make screenshots`.
"""


VIEWS = {
    "": {"viewport": WIDE, "color_scheme": "light"},
    "-phone": {"viewport": PHONE, "color_scheme": "dark"},
}


class Shot(NamedTuple):
    """A page: the name of its pictures, its address, what it is, and what it shows
    when it is drawn."""

    name: str
    path: str
    title: str
    shows: str = "body"


LOGIN = Shot("login", "/staff/login/", "Signing in")


def shots() -> list[Shot]:
    """Every page besides, for what there is in the gallery at this moment."""
    group = Group.objects.with_pictures().order_by("number").first()
    image = Image.objects.filter(group=group).in_order().first()
    run = Import.objects.order_by("pk").first()
    folder = DriveFolder.objects.filter(group=group).first()
    person = User.objects.order_by("date_joined").first()
    gallery, onedrive = "/staff/gallery", "/staff/onedrive"
    return [
        Shot("home", "/staff/", "How things stand"),
        Shot("groups", f"{gallery}/group/", "Groups"),
        Shot("group", f"{gallery}/group/{group.pk}/change/", "A group"),
        Shot("images", f"{gallery}/image/", "Images"),
        Shot("image", f"{gallery}/image/{image.pk}/change/", "An image"),
        Shot("deletion", f"{gallery}/group/{group.pk}/delete/", "Deleting a group"),
        Shot("drive", f"{onedrive}/drive/", "Browse"),
        Shot("folder", f"{onedrive}/drive/{folder.item_id}/", "A folder of OneDrive"),
        Shot("sync", f"{onedrive}/sync/", "Sync"),
        Shot("imports", f"{onedrive}/import/", "Imports"),
        Shot("import", f"{onedrive}/import/{run.pk}/change/", "An import"),
        Shot("files", f"{onedrive}/importitem/", "Files"),
        Shot("folders", f"{onedrive}/drivefolder/", "Folders"),
        Shot("connections", f"{onedrive}/connection/", "Connections"),
        Shot("users", "/staff/accounts/user/", "Users"),
        Shot("user", f"/staff/accounts/user/{person.pk}/change/", "A user"),
        Shot("front", "/", "The site's own page"),
        Shot("api", "/api/docs/", "The API", ".opblock"),
    ]


def take(
    browser: Browser,
    site: str,
    folder: Path,
    *,
    pages: Sequence[Shot],
    progress: Callable[[Sequence[Shot]], Iterable[Shot]] = iter,
) -> None:
    """Into `folder`, signed in as the demonstration's user."""
    for suffix, view in VIEWS.items():
        context = browser.new_context(base_url=site, **view)
        page = context.new_page()
        for shot in progress([LOGIN, *pages]):
            if shot == pages[0]:
                sign_in(page, "demo", "demo")
            (folder / f"{shot.name}{suffix}.png").write_bytes(_taken(page, shot))
        context.close()
    (folder / LIST).write_text(_listed([LOGIN, *pages]))


def _taken(page: Page, shot: Shot) -> bytes:
    page.goto(shot.path, wait_until="networkidle")
    page.locator(shot.shows).first.wait_for()
    page.evaluate("document.fonts.ready")
    return _smaller(page.screenshot())


def _smaller(png: bytes) -> bytes:
    """In so few colors that it is short: nobody sees the difference."""
    picture = Picture.open(io.BytesIO(png)).convert("RGB")
    for colors in COLORS:
        few = picture.quantize(colors, Picture.Quantize.MEDIANCUT, dither=0)
        buffer = io.BytesIO()
        few.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()


def _listed(pages: Sequence[Shot]) -> str:
    return HEAD + "".join(
        f"\n## {shot.title}\n\n"
        f'<img src="{shot.name}.png" width="640" alt="{shot.title}"> '
        f'<img src="{shot.name}-phone.png" width="195" alt="On a phone">\n'
        for shot in pages
    )
