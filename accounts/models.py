import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """Who may enter. The key is a UUID, so that former ids carry over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
