"""Pictures as files, each under an address of its own (`gallery.addresses`).

Browsers keep them for ever. Whether a picture is there is for the rows to say: one that
was deleted is not found, and neither is a file that no row names. With ACCEL_REDIRECT
set, nginx sends the file, and this answers only that it may.
"""

from http import HTTPStatus
from pathlib import PurePath

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from gallery.models import Image
from gallery.ranges import Part, part_asked_for
from gallery.storage import opened
from gallery.variants import EXTENSIONS, VARIANT_TYPE

FOR_EVER = "public, max-age=31536000, immutable"
# Of an original whose row says otherwise: a browser must do nothing with it.
UNKNOWN_TYPE = "application/octet-stream"


class PictureResponse(FileResponse):
    block_size = 256 * 1024


class PictureView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


@extend_schema_view(
    get=extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
)
class VariantView(PictureView):
    def get(self, request: Request, kind: str, name: str) -> HttpResponseBase:
        name = f"{kind}s/{name}"
        if not Image.objects.filter(**{kind: name}).exists():
            raise Http404
        return _sent(request, name, {"Content-Type": VARIANT_TYPE})


@extend_schema_view(
    get=extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
)
class OriginalView(PictureView):
    """As an attachment by the name that its row has."""

    def get(
        self, request: Request, group: str, image: str, file: str
    ) -> HttpResponseBase:
        row = Image.objects.in_group(int(group)).numbered(int(image)).first()
        if row is None or PurePath(row.original.name).name != file:
            raise Http404
        known = row.content_type in EXTENSIONS
        headers = {
            "Content-Type": row.content_type if known else UNKNOWN_TYPE,
            "Content-Disposition": content_disposition_header(True, row.name),
        }
        return _sent(request, row.original.name, headers)


def _sent(request: Request, name: str, headers: dict[str, str]) -> HttpResponseBase:
    """The stored file of this name, or what of it the caller asks for."""
    etag = f'"{PurePath(name).stem}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _accelerated(name) or _read(request, name, etag)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        headers = {**headers, "ETag": etag, "Cache-Control": FOR_EVER}
        for header, value in headers.items():
            response.headers[header] = value
    return response


def _accelerated(name: str) -> HttpResponse | None:
    if not (settings.ACCEL_REDIRECT and isinstance(default_storage, FileSystemStorage)):
        return None
    if not default_storage.exists(name):
        raise Http404
    return HttpResponse(headers={"X-Accel-Redirect": settings.ACCEL_REDIRECT + name})


def _read(request: Request, name: str, etag: str) -> HttpResponseBase:
    file = opened(name)
    if file is None:
        raise Http404
    part = part_asked_for(request, etag=etag, size=file.size)
    if part is None:
        return _pieces(file, range(file.size))
    if not part:
        with file:
            head = {"Content-Range": f"bytes */{file.size}"}
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=head
        )
    response = _pieces(file, part)
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    place = f"bytes {part[0]}-{part[-1]}/{file.size}"
    response.headers["Content-Range"] = place
    return response


def _pieces(file: File, part: range) -> PictureResponse:
    response = PictureResponse(Part(file, part))
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(len(part))
    return response
