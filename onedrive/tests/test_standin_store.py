from concurrent.futures import ThreadPoolExecutor

import pytest

from onedrive.standin.errors import StoreError
from onedrive.standin.kinds import BUSINESS
from onedrive.tests.stores import files_kept, make, open_store, put, refusal


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


def test_a_drive_opened_again_is_the_same_drive(tmp_path):
    first = open_store(tmp_path)
    kept = put(first, make(first, "A"), "b.txt")
    drive_id, root_id = first.drive_id, first.root.id
    first.db.close()
    second = open_store(tmp_path)
    assert (second.drive_id, second.root.id) == (drive_id, root_id)
    assert second.get(kept.id) == kept
    assert second.open(kept).read_bytes() == b"abc"
    second.db.close()


def test_a_folder_of_another_kind_of_drive_is_refused(tmp_path):
    open_store(tmp_path).db.close()
    with pytest.raises(ValueError, match="personal"):
        open_store(tmp_path, BUSINESS)


def test_ids_look_as_they_do_on_each_kind(store, business):
    assert len(store.drive_id) == 16
    assert store.root.id == (
        f"{store.drive_id.upper()}!sea8cc6beffdb43d7976fbc7da445c639"
    )
    assert make(store, "A").id.startswith(f"{store.drive_id.upper()}!s")
    assert business.drive_id.startswith("b!")
    assert len(make(business, "A").id) == 34


def test_personal_ids_are_found_in_any_case_and_business_ids_are_not(store, business):
    assert store.get(make(store, "A").id.lower()).name == "A"
    assert refusal(business.get, make(business, "A").id.lower())[0] == 404


@pytest.mark.parametrize("twin", ["summer", "SUMMER", "Summer"])
def test_names_are_unique_whatever_their_case(store, twin):
    make(store, "Summer")
    assert refusal(make, store, twin) == (409, "nameAlreadyExists")


def test_composed_and_decomposed_letters_are_the_same_name(store):
    made = make(store, "Caf\u00e9")
    assert store.at(store.root, "/Cafe\u0301").id == made.id
    assert refusal(make, store, "Cafe\u0301") == (409, "nameAlreadyExists")
    assert made.name == "Caf\u00e9"


def test_many_at_once_cannot_make_the_same_name_twice(store):
    def attempt(_: int) -> bool:
        try:
            make(store, "Summer")
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    assert store.root.children == 1


def test_rename_finds_a_free_name_as_each_kind_writes_it(store, business):
    for drive, names in ((store, ["a 1.jpg", "a 2.jpg"]), (business, ["a1.jpg"])):
        put(drive, drive.root, "a.jpg")
        for name in names:
            again = put(drive, drive.root, "A.JPG", conflict="rename")
            assert again.name == name.replace("a", "A").replace("jpg", "JPG")


def test_replace_keeps_the_id_and_drops_the_old_bytes(store):
    old = put(store, store.root, "a.txt", b"old")
    new = put(store, store.root, "A.TXT", b"newer", conflict="replace")
    assert (new.id, new.size) == (old.id, 5)
    assert store.open(new).read_bytes() == b"newer"
    assert files_kept(store) == 1


def test_a_file_does_not_replace_a_folder(store):
    make(store, "A")
    assert refusal(put, store, store.root, "a", conflict="replace")[0] == 409


def test_replacing_a_folder_gives_the_existing_one_on_personal_drives(store, business):
    made = make(store, "A")
    assert store.create_folder(store.root.id, "a", "replace") == (made, False)
    make(business, "A")
    assert refusal(business.create_folder, business.root.id, "a", "replace")[0] == 409


def test_a_refused_file_is_put_back_where_it_was(store):
    put(store, store.root, "a.txt")
    with store.blobs.arrival() as source:
        source.write_bytes(b"mine")
        refusal(store.put_file, store.root.id, "a.txt", source, conflict="fail")
        assert source.read_bytes() == b"mine"
    assert files_kept(store) == 1


def test_sums_and_counts_follow_every_change(store):
    a, b = make(store, "A"), make(store, "B")
    inner = make(store, "inner", a)
    file = put(store, inner, "f.bin", b"12345")

    def sums() -> list[tuple[int, int]]:
        items = (store.root, store.get(a.id), store.get(b.id))
        return [(item.size, item.children) for item in items]

    assert sums() == [(5, 2), (5, 1), (0, 0)]
    store.update(inner.id, parent_id=b.id)
    assert sums() == [(5, 2), (0, 0), (5, 1)]
    put(store, inner, "f.bin", b"1234567")
    assert sums() == [(7, 2), (0, 0), (7, 1)]
    store.delete(b.id)
    assert (store.root.size, store.root.children) == (0, 1)
    store.restore(b.id)
    assert sums() == [(7, 2), (0, 0), (7, 1)]
    store.delete(file.id)
    assert sums() == [(0, 2), (0, 0), (0, 1)]


def test_the_etag_follows_every_change_and_the_ctag_only_content(store):
    first = put(store, store.root, "a.txt")
    renamed = store.update(first.id, name="b.txt")
    assert renamed.etag != first.etag
    assert renamed.ctag == first.ctag
    changed = put(store, store.root, "b.txt", b"other")
    assert changed.etag != renamed.etag
    assert changed.ctag != renamed.ctag


def test_the_ctag_of_a_folder_follows_all_below_it(store):
    folder = make(store, "A")
    inner = make(store, "B", folder)
    before = store.get(folder.id).ctag
    put(store, inner, "a.txt")
    assert store.get(folder.id).ctag != before


def test_a_stale_tag_stops_every_change(store):
    old = put(store, store.root, "a.txt")
    new = store.update(old.id, name="b.txt")
    stale = (412, "resourceModified")
    assert refusal(store.update, old.id, name="c", if_match=old.etag) == stale
    assert refusal(store.delete, old.id, if_match=old.etag) == stale
    assert store.update(old.id, name="c.txt", if_match=new.etag).name == "c.txt"
    store.delete(old.id, if_match="*")


def test_a_name_may_change_its_case_only(store):
    item = put(store, store.root, "a.jpg")
    assert store.update(item.id, name="A.jpg").name == "A.jpg"


def test_a_move_keeps_the_id_and_what_is_below(store):
    a, b = make(store, "A"), make(store, "B")
    file = put(store, a, "f.txt")
    assert store.update(a.id, parent_id=b.id, name="C").id == a.id
    assert store.path(store.get(file.id)) == "/B/C/f.txt"


def test_a_move_is_refused_for_a_reason(store):
    a, b = make(store, "A"), make(store, "B")
    inner = make(store, "inner", a)
    file = put(store, b, "inner")
    assert refusal(store.update, a.id, parent_id=a.id)[0] == 400
    assert refusal(store.update, a.id, parent_id=inner.id)[0] == 400
    assert refusal(store.update, a.id, parent_id=file.id) == (400, "notAllowed")
    assert refusal(store.update, a.id, parent_id="nowhere")[0] == 404
    assert refusal(store.update, inner.id, parent_id=b.id)[0] == 409
    assert refusal(store.update, store.root.id, name="x")[0] == 403
    assert store.path(store.get(inner.id)) == "/A/inner"


def test_a_move_that_replaces_recycles_the_file_in_its_way(store):
    folder = make(store, "A")
    gone = put(store, folder, "f.txt")
    mover = put(store, store.root, "f.txt")
    store.update(mover.id, parent_id=folder.id, conflict="replace")
    assert store.at(store.root, "/A/f.txt").id == mover.id
    assert refusal(store.get, gone.id)[0] == 404


def test_a_move_never_replaces_a_folder(store):
    a, b = make(store, "A"), make(store, "B")
    make(store, "B", a)
    refused = refusal(store.update, b.id, parent_id=a.id, conflict="replace")
    assert refused == (409, "nameAlreadyExists")
