"""Pictures in a bucket of a store that speaks S3 and answers on a socket."""

import base64
import errno
import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from artetore.tests.object_store import (
    CREDENTIALS,
    client_of,
    in_new_bucket,
    names_in,
    object_store,
)
from artetore.tests.servers import free_port
from gallery.addresses import addresses
from gallery.buckets import BucketStorage
from gallery.files import picture_store
from gallery.services import images_add, images_delete
from gallery.storage import write_once
from gallery.tests import samples
from gallery.tests.commands import run
from gallery.tests.staff_site import file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def store():
    with object_store() as url:
        yield url


@pytest.fixture(autouse=True)
def bucket(settings, store) -> str:
    """A new one, in which the gallery keeps its pictures."""
    return in_new_bucket(settings, store)


@pytest.fixture
def keys(store, bucket):
    """The names of all that lies in it."""
    return partial(names_in, store, bucket)


def decoded(data_url: str) -> bytes:
    return base64.b64decode(data_url.partition("base64,")[2])


def denied(store, bucket, action: str) -> None:
    rule = {"Effect": "Deny", "Principal": "*", "Action": action}
    rule["Resource"] = f"arn:aws:s3:::{bucket}/*"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
    client_of(store).put_bucket_policy(Bucket=bucket, Policy=policy)


# --- What visitors and staff get --------------------------------------------------


def test_an_added_picture_is_three_objects_and_a_deleted_one_none(added, keys):
    [image] = added(0)
    assert keys() == sorted(image.files)

    images_delete(numbers={1: [1]})
    assert keys() == []


def test_visitors_get_its_bytes(client, added, picture_file):
    content = samples.jpeg((1200, 800))
    images = [picture_store(path=picture_file(content), name="a.jpg")]
    [image] = images_add(group=None, images=images)

    page = client.get("/image/page").json()["data"]
    download = client.get("/image/download?group_id=1&image_id=1")

    assert decoded(page[0]["image"]) == image.thumbnail.read()
    answer = json.loads(b"".join(download))
    assert decoded(answer["image"]["image"]) == content


def test_the_original_is_downloaded(client, added):
    [image] = added(0)
    answer = client.get(file(image, "original"))
    assert b"".join(answer) == samples.png((40, 30))


def test_a_part_of_a_picture_is_given_as_from_a_folder(client, added):
    [image] = added(0)
    whole = image.preview.read()
    answer = client.get(
        addresses(image, 1)["preview_url"], headers={"Range": "bytes=4-"}
    )
    assert answer.status_code == 206
    assert b"".join(answer) == whole[4:]


def test_a_lost_object_is_left_out_and_its_group_stays(client, added):
    [image, _] = added(0, 1)
    default_storage.delete(image.thumbnail.name)

    answer = client.get("/image/group?group=1")

    assert [entry["imageID"] for entry in answer.json()["data"]] == [2]
    assert answer["Cache-Control"] == "no-store"


# --- What commands do -------------------------------------------------------------


def test_what_belongs_to_no_picture_is_found_and_pruned(added, keys):
    [image] = added(0)
    default_storage.save("previews/ab/left.webp", ContentFile(b"1234"))

    assert run("check_gallery").status == 0  # it is young
    [finding, *_] = run("check_gallery", "--hours", "0").lines
    assert finding.startswith("previews/ab/left.webp (4 bytes) belongs to no picture")
    assert run("prune_media").lines == ["Removed: 0 files, 0\xa0bytes."]
    assert run("prune_media", "--hours", "0").lines == ["Removed: 1 file, 4\xa0bytes."]
    assert keys() == sorted(image.files)


def test_hashes_are_compared(added):
    [image] = added(0)
    assert run("check_gallery", "--hashes").status == 0

    content = default_storage.open(image.original.name).read()
    default_storage.save(image.original.name, ContentFile(content[::-1]))

    [finding] = run("check_gallery", "--hashes").lines
    assert "its SHA-256 differs" in finding


def test_lost_variants_are_made_anew(added, keys):
    [image] = added(0)
    default_storage.delete(image.thumbnail.name)

    assert run("rebuild_variants").status == 0
    assert keys() == sorted(image.files)


# --- Failures ---------------------------------------------------------------------


def test_a_store_that_denies_says_so_as_a_folder_would(store, bucket, added, keys):
    denied(store, bucket, "s3:PutObject")
    with pytest.raises(PermissionError):
        added(0)
    assert keys() == []


def test_what_is_not_there_is_not_found():
    for fails in (default_storage.open, default_storage.size):
        with pytest.raises(FileNotFoundError):
            fails("originals/ab/none.png")
    assert not default_storage.exists("originals/ab/none.png")
    default_storage.delete("originals/ab/none.png")


def test_what_is_open_can_be_read_even_after_it_went():
    default_storage.save("a.bin", ContentFile(b"four"))
    with default_storage.open("a.bin") as file:
        default_storage.delete("a.bin")
        assert file.read() == b"four"


def test_what_may_not_be_read_is_left_out_of_answers(client, added, store, bucket):
    added(0)
    denied(store, bucket, "s3:GetObject")
    answer = client.get("/image/page")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert client.get("/image/download?group_id=1&image_id=1").json()["code"] == 0


def test_a_bucket_that_is_not_there_is_a_failure_of_the_storage(settings, store):
    nowhere = BucketStorage(bucket_name="none", endpoint_url=store, **CREDENTIALS)
    with pytest.raises(OSError, match="NoSuchBucket") as caught:
        nowhere.listdir("originals")
    assert caught.value.errno == errno.EIO


def test_a_store_that_does_not_answer_is_said_without_its_secrets():
    url = f"http://127.0.0.1:{free_port()}"
    away = BucketStorage(bucket_name="b", endpoint_url=url, **CREDENTIALS)
    calls = (
        lambda: away.save("a", ContentFile(b"x")),
        lambda: away.open("a"),
        lambda: away.listdir("a"),
        lambda: away.delete("a"),
        lambda: away.exists("a"),
        lambda: away.get_modified_time("a"),
    )
    for call in calls:
        with pytest.raises(OSError, match="Could not connect") as caught:
            call()
        assert CREDENTIALS["secret_key"] not in str(caught.value)


def test_threads_do_not_meet_in_the_one_connection_they_share():
    def there_and_back(number: int) -> bool:
        name, content = f"{number}.bin", bytes([number]) * 10_000
        write_once(name, ContentFile(content))
        with default_storage.open(name) as file:
            return file.read() == content

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(there_and_back, range(40)))


# --- Writing ----------------------------------------------------------------------


def test_a_name_that_exists_is_replaced(keys):
    default_storage.save("a.bin", ContentFile(b"old and longer"))
    assert default_storage.save("a.bin", ContentFile(b"new")) == "a.bin"
    assert default_storage.open("a.bin").read() == b"new"
    assert keys() == ["a.bin"]


def test_what_is_there_whole_is_not_written_again(store, bucket):
    write_once("a.bin", ContentFile(b"four"))
    denied(store, bucket, "s3:PutObject")
    write_once("a.bin", ContentFile(b"4444"))
    with pytest.raises(PermissionError):
        write_once("a.bin", ContentFile(b"longer"))


@pytest.mark.parametrize("megabytes", [5, 12])
def test_large_files_come_back_as_they_went(megabytes):
    content = bytes(range(256)) * 4096 * megabytes
    default_storage.save("large.bin", ContentFile(content))
    with default_storage.open("large.bin") as file:
        assert file.size == len(content)
        assert file.read() == content
