"""Every mode of pixels that files come in, made RGB or RGBA of eight bits in sRGB."""

from io import BytesIO

from PIL import Image, ImageCms

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# In these a picture can be reduced as it is, and may carry a profile.
READY = ("L", "LA", "RGB", "RGBA", "CMYK")
WIDE = ("I", "F")


def eight_bits(image: Image.Image) -> Image.Image:
    """In one of the modes of `READY`."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    if image.mode in WIDE:
        return _stretch(image)
    if image.mode in ("1", "L", "LA", "RGB", "RGBA", "CMYK") and (
        "transparency" not in image.info
    ):
        return image.convert("L") if image.mode == "1" else image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _stretch(image: Image.Image) -> Image.Image:
    """Sixteen bits are divided; of anything wider the span that is used is."""
    low, high = image.getextrema()
    if image.mode == "I" and low >= 0 and high <= 0xFFFF:
        low, high = 0, 0xFFFF
    scale = 255 / ((high - low) or 1)
    return image.point(lambda value: value * scale - low * scale).convert("L")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB, or RGBA where there is transparency. An unusable profile is passed over."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    colours = _by_profile(colours, profile) or colours.convert("RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def _by_profile(image: Image.Image, profile: bytes | None) -> Image.Image | None:
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
