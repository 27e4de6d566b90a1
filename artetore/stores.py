"""Where pictures are kept, in a folder or a bucket, and what is counted for a while."""

from typing import Any

from artetore.environment import Environment

WEB = ("https://", "http://")
STORE = "https://s3.example.org"
CACHES = ("locmemcache://", "redis://", "rediss://")
BROKERS = ("amqp://", "amqps://", "redis://", "rediss://")
BROKER = "amqp://user:password@host:5672// or redis://host:6379/1"


def picture_storage(env: Environment) -> dict[str, Any]:
    """The settings of Django's default storage."""
    if not env.str("S3_BUCKET", default=""):
        return {"BACKEND": "gallery.storage.AtomicFileSystemStorage"}
    return {
        "BACKEND": "gallery.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            # Left empty, boto3 looks where it always does: AWS, a role of the machine.
            "endpoint_url": env.address("S3_ENDPOINT_URL", *WEB, like=STORE) or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        },
    }


def cache(env: Environment) -> dict[str, Any]:
    """In the process itself, unless CACHE_URL names what all of them share."""
    shared = env.address("CACHE_URL", *CACHES, like="redis://127.0.0.1:6379/0")
    return {
        **env.cache_url_config(shared or "locmemcache://"),
        # Of a Redis, in seconds: nobody waits long for what can be done without.
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
    }
