"""Pictures in a bucket of any store that speaks S3, through django-storages.

Loaded only when one is configured. To the gallery a bucket fails as a folder does, by
OSError: what boto3 raises is made that here and nowhere else.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.resources.base import ServiceResource
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3File, S3Storage

# Bytes of a file that are read into memory; of a larger one the rest goes to disk.
MEMORY = 4 * 1024 * 1024
CONFIG = Config(
    connect_timeout=3,
    read_timeout=30,
    max_pool_connections=32,
    retries={"mode": "standard", "total_max_attempts": 2},
    # Sums that only AWS itself has learnt; others refuse what carries them.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
CODES = {
    HTTPStatus.NOT_FOUND: errno.ENOENT,
    HTTPStatus.FORBIDDEN: errno.EACCES,
    HTTPStatus.INSUFFICIENT_STORAGE: errno.ENOSPC,
}


@contextmanager
def failing_as_a_folder() -> Iterator[None]:
    """What the store refuses, or that it does not answer, as OSError."""
    try:
        yield
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code = CODES.get(status, errno.EIO)
        # Without its bucket nothing can be said of a file.
        if error.response["Error"]["Code"] == "NoSuchBucket":
            code = errno.EIO
        raise OSError(code, str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(errno.EIO, str(error)) from error


class BucketStorage(S3Storage):
    """Objects appear whole under their names; a name that exists is replaced."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(client_config=CONFIG, max_memory_size=MEMORY, **settings)

    @cached_property
    def connection(self) -> ServiceResource:
        """One for all threads, as making one takes longer than most calls."""
        return super().connection

    @failing_as_a_folder()
    def _open(self, name: str, mode: str = "rb") -> S3File:
        """Fetched at once: what is open can be read, whatever happens to the store."""
        return super()._open(name, mode).open()

    _save = failing_as_a_folder()(S3Storage._save)
    delete = failing_as_a_folder()(S3Storage.delete)
    exists = failing_as_a_folder()(S3Storage.exists)
    listdir = failing_as_a_folder()(S3Storage.listdir)
    size = failing_as_a_folder()(S3Storage.size)
    get_modified_time = failing_as_a_folder()(S3Storage.get_modified_time)
