"""What comes in. What goes out stands in `answers`."""

import re
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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


class PageInput(serializers.Serializer):
    page = LegacyIntegerField(default=1)


class GroupInput(serializers.Serializer):
    group = LegacyIntegerField(default=1)


class ImageInput(serializers.Serializer):
    group = LegacyIntegerField()
    image_id = LegacyIntegerField()


class DownloadInput(serializers.Serializer):
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
