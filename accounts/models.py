import uuid

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser
from django.db import models

# What hashers raise when a stored hash names them and is not what they wrote.
UNREADABLE = (ValueError, TypeError, AssertionError, OverflowError)


class User(AbstractUser):
    """Who may enter. The key is a UUID, so that former ids carry over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    def check_password(self, raw_password: str) -> bool:
        """False too when the stored hash is unreadable, after the same work."""
        try:
            return super().check_password(raw_password)
        except UNREADABLE:
            make_password(raw_password)
            return False
