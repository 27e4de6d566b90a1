import pytest
from django.core.cache import cache

from accounts.models import User


@pytest.fixture(autouse=True)
def _no_tries_yet():
    """The tries of an address are counted in the cache, which no test rolls back."""
    cache.clear()


@pytest.fixture
def staff(db) -> User:
    return User.objects.create_user(
        "staff", password="staff-password", is_staff=True, is_superuser=True
    )
