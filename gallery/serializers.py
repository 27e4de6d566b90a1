"""What comes in. What goes out stands in `answers`."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gallery.models import CAPTION_LENGTH, TITLE_LENGTH

INTEGER = re.compile(r" *[+-]?[0-9]{1,4300} *", re.ASCII)


@extend_schema_field(OpenApiTypes.INT)
class LegacyIntegerField(serializers.Field):
    """An integer as the former service read it, of whatever size.

    Spaces around, a sign and leading zeros pass; `1.0`, `1e0`, `0x2`, `true` do not.
    """

    default_error_messages = {"integer": "value is not a valid integer"}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, int) and not isinstance(data, bool):
            return data
        if isinstance(data, str) and INTEGER.fullmatch(data):
            return int(data)
        raise serializers.ValidationError(self.error_messages["integer"], "integer")

    def to_representation(self, value: int) -> int:
        return value


NO_CHOICE = "value is not a valid enumeration member; permitted: 'url'"


class PicturesInput(serializers.Serializer):
    images = serializers.ChoiceField(
        choices=["url"],
        default=None,
        help_text="`url` leaves the pictures themselves out: their addresses will do.",
        error_messages={"invalid_choice": NO_CHOICE},
    )


class PageInput(PicturesInput):
    page = LegacyIntegerField(default=1)


class GroupInput(PicturesInput):
    group = LegacyIntegerField(default=1)


class ImageInput(PicturesInput):
    group = LegacyIntegerField()
    image_id = LegacyIntegerField()


class DownloadInput(PicturesInput):
    group_id = LegacyIntegerField()
    image_id = LegacyIntegerField()


class AdminImageInput(serializers.Serializer):
    group_id = LegacyIntegerField()
    image_id = LegacyIntegerField(default=None)


class _ImageChoice(serializers.Serializer):
    image_id = LegacyIntegerField()


class DeleteInput(serializers.Serializer):
    """`{"image_list": {"17": [{"image_id": 3, ...}]}}`"""

    image_list = serializers.DictField(child=_ImageChoice(many=True))

    def validate_image_list(self, chosen: dict[str, list]) -> dict[int, list[int]]:
        """`{17: [3]}`; several spellings of a number (`" 17"`) are one group."""
        number = LegacyIntegerField()
        numbers: dict[int, list[int]] = {}
        for key, images in chosen.items():
            group = number.run_validation(key)
            numbers.setdefault(group, []).extend(image["image_id"] for image in images)
        return numbers


# --- What the scripts of the staff site's pages send ------------------------------


class TitleInput(serializers.Serializer):
    title = serializers.CharField(max_length=TITLE_LENGTH, allow_blank=True)


class TextsInput(serializers.Serializer):
    """Of a picture: one of them, or both."""

    title = serializers.CharField(
        max_length=TITLE_LENGTH, allow_blank=True, required=False
    )
    caption = serializers.CharField(
        max_length=CAPTION_LENGTH, allow_blank=True, required=False
    )


class CoverInput(serializers.Serializer):
    """The number of a picture; empty, the first one is the cover."""

    cover = LegacyIntegerField(allow_null=True)


class PlaceInput(serializers.Serializer):
    """Numbers of pictures; empty, they go to the end."""

    numbers = serializers.ListField(child=LegacyIntegerField(), allow_empty=False)
    before = LegacyIntegerField(allow_null=True)
