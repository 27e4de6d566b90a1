"""The original OneDrive routes. "It did not work" is status 200 with a `code`."""

import logging
from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from gallery.views import documented
from onedrive import auth
from onedrive.drive import Drive, Folder, Quota, drive_of
from onedrive.exceptions import NotConnected, OneDriveError
from onedrive.imports import Report, import_folders
from onedrive.serializers import (
    AddFolderInput,
    AddImagesInput,
    AuthCodeInput,
    DeleteInput,
    RenameInput,
    UploadSessionInput,
)

logger = logging.getLogger(__name__)

GIB = 1024**3
SIGN_IN_AGAIN = "refresh_token_expired_need_manual_authorization"


class AuthCodeView(APIView):
    @extend_schema(request=AuthCodeInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        query = AuthCodeInput(data=request.data)
        query.is_valid(raise_exception=True)
        try:
            auth.connect(user=request.user, code=query.validated_data["auth_code"])
        except OneDriveError as error:
            return sign_in("found_tokens_failed", error)
        return done("found_tokens")


@documented()
class ConnectView(APIView):
    def get(self, request: Request) -> Response:
        try:
            drive_of(request.user).check()
        except OneDriveError as error:
            return sign_in("connection_failed", error)
        return done("connection_successful")


@documented()
class FoldersView(APIView):
    def get(self, request: Request) -> Response:
        try:
            quota, folders = drive_of(request.user).overview()
        except NotConnected as error:
            return sign_in(SIGN_IN_AGAIN, error)
        except OneDriveError as error:
            return refused("data_extraction_failed_from_json", error, code=99)
        listing = {
            **storage(quota),
            **{folder.item.id: shown(folder) for folder in folders},
        }
        return Response({"code": 1, "folders": listing})


class OperationView(APIView):
    """One operation on the caller's drive, its parameters in the query string."""

    input: type[Serializer]
    done_hint: str
    refused_hint: str
    # Does it, and gives what the answer carries besides code and hint.
    operate: Callable[..., dict[str, Any]]

    def get(self, request: Request) -> Response:
        query = self.input(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        try:
            extra = self.operate(drive_of(request.user), **query.validated_data)
        except OneDriveError as error:
            return refused(self.refused_hint, error)
        return done(self.done_hint, **extra)


@documented(AddFolderInput)
class AddFolderView(OperationView):
    input = AddFolderInput
    done_hint = "folder_creation_operation_successful"
    refused_hint = "folder_creation_operation_failed"

    def operate(self, drive: Drive, folder_name: str) -> dict[str, Any]:
        drive.folder_create(folder_name)
        return {}


@documented(RenameInput)
class RenameView(OperationView):
    input = RenameInput
    done_hint = "rename_operation_successful"
    refused_hint = "rename_operation_failed"

    def operate(self, drive: Drive, item_id: str, new_name: str) -> dict[str, Any]:
        drive.rename(item_id, new_name)
        return {}


@documented(DeleteInput)
class DeleteView(OperationView):
    """Files too, in spite of its address."""

    input = DeleteInput
    done_hint = "folder_deletion_operation_successful"
    refused_hint = "folder_deletion_operation_failed"

    def operate(self, drive: Drive, folder_id: str) -> dict[str, Any]:
        drive.delete(folder_id)
        return {}


@documented(UploadSessionInput)
class UploadSessionView(OperationView):
    input = UploadSessionInput
    done_hint = "got_session"
    refused_hint = "couldn't_get_session"

    def operate(self, drive: Drive, folder_id: str, file_name: str) -> dict[str, Any]:
        return {"sessionUrl": drive.upload_session(folder_id, file_name).url}


class AddImagesView(APIView):
    """Answers when the pictures are stored: its client waits."""

    @extend_schema(request=AddImagesInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        query = AddImagesInput(data=request.data)
        query.is_valid(raise_exception=True)
        try:
            drive_of(request.user)
            report = import_folders(owner=request.user, orders=query.orders())
        except NotConnected as error:
            return sign_in(SIGN_IN_AGAIN, error)
        except OneDriveError as error:
            return refused("invalid image list", error, code=2)
        return imported(report)


def done(hint: str, **extra: Any) -> Response:
    return Response({"code": 1, **extra, "hint": hint})


def refused(hint: str, error: OneDriveError, *, code: int = 0) -> Response:
    logger.warning("%s: %s (%s %s)", hint, error, error.code, error.request_id)
    return Response({"code": code, "hint": hint})


def sign_in(hint: str, error: OneDriveError) -> Response:
    """A refusal that says where consent is given; without `url` its button is dead."""
    answer = refused(hint, error)
    answer.data["url"] = auth.sign_in_url()
    return answer


def storage(quota: Quota | None) -> dict[str, float]:
    if quota is None:
        return {}
    return {
        "used_storage": round(quota.used / GIB, 2),
        "total_storage": round(quota.total / GIB, 2),
    }


def shown(folder: Folder) -> dict[str, Any]:
    item = folder.item
    return {
        "folder_name": item.name,
        "folder_size": item.size,
        "creation_time": item.created,
        "modification_time": item.modified,
        "is_folder": True,
        "files": {
            file.id: {
                "file_name": file.name,
                "file_size": file.size,
                "creation_time": file.created,
                "modification_time": file.modified,
                "is_folder": False,
            }
            for file in folder.files
        },
    }


def imported(report: Report) -> Response:
    failed = [
        {
            "file_id": failure.file.file_id,
            "file_name": failure.file.file_name,
            "reason": failure.reason,
        }
        for failure in report.failed
    ]
    if report.images:
        return done("image_added_in_database", failed=failed)
    return Response({"code": 2, "hint": "invalid image list", "failed": failed})
