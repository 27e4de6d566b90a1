"""What the button that connects a OneDrive has to know."""

from django import template
from django.template import Context

from onedrive.sign_in import is_configured
from onedrive.way_back import elsewhere

register = template.Library()
register.simple_tag(is_configured, name="connect_configured")


@register.simple_tag(takes_context=True)
def connect_elsewhere(context: Context) -> str:
    """Where the button does its work, when it does not here."""
    return elsewhere(context["request"])
