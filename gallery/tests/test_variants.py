"""Originals of every kind become two WebP pictures, or a reason for people."""

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gallery import variants
from gallery.exceptions import VariantError
from gallery.tests import samples
from gallery.tests.samples import CLEAR, RED, YELLOW, assert_quarters, near, opened
from gallery.variants import render


@pytest.mark.parametrize("kind", samples.PICTURES)
def test_every_format_keeps_its_colours_in_both_variants(rendered, kind):
    draw, content_type = samples.PICTURES[kind]

    rendering = rendered(draw())

    assert (rendering.width, rendering.height) == samples.SIZE
    assert rendering.content_type == content_type
    assert_quarters(rendering.thumbnail, (180, 115))
    assert_quarters(rendering.preview, samples.SIZE)


@pytest.mark.parametrize("size", [(1400, 1050), (300, 900), (2000, 300), (40, 30)])
def test_variants_have_their_sizes_whatever_the_original_has(rendered, size):
    rendering = rendered(samples.jpeg(size))

    thumbnail, preview = opened(rendering.thumbnail), opened(rendering.preview)
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (180, 115))
    assert (preview.format, preview.size) == ("WEBP", (700, 525))


def test_the_preview_holds_an_upright_picture_whole_between_clear_margins(rendered):
    preview = opened(rendered(samples.jpeg((600, 1050))).preview)

    # 600 x 1050 becomes 300 x 525, from 200 to 500 across.
    assert preview.getchannel("A").getbbox() == (200, 0, 500, 525)
    assert preview.getpixel((198, 262))[3] == CLEAR
    assert near(preview.getpixel((205, 5)), (*RED, 255))
    assert near(preview.getpixel((495, 520)), (*YELLOW, 255))


def test_the_preview_holds_a_wide_picture_whole_between_clear_margins(rendered):
    preview = opened(rendered(samples.jpeg((1400, 700))).preview)

    assert preview.getchannel("A").getbbox() == (0, 87, 700, 437)


def test_the_thumbnail_is_cut_and_not_squashed(rendered):
    """A disc in the middle of a wide picture stays one."""
    picture = Image.new("L", (900, 300))
    disc = Image.radial_gradient("L").point(lambda value: 255 if value < 128 else 0)
    picture.paste(disc.resize((300, 300)), (300, 0))

    thumbnail = opened(rendered(samples.encoded(picture, "PNG")).thumbnail)

    seen = thumbnail.convert("L").point(lambda value: 255 if value > 128 else 0)
    left, top, right, bottom = seen.getbbox()
    assert abs((right - left) - (bottom - top)) <= 2


def test_a_small_picture_is_not_enlarged_in_the_preview(rendered):
    preview = opened(rendered(samples.png((40, 30))).preview)

    assert preview.getchannel("A").getbbox() == (330, 247, 370, 277)


def test_a_small_picture_fills_the_thumbnail(rendered):
    assert_quarters(rendered(samples.png((40, 30))).thumbnail, (180, 115))


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (4000, 100)])
def test_shapes_at_the_edge_become_variants_too(rendered, size):
    rendering = rendered(samples.png(size))

    assert (rendering.width, rendering.height) == size
    assert opened(rendering.preview).getchannel("A").getbbox()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 1500), st.integers(1, 1500))
def test_no_size_is_beyond_it(tmp_path_factory, width, height):
    path = tmp_path_factory.mktemp("sizes") / "original"
    Image.new("1", (width, height), 1).save(path, "PNG")

    rendering = render(path, max_bytes=10**7, max_pixels=10**7)

    assert (rendering.width, rendering.height) == (width, height)
    assert opened(rendering.thumbnail).size == (180, 115)
    assert opened(rendering.preview).size == (700, 525)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_lying_picture_is_put_upright(rendered, orientation, kind):
    rendering = rendered(samples.turned(orientation, kind, (320, 200)))

    assert (rendering.width, rendering.height) == (320, 200)
    assert_quarters(rendering.preview, (320, 200))
    assert_quarters(rendering.thumbnail, (180, 115))


def test_a_large_lying_jpeg_is_whole_and_upright(rendered):
    rendering = rendered(samples.turned(6, size=(1500, 2000)))

    assert (rendering.width, rendering.height) == (1500, 2000)
    assert_quarters(rendering.preview, (394, 525))


def test_variants_tell_nothing_of_the_camera_or_the_place(rendered):
    content = samples.with_secrets()
    assert b"Secret" in content

    rendering = rendered(content)

    for variant in (rendering.thumbnail, rendering.preview):
        assert b"Secret" not in variant
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(opened(variant).info)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_loses_no_picture(rendered):
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff"
    assert_quarters(rendered(samples.jpeg(exif=broken)).preview, samples.SIZE)


@pytest.mark.parametrize("kind", samples.NO_PICTURES)
def test_what_is_no_good_picture_is_refused_with_a_reason(rendered, kind, tmp_path):
    with pytest.raises(VariantError) as refusal:
        rendered(samples.NO_PICTURES[kind]())

    reason = str(refusal.value)
    assert reason[0].isupper()
    assert str(tmp_path) not in reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (samples.zero_bytes(), "empty"),
        (samples.text(), "no picture"),
        (samples.eps(), "no picture"),
        (samples.truncated_jpeg(), "cut short"),
        (samples.huge_png(), "too many pixels"),
        (samples.huge_png((3200, 3200)), r"too many pixels \(3200 x 3200; 10,000,000"),
    ],
)
def test_the_reason_names_the_fault(rendered, content, reason):
    with pytest.raises(VariantError, match=reason):
        rendered(content)


def test_the_limit_of_pixels_itself_passes(rendered):
    assert rendered(samples.png((30, 20)), max_pixels=600).width == 30
    with pytest.raises(VariantError, match="too many pixels"):
        rendered(samples.png((30, 20)), max_pixels=599)


def test_the_limit_of_bytes_itself_passes(rendered):
    content = samples.png()
    assert rendered(content, max_bytes=len(content)).width == samples.SIZE[0]
    with pytest.raises(VariantError, match="too large"):
        rendered(content, max_bytes=len(content) - 1)


def test_warnings_of_the_process_are_left_alone(rendered):
    before = list(warnings.filters), Image.MAX_IMAGE_PIXELS
    with pytest.raises(VariantError):
        rendered(samples.huge_png())
    assert (list(warnings.filters), Image.MAX_IMAGE_PIXELS) == before


def test_a_missing_file_is_no_fault_of_the_picture(tmp_path):
    with pytest.raises(FileNotFoundError):
        render(tmp_path / "absent", max_bytes=10, max_pixels=10)


def test_no_more_are_decoded_at_once_than_the_semaphore_lets(tmp_path, monkeypatch):
    """Each waits until as many run as may; more would be seen in `most`."""
    allowed = 2
    monkeypatch.setattr(variants, "_decoders", threading.BoundedSemaphore(allowed))
    running, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(allowed, timeout=5)
    decode = variants._decode

    def counted(*args):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        full.wait()
        result = decode(*args)
        with lock:
            running -= 1
        return result

    monkeypatch.setattr(variants, "_decode", counted)
    path = tmp_path / "original"
    path.write_bytes(samples.png())
    with ThreadPoolExecutor(8) as pool:
        renders = [
            pool.submit(render, path, max_bytes=10**7, max_pixels=10**7)
            for _ in range(8)
        ]
    assert all(future.result() for future in renders)

    assert most == allowed
