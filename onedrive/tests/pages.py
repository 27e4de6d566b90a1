"""What the staff site's pages of OneDrive say."""

import re

from django.http import HttpResponse

DRIVE = "/staff/onedrive/drive/"


def words(answer: HttpResponse) -> str:
    """What stands on the page, whatever its status."""
    page = answer.content.decode().partition("<body")[2]
    text = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]+>", " ", page)
    return " ".join(text.replace("\xa0", " ").split())
