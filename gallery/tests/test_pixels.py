"""Every mode of pixels comes out in its true colours."""

import pytest

from gallery.tests import samples
from gallery.tests.samples import (
    BLUE,
    CLEAR,
    GREEN,
    RED,
    assert_quarters,
    near,
    opened,
)


def test_transparency_is_kept(rendered):
    rendering = rendered(samples.alpha_png())

    for content, side in ((rendering.preview, 80), (rendering.thumbnail, 40)):
        picture = opened(content)
        middle = picture.width // 2, picture.height // 2
        assert near(picture.getpixel((middle[0] - side, middle[1])), (*RED, 255))
        assert picture.getpixel((middle[0] + side, middle[1]))[3] == CLEAR


@pytest.mark.parametrize(
    "content", [samples.palette_png(transparent=True), samples.keyed_png()]
)
def test_a_transparent_colour_is_kept(rendered, content):
    preview = opened(rendered(content).preview)

    assert preview.getpixel((270, 200))[3] == CLEAR
    assert near(preview.getpixel((430, 200)), (*GREEN, 255))


@pytest.mark.parametrize(
    "content",
    [
        samples.grey_jpeg(),
        samples.grey16_png(),
        samples.grey16_tiff(order="<"),
        samples.grey16_tiff(order=">"),
    ],
)
def test_half_grey_stays_half_grey_in_eight_and_sixteen_bits(rendered, content):
    rendering = rendered(content)

    for picture in (opened(rendering.preview), opened(rendering.thumbnail)):
        middle = picture.width // 2, picture.height // 2
        assert near(picture.getpixel(middle), (128, 128, 128))


def test_black_and_white_stay_so(rendered):
    thumbnail = opened(rendered(samples.bilevel_png()).thumbnail)
    assert near(thumbnail.getpixel((45, 57)), (255, 255, 255))
    assert near(thumbnail.getpixel((135, 57)), (0, 0, 0))


def test_fractions_are_spread_from_black_to_white(rendered):
    thumbnail = opened(rendered(samples.float_tiff()).thumbnail)
    assert near(thumbnail.getpixel((45, 57)), (0, 0, 0))
    assert near(thumbnail.getpixel((135, 57)), (255, 255, 255))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_colours_follow_the_profile_of_the_file(rendered, kind):
    preview = opened(rendered(samples.swapped_profile(kind)).preview)
    assert near(preview.getpixel((350, 262)), (*BLUE, 255))


def test_an_unusable_profile_is_passed_over(rendered):
    assert_quarters(rendered(samples.broken_profile()).preview, samples.SIZE)
