import pytest

from onedrive.hashes import QuickXorHash
from onedrive.standin.hashes import hashes_of
from onedrive.standin.seeding import copy, seed
from onedrive.tests.stores import files_kept, make, open_store, put, refusal


@pytest.fixture
def store(tmp_path):
    store = open_store(tmp_path / "drive")
    yield store
    store.db.close()


def test_a_copy_is_another_item_with_its_own_bytes(store):
    folder = make(store, "A")
    put(store, make(store, "B", folder), "f.txt", b"one")
    made = copy(store, folder, store.root, "C", "fail")
    put(store, store.at(store.root, "/A/B"), "f.txt", b"two")
    assert made.id != folder.id
    assert store.open(store.at(store.root, "/C/B/f.txt")).read_bytes() == b"one"


def test_a_copy_that_is_refused_leaves_nothing(store):
    file, folder = put(store, store.root, "a.txt"), make(store, "A")
    put(store, folder, "a.txt")
    assert refusal(copy, store, file, folder, "a.txt", "fail")[0] == 409
    assert files_kept(store) == 2


def test_a_folder_is_not_copied_into_itself(store):
    folder = make(store, "A")
    inner = make(store, "B", folder)
    assert refusal(copy, store, folder, inner, "A", "fail")[0] == 400


def test_a_seed_is_copied_once(store, tmp_path):
    tree = tmp_path / "tree"
    (tree / "A" / "B").mkdir(parents=True)
    (tree / "A" / "B" / "f.txt").write_text("abc")
    (tree / ".hidden").write_text("no")
    assert seed(store, tree, store.root) == 1
    assert seed(store, tree, store.root) == 0
    assert [item.name for item in store.children(store.root)] == ["A"]
    assert store.at(store.root, "/A/B/f.txt").size == 3


def test_a_seed_that_breaks_off_leaves_nothing_and_can_be_tried_again(store, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.txt").write_text("abc")
    (tree / "~b.txt").write_text("a name that no drive takes")
    assert refusal(seed, store, tree, store.root)[0] == 400
    assert store.root.children == 0
    (tree / "~b.txt").unlink()
    assert seed(store, tree, store.root) == 1


@pytest.mark.parametrize("size", [0, 1, 20, 159, 160, 161, 4096, 700_001])
def test_its_quick_xor_hash_is_the_one_that_the_client_computes(tmp_path, size):
    data = bytes(number * 7 % 251 for number in range(size))
    path = tmp_path / "data"
    path.write_bytes(data)
    assert hashes_of(path).quick_xor == QuickXorHash(data).base64()
