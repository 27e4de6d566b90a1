from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers

from gallery.models import NAME_LENGTH
from gallery.serializers import LegacyIntegerField
from onedrive.imports import FileOrder, FolderOrder

# What the frontend sends for "a new group".
NEW_GROUP = -1


class TextField(serializers.CharField):
    """Taken as it comes: what OneDrive does not allow, OneDrive's rules refuse."""

    def __init__(self, **kwargs):
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)
        self.validators = [
            each
            for each in self.validators
            if not isinstance(each, ProhibitNullCharactersValidator)
        ]


class AuthCodeInput(serializers.Serializer):
    auth_code = TextField(max_length=10_000)


class AddFolderInput(serializers.Serializer):
    folder_name = TextField()


class RenameInput(serializers.Serializer):
    item_id = TextField()
    new_name = TextField()


class DeleteInput(serializers.Serializer):
    folder_id = TextField()


class UploadSessionInput(serializers.Serializer):
    folder_id = TextField()
    file_name = TextField()


class _FileInput(serializers.Serializer):
    file_id = TextField()
    file_name = TextField()


class _FolderInput(serializers.Serializer):
    all_image_id = _FileInput(many=True)
    group = LegacyIntegerField()
    folder_name = TextField(max_length=NAME_LENGTH)


class AddImagesInput(serializers.Serializer):
    """`{"image_list": {"<folder id>": {"all_image_id", "group", "folder_name"}}}`"""

    image_list = serializers.DictField(child=_FolderInput())

    def orders(self) -> list[FolderOrder]:
        return [
            FolderOrder(
                folder_name=folder["folder_name"],
                group=None if folder["group"] == NEW_GROUP else folder["group"],
                files=tuple(FileOrder(**file) for file in folder["all_image_id"]),
            )
            for folder in self.validated_data["image_list"].values()
        ]
