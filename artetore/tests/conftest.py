import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_tries_yet():
    """The tries of an address are counted in the cache, which no test rolls back."""
    cache.clear()
