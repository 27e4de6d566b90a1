import pytest

from onedrive.standin.kinds import BUSINESS
from onedrive.tests.stores import make, open_store, put, refusal


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "drive")
    yield store
    store.db.close()


@pytest.fixture
def business(tmp_path):
    store = open_store(tmp_path / "business", BUSINESS)
    yield store
    store.db.close()


def test_what_was_deleted_comes_back_with_its_id(store):
    folder = make(store, "A")
    file = put(store, folder, "f.txt", b"12345")
    store.delete(folder.id)
    assert refusal(store.get, file.id)[0] == 404
    assert refusal(store.delete, folder.id)[0] == 404
    assert store.quota().deleted == 5
    assert store.quota().used == 5
    assert store.restore(folder.id).id == folder.id
    assert store.open(store.get(file.id)).read_bytes() == b"12345"
    assert store.quota().deleted == 0


def test_a_restore_brings_back_only_what_went_along(store):
    folder = make(store, "A")
    earlier = put(store, folder, "earlier.txt")
    later = put(store, folder, "later.txt")
    store.delete(earlier.id)
    store.delete(folder.id)
    assert refusal(store.restore, later.id)[0] == 404
    store.restore(folder.id)
    assert [item.name for item in store.children(store.get(folder.id))] == ["later.txt"]


def test_a_restore_does_not_push_a_newcomer_aside(store):
    file = put(store, store.root, "a.txt")
    store.delete(file.id)
    put(store, store.root, "A.txt")
    assert refusal(store.restore, file.id) == (409, "nameAlreadyExists")


def test_the_root_cannot_be_deleted(store):
    assert refusal(store.delete, store.root.id) == (403, "accessDenied")


def test_a_purge_frees_the_space(business):
    folder = make(business, "A")
    file = put(business, folder, "f.txt", b"12345")
    business.purge(folder.id)
    assert business.quota().used == 0
    assert not business.blobs.path(file.blob or "").exists()
    assert refusal(business.restore, folder.id)[0] == 404


def test_a_full_drive_takes_nothing_and_keeps_nothing_of_it(store):
    store.behaviour.quota = 10
    put(store, store.root, "a.bin", b"1234567890")
    refused = (507, "quotaLimitReached")
    assert refusal(put, store, store.root, "b.bin", b"1") == refused
    assert refusal(put, store, store.root, "a.bin", b"12345678901") == refused
    assert store.quota().state == "exceeded"
    assert store.open(store.at(store.root, "/a.bin")).read_bytes() == b"1234567890"


@pytest.mark.parametrize(("used", "state"), [(50, "normal"), (91, "nearing")])
def test_the_quota_tells_how_full_the_drive_is(store, used, state):
    store.behaviour.quota = 100
    put(store, store.root, "a.bin", bytes(used))
    assert store.quota().state == state
