"""Where pictures are kept, in a folder or a bucket, and what is counted for a while."""

from typing import Any

from environ import Env


def picture_storage(env: Env) -> dict[str, Any]:
    """The settings of Django's default storage."""
    if not env.str("S3_BUCKET", default=""):
        return {"BACKEND": "gallery.storage.AtomicFileSystemStorage"}
    return {
        "BACKEND": "gallery.buckets.BucketStorage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            # Left empty, boto3 looks where it always does: AWS, a role of the machine.
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        },
    }


def cache(env: Env) -> dict[str, Any]:
    """In the process itself, unless CACHE_URL names what all of them share."""
    return {
        **env.cache("CACHE_URL", default="locmemcache://"),
        # Of a Redis, in seconds: nobody waits long for what can be done without.
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
    }
