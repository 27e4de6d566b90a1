"""Small pictures of files: their addresses and the drawing of them.

Microsoft's page "List thumbnails for a DriveItem".
"""

import re
import uuid
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageOps
from werkzeug.wrappers import Response

from .answers import json_answer, with_context
from .calls import Call
from .errors import StoreError, invalid, not_found
from .facets import upright_size
from .items import Item

NAMED = {"small": 96, "medium": 176, "large": 800}
SQUARE = {f"{name}Square": side for name, side in NAMED.items()}
CUSTOM = re.compile(r"c(\d{1,4})x(\d{1,4})(_crop)?")


def show(call: Call) -> Response:
    """The sets of an item, or one size: `thumbnails`, `thumbnails/0/large`."""
    index, _, rest = call.address.rest.partition("/")
    sets = thumbnail_sets(call, call.item, _asked_sizes(call))
    if not index:
        context = with_context(call.request, "Collection(thumbnailSet)", {})
        return json_answer(context | {"value": sets})
    if index != "0" or not sets:
        raise not_found()
    if not rest:
        return json_answer(with_context(call.request, "thumbnailSet", sets[0]))
    return _one_size(call, rest)


def _one_size(call: Call, rest: str) -> Response:
    size, _, tail = rest.partition("/")
    if size not in NAMED | SQUARE or tail not in ("", "content"):
        raise StoreError(400, "BadRequest", "Unsupported segment type.")
    thumbnail = _thumbnail(call, call.item, size)
    if tail == "content":
        return Response(status=302, headers={"Location": thumbnail["url"]})
    return json_answer(with_context(call.request, "thumbnail", thumbnail))


def _asked_sizes(call: Call) -> list[str]:
    asked = sorted(call.selected - {"id"}) or list(NAMED)
    if not all(size in NAMED | SQUARE or CUSTOM.fullmatch(size) for size in asked):
        raise invalid("Unsupported options for thumbnails.", "invalidQueryOption")
    return asked


def thumbnail_sets(
    call: Call, item: Item, sizes: list[str] | None = None
) -> list[dict]:
    """One set, or none when the file is no picture or was not looked into yet."""
    if upright_size(item.visible_facets) is None:
        return []
    sizes = sizes or list(NAMED)
    return [{"id": "0"} | {size: _thumbnail(call, item, size) for size in sizes}]


def _thumbnail(call: Call, item: Item, size: str) -> dict:
    upright = upright_size(item.visible_facets) or (1, 1)
    width, height, crop = box(size)
    if not crop and call.kind.true_thumbnail_sizes:
        width, height = fitted(upright, (width, height))
    lasts = call.service.behaviour.link_life
    expires = call.service.clock.now() + lasts
    sealed = call.service.seal.close(
        thumbnail=item.id,
        size=size,
        expires=expires if call.kind.thumbnail_links_expire else None,
    )
    # The version makes it another address once the content is another.
    tail = f"?v={item.content_version}&tempauth={sealed}"
    url = f"{call.service.content_url}/t/{quote(item.id)}/{size}{tail}"
    return {"width": width, "height": height, "url": url}


def box(size: str) -> tuple[int, int, bool]:
    """Width, height, and whether the picture is cropped to fill them."""
    side = NAMED.get(size) or SQUARE.get(size)
    if side:
        return side, side, size in SQUARE
    match = CUSTOM.fullmatch(size)
    if match is None or not (int(match[1]) and int(match[2])):
        raise invalid("Unsupported options for thumbnails.", "invalidQueryOption")
    return int(match[1]), int(match[2]), bool(match[3])


def fitted(size: tuple[int, int], within: tuple[int, int]) -> tuple[int, int]:
    scale = min(within[0] / size[0], within[1] / size[1], 1)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def draw(source: Path, target: Path, size: str) -> None:
    """Write the thumbnail whole or not at all; OSError when it cannot be made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{uuid.uuid4().hex}")
    try:
        _drawn(source, size).save(unfinished, "JPEG", quality=85)
    except Exception as error:  # pillow raises many kinds for a broken file
        raise OSError("The picture cannot be drawn.") from error
    unfinished.replace(target)


def _drawn(source: Path, size: str) -> Image.Image:
    width, height, crop = box(size)
    with Image.open(source) as opened:
        opened.draft("RGB", (width * 2, height * 2))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if crop:
        return ImageOps.fit(picture, (width, height))
    picture.thumbnail((width, height))
    return picture
