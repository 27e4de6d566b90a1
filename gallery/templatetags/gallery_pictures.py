"""What templates of the staff site ask of pictures."""

from django import template
from django.conf import settings

from gallery.addresses import preview_url, thumbnail_url

register = template.Library()
register.filter("thumbnail", thumbnail_url)
register.filter("preview", preview_url)


@register.simple_tag
def max_picture_bytes() -> int:
    return settings.MAX_PICTURE_BYTES
