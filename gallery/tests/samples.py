"""Small pictures drawn in memory, and files that are none; all answer bytes.

`quarters()` is the measure: red, green, blue and yellow from the top left, so that a
picture that lies, or whose colours are wrong, is seen at four pixels.
"""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()

Size = tuple[int, int]

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 200, 20), (20, 20, 220), (230, 220, 20)
CORNERS = (RED, GREEN, BLUE, YELLOW)
CLEAR = 0
SIZE = (320, 240)
ORIENTATION = 0x0112


def quarters(size: Size = SIZE, mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", (2, 2))
    picture.putdata(CORNERS)
    return picture.resize(size, Image.Resampling.NEAREST).convert(mode)


def encoded(picture: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


# --- Pictures -----------------------------------------------------------------------


def jpeg(size: Size = SIZE, **options: Any) -> bytes:
    return encoded(quarters(size), "JPEG", **{"quality": 95} | options)


def png(size: Size = SIZE, **options: Any) -> bytes:
    return encoded(quarters(size), "PNG", **options)


def webp() -> bytes:
    return encoded(quarters(), "WEBP", quality=95)


def gif() -> bytes:
    return encoded(quarters(), "GIF")


def animated_gif() -> bytes:
    """Its first frame is `quarters`, the others are black."""
    black = Image.new("RGB", SIZE)
    return encoded(quarters(), "GIF", save_all=True, append_images=[black, black])


def animated_webp() -> bytes:
    black = Image.new("RGB", SIZE)
    return encoded(quarters(), "WEBP", save_all=True, append_images=[black])


def tiff(**options: Any) -> bytes:
    return encoded(quarters(), "TIFF", **options)


def bmp() -> bytes:
    return encoded(quarters(), "BMP")


def avif(**options: Any) -> bytes:
    return encoded(quarters(), "AVIF", quality=90, **options)


def heic() -> bytes:
    return encoded(quarters(), "HEIF", quality=90)


def mpo() -> bytes:
    """As cameras write them: more than one JPEG in a file."""
    second = Image.new("RGB", SIZE)
    return encoded(quarters(), "MPO", save_all=True, append_images=[second])


def cmyk_jpeg() -> bytes:
    return encoded(quarters(mode="CMYK"), "JPEG", quality=95)


def grey_jpeg() -> bytes:
    return encoded(Image.new("L", SIZE, 128), "JPEG")


def bilevel_png() -> bytes:
    """White on the left, black on the right."""
    picture = Image.new("1", SIZE)
    picture.paste(1, (0, 0, SIZE[0] // 2, SIZE[1]))
    return encoded(picture, "PNG")


def palette_png(*, transparent: bool = False) -> bytes:
    """With `transparent`, what is red in `quarters` is not there."""
    picture = quarters().quantize(4)
    options = {"transparency": picture.getpixel((0, 0))} if transparent else {}
    return encoded(picture, "PNG", **options)


def keyed_png() -> bytes:
    """RGB, with one colour that stands for nothing (the tRNS chunk): the red."""
    return png(transparency=RED)


def alpha_png() -> bytes:
    """Red on the left, nothing on the right."""
    picture = Image.new("RGBA", SIZE)
    picture.paste((*RED, 255), (0, 0, SIZE[0] // 2, SIZE[1]))
    return encoded(picture, "PNG")


def grey16_png() -> bytes:
    """Half light (0x8000), which a careless conversion clips to white."""
    return encoded(Image.new("I;16", SIZE, 0x8000), "PNG")


def grey16_tiff(*, order: str = "<") -> bytes:
    """Half light in sixteen bits; `order` is that of their bytes, as in `struct`."""
    width, height = 8, 6
    tags = [
        *((256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 16), (259, 3, 1, 1)),
        *((262, 3, 1, 1), (273, 4, 1, 8), (278, 3, 1, height), (279, 4, 1, 96)),
    ]
    pixels = struct.pack(f"{order}{width * height}H", *[0x8000] * (width * height))
    entries = b"".join(_tag(order, *tag) for tag in tags)
    mark = {"<": b"II", ">": b"MM"}[order]
    start = mark + struct.pack(f"{order}HI", 42, 8 + len(pixels))
    return start + pixels + struct.pack(f"{order}H", len(tags)) + entries + bytes(4)


def _tag(order: str, key: int, kind: int, count: int, value: int) -> bytes:
    packed = struct.pack(f"{order}HHI", key, kind, count)
    return packed + struct.pack(
        f"{order}{'HH' if kind == 3 else 'I'}", *((value, 0) if kind == 3 else (value,))
    )


def float_tiff() -> bytes:
    """From 0.0 on the left to 1.0 on the right."""
    picture = Image.new("F", SIZE)
    picture.paste(1.0, (SIZE[0] // 2, 0, *SIZE))
    return encoded(picture, "TIFF")


def turned(orientation: int, kind: str = "JPEG", size: Size = SIZE) -> bytes:
    """Stored so that, shown by its EXIF orientation, it is `quarters(size)`."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    picture = quarters(size) if back is None else quarters(size).transpose(back)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"quality": 95} if kind not in ("PNG", "TIFF") else {}
    return encoded(picture, kind, exif=exif.tobytes(), **options)


def with_secrets() -> bytes:
    """A JPEG that tells where it was taken, by whom, and carries a profile."""
    exif = Image.Exif()
    exif[0x013B] = "A. Secret-Artist"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return jpeg(exif=exif, icc_profile=profile.tobytes(), comment=b"Secret-Comment")


def swapped_profile(kind: str = "PNG") -> bytes:
    """Red pixels whose profile says that the first channel is the blue one.

    An sRGB profile with the tags of its red and blue primaries exchanged.
    """
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = profile.replace(b"rXYZ", b"tmp0").replace(b"bXYZ", b"rXYZ")
    exchanged = exchanged.replace(b"tmp0", b"bXYZ")
    return encoded(Image.new("RGB", SIZE, RED), kind, icc_profile=exchanged)


def broken_profile() -> bytes:
    return png(icc_profile=b"this is no profile")


def panorama() -> bytes:
    return encoded(quarters((4000, 100)), "PNG")


# --- Files that are no good picture ---------------------------------------------------


def truncated_jpeg() -> bytes:
    content = jpeg((640, 480))
    return content[: len(content) // 2]


def truncated_png() -> bytes:
    content = encoded(Image.effect_noise((200, 200), 80), "PNG")
    return content[: len(content) // 2]


def eps() -> bytes:
    return encoded(quarters((20, 20)), "EPS")


def text() -> bytes:
    return b"This is no picture.\n"


def zero_bytes() -> bytes:
    return b""


def header_only() -> bytes:
    return png()[:40]


def huge_png(size: Size = (60_000, 60_000)) -> bytes:
    """A bomb: its head promises this many pixels, and hardly any follow."""
    content = bytearray(png((1, 1)))
    content[16:24] = struct.pack(">II", *size)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


PICTURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "jpeg": (jpeg, "image/jpeg"),
    "mpo": (mpo, "image/jpeg"),
    "png": (png, "image/png"),
    "webp": (webp, "image/webp"),
    "animated webp": (animated_webp, "image/webp"),
    "gif": (gif, "image/gif"),
    "animated gif": (animated_gif, "image/gif"),
    "tiff": (tiff, "image/tiff"),
    "bmp": (bmp, "image/bmp"),
    "avif": (avif, "image/avif"),
    "heic": (heic, "image/heic"),
    "cmyk jpeg": (cmyk_jpeg, "image/jpeg"),
    "palette png": (palette_png, "image/png"),
}
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "truncated jpeg": truncated_jpeg,
    "truncated png": truncated_png,
    "eps": eps,
    "text": text,
    "zero bytes": zero_bytes,
    "header only": header_only,
    "huge png": huge_png,
}


# --- What came of them ------------------------------------------------------------


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def near(pixel: tuple[int, ...], colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 16 for a, b in zip(pixel, colour, strict=False))


def assert_quarters(content: bytes, size: Size) -> None:
    """Each quarter has its colour; `size` is the room the picture takes in the box."""
    picture = opened(content).convert("RGBA")
    centre_x, centre_y = picture.width // 2, picture.height // 2
    across, down = size[0] // 4, size[1] // 4
    places = [(-across, -down), (across, -down), (-across, down), (across, down)]
    for (x, y), colour in zip(places, CORNERS, strict=True):
        pixel = picture.getpixel((centre_x + x, centre_y + y))
        assert near(pixel, (*colour, 255)), f"{pixel} instead of {colour}"
