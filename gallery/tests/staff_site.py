"""Addresses of the staff site, and what its pages say."""

import re

from django.db.models import Model
from django.http import HttpResponse
from django.urls import reverse

from gallery.addresses import addresses
from gallery.models import Image

GROUPS = "/staff/gallery/group/"
IMAGES = "/staff/gallery/image/"


def change(row: Model) -> str:
    return reverse(f"admin:gallery_{row._meta.model_name}_change", args=[row.pk])


def delete(row: Model) -> str:
    return reverse(f"admin:gallery_{row._meta.model_name}_delete", args=[row.pk])


def call(row: Model, name: str) -> str:
    """Where the scripts of its page call."""
    return reverse(f"admin:gallery_{row._meta.model_name}_{name}", args=[row.pk])


def file(image: Image, kind: str) -> str:
    return addresses(image, image.group.number)[f"{kind}_url"]


def text(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def in_list(answer: HttpResponse) -> list[str]:
    """The rows of a list as text."""
    table = text(answer).partition('id="result_list"')[2].partition("</table>")[0]
    rows = table.split('<tr class="data-row')[1:]
    return [" ".join(re.sub("<[^>]+>", " ", f"<tr {row}").split()) for row in rows]
