"""The site, were the database never asked whether the gallery has changed: what this
question costs. No site could be run so, as it would answer with what once was."""

from functools import cache

from artetore.revision import read
from artetore.wsgi import application

application.revision = cache(read)
