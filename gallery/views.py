"""The gallery's share of the original routes."""

from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from gallery import answers, visibility
from gallery.data_urls import data_url
from gallery.models import Group, Image
from gallery.serializers import (
    AdminImageInput,
    DeleteInput,
    DownloadInput,
    GroupInput,
    ImageInput,
    PageInput,
)
from gallery.services import images_delete

GROUPS_A_PAGE = 12


def documented(query: type[Serializer] | None = None) -> Callable[[type], type]:
    """In the API's documentation a GET with these parameters."""
    parameters = [query] if query else []
    schema = extend_schema(parameters=parameters, responses=OpenApiTypes.OBJECT)
    return extend_schema_view(get=schema)


def asked(request: Request, query: type[Serializer]) -> dict[str, Any]:
    """The parameters of a GET; of one given twice the last counts."""
    serializer = query(data=request.query_params.dict())
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


class PublicView(APIView):
    """For everybody, whatever token comes along; validated by the revision.

    Beside each picture stand the addresses of its files: `thumbnail_url`, `preview_url`
    and `original_url`.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    query: type[Serializer] = Serializer

    def get(self, request: Request) -> HttpResponseBase:
        query = asked(request, self.query)
        return answers.validated(request, query, lambda: self.answer(**query))


@documented()
class TotalPageView(PublicView):
    def answer(self) -> Response:
        return Response({"totalPage": -(-visibility.count() // GROUPS_A_PAGE)})


@documented(PageInput)
class PageView(PublicView):
    query = PageInput

    def answer(self, page: int, images: str | None) -> Response:
        if page < 1:
            hint = "positive invalid page.. dont try this again"
            return Response({"code": -1, "hint": hint})
        groups = visibility.page(page, GROUPS_A_PAGE)
        return answers.page(groups, embed=not images)


@documented(GroupInput)
class GroupView(PublicView):
    query = GroupInput

    def answer(self, group: int, images: str | None) -> Response:
        # Its number is known: no row of the group for each picture.
        found = Image.objects.in_group(group).select_related(None)
        return answers.group(group, found, embed=not images)


@documented(ImageInput)
class ImageView(PublicView):
    query = ImageInput

    def answer(self, group: int, image_id: int, images: str | None) -> Response:
        found = Image.objects.in_group(group).numbered(image_id)
        return answers.image(found.first(), embed=not images)


@documented(DownloadInput)
class DownloadView(PublicView):
    query = DownloadInput

    def answer(
        self, group_id: int, image_id: int, images: str | None
    ) -> HttpResponseBase:
        found = Image.objects.in_group(group_id).numbered(image_id)
        return answers.download(found.first(), embed=not images)


@documented()
class AdminGroupsView(APIView):
    def get(self, request: Request) -> Response:
        groups = Group.objects.with_pictures()
        return Response({"data": list(groups.values_list("number", flat=True))})


@documented()
class AdminImagesView(APIView):
    """The names of all pictures by group."""

    def get(self, request: Request) -> Response:
        rows = Image.objects.by_group().values(
            "group__number", "folder_name", "number", "name"
        )
        data = {
            str(number): {"images": [_names(row) for row in images]}
            for number, images in groupby(rows, itemgetter("group__number"))
        }
        if not data:
            return Response({"code": 0, "hint": "empty_database"})
        return Response({"code": 1, "data": data})


@documented(AdminImageInput)
class AdminImageView(APIView):
    def get(self, request: Request) -> Response:
        query = asked(request, AdminImageInput)
        images = Image.objects.in_group(query["group_id"])
        if query["image_id"] is not None:
            images = images.numbered(query["image_id"])
        image = images.first()
        url = image and data_url(image.thumbnail.name)
        if not url:
            return Response({"code": 0, "hint": "couldn't_get_image"})
        return Response({"code": 1, "image": url, "hint": "got_image"})


class DeleteImageView(APIView):
    @extend_schema(request=DeleteInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request) -> Response:
        query = DeleteInput(data=request.data)
        query.is_valid(raise_exception=True)
        images_delete(numbers=query.validated_data["image_list"])
        return Response({"code": 1, "hint": "image_deleted_from_database"})


def _names(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "folder_name": row["folder_name"],
        "image_id": row["number"],
        "image_name": row["name"],
    }
