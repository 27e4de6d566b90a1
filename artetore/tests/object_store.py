"""A store that speaks S3, on a free port of this machine."""

import contextlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer

CREDENTIALS = {"access_key": "trial-access-key", "secret_key": "trial-secret-key"}


@contextlib.contextmanager
def object_store() -> Iterator[str]:
    """Gives its address; it is empty."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def client_of(url: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["access_key"],
        aws_secret_access_key=CREDENTIALS["secret_key"],
    )


def in_new_bucket(settings: Any, url: str) -> str:
    """The gallery keeps its pictures in it from now on; answers its name."""
    name = f"pictures-{uuid4().hex}"
    client_of(url).create_bucket(Bucket=name)
    options = {"bucket_name": name, "endpoint_url": url, **CREDENTIALS}
    default = {"BACKEND": "gallery.buckets.BucketStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return name


def names_in(url: str, bucket: str) -> list[str]:
    answer = client_of(url).list_objects_v2(Bucket=bucket)
    return sorted(entry["Key"] for entry in answer.get("Contents", ()))
