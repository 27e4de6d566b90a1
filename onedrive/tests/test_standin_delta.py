import pytest

from onedrive.tests.probe import Probe, code, picture
from onedrive.tests.rounds import DELTA, names, round_of, seen


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def patch(drive: Probe, item: dict, **body: object) -> dict:
    return drive.call("PATCH", f"/me/drive/items/{item['id']}", json=body).json()


def delete(drive: Probe, item: dict) -> None:
    drive.call("DELETE", f"/me/drive/items/{item['id']}")


def test_the_first_round_is_all_that_lives_the_root_first(drive):
    drive.folder("A")
    drive.file("A/a.txt")
    delete(drive, drive.file("A/gone.txt"))
    entries, _ = seen(drive)
    assert names(entries) == ["root", "A", "a.txt"]
    assert "root" in entries[0]
    assert all("path" not in entry["parentReference"] for entry in entries)
    assert entries[2]["parentReference"]["id"] == entries[1]["id"]


def test_a_later_round_is_what_changed_and_the_folders_above(drive):
    drive.folder("A")
    drive.folder("B")
    drive.file("A/a.txt")
    _, link = seen(drive)
    drive.file("A/b.txt")
    entries, again = seen(drive, link)
    assert names(entries) == ["root", "A", "b.txt"]
    assert seen(drive, again)[0] == []


def test_parents_are_left_out_when_asked_but_the_root_comes(drive):
    drive.folder("A")
    _, link = seen(drive)
    drive.file("A/a.txt")
    header = {"Prefer": "deltaExcludeParent"}
    assert names(drive.get(link, headers=header).json()["value"]) == ["root", "a.txt"]


def test_pages_may_repeat_parents_and_be_larger_than_asked(drive):
    drive.folder("A")
    for name in "abc":
        drive.file(f"A/{name}")
    _, link = seen(drive, f"{DELTA}?token=latest")
    for name in "abc":
        drive.file(f"A/{name}", b"other")
    pages, _ = round_of(drive, link + "&$top=2")
    assert [names(page) for page in pages] == [
        ["root", "A", "a", "b"],
        ["root", "A", "c"],
    ]


def test_a_page_may_be_empty(drive):
    drive.standin.behaviour.empty_pages = True
    drive.file("a")
    drive.file("b")
    pages, _ = round_of(drive, f"{DELTA}?$top=2")
    assert [names(page) for page in pages] == [["root", "a"], [], ["root", "b"]]


def test_a_change_during_the_round_comes_in_the_next_one(drive):
    first, second = drive.file("a"), drive.file("b")
    body = drive.get(f"{DELTA}?$top=2").json()
    patch(drive, first, name="a2")
    patch(drive, second, name="b2")
    entries, link = seen(drive, body["@odata.nextLink"])
    assert "b2" not in names(entries)
    assert names(seen(drive, link)[0]) == ["root", "a2", "b2"]


def test_a_folder_that_moves_comes_without_what_is_in_it(drive):
    a, b = drive.folder("A"), drive.folder("B")
    drive.file("A/a.txt")
    _, link = seen(drive)
    patch(drive, a, parentReference={"id": b["id"]})
    entries, _ = seen(drive, link)
    assert names(entries) == ["root", "B", "A"]
    assert entries[2]["parentReference"]["id"] == b["id"]


def test_a_deleted_folder_takes_its_files_along_on_personal_drives(drive):
    folder = drive.folder("A")
    file = drive.file("A/a.txt")
    _, link = seen(drive)
    delete(drive, folder)
    gone = [entry for entry in seen(drive, link)[0] if "deleted" in entry]
    assert [entry["id"] for entry in gone] == [folder["id"], file["id"]]
    assert gone[1]["deleted"] == {"state": "deleted"}
    assert gone[1]["name"] == "a.txt"
    assert "size" not in gone[1]
    assert "cTag" not in gone[1]


def test_a_deleted_folder_comes_alone_and_nameless_on_business_drives(business):
    folder = business.folder("A")
    business.file("A/a.txt")
    _, link = seen(business)
    delete(business, folder)
    (gone,) = [entry for entry in seen(business, link)[0] if "deleted" in entry]
    assert gone["id"] == folder["id"]
    assert "name" not in gone
    assert "eTag" not in gone
    assert gone["fileSystemInfo"]["createdDateTime"].startswith("0001-01-01")


def test_what_is_restored_comes_back_with_its_id(drive):
    folder = drive.folder("A")
    file = drive.file("A/a.txt")
    _, link = seen(drive)
    delete(drive, folder)
    _, link = seen(drive, link)
    drive.call("POST", f"/me/drive/items/{folder['id']}/restore")
    entries, _ = seen(drive, link)
    assert [entry["id"] for entry in entries[1:]] == [folder["id"], file["id"]]
    assert not any("deleted" in entry for entry in entries)


def test_the_ctag_is_left_out_on_business_drives(drive, tmp_path_factory):
    drive.file("a.txt")
    assert "cTag" in seen(drive)[0][1]
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        other.file("a.txt")
        assert "cTag" not in seen(other)[0][1]


def test_new_metadata_leaves_hash_and_ctag(drive):
    file = drive.file("a.txt")
    _, link = seen(drive)
    patch(drive, file, name="b.txt")
    entry = seen(drive, link)[0][-1]
    assert entry["eTag"] != file["eTag"]
    assert (entry["cTag"], entry["file"]) == (file["cTag"], file["file"])


def test_late_facets_are_a_change_of_their_own(drive):
    drive.standin.behaviour.facet_delay = 5.0
    drive.file("a.jpg", picture())
    entries, link = seen(drive)
    assert "image" not in entries[-1]
    assert seen(drive, link)[0] == []
    drive.standin.clock.advance(6)
    assert seen(drive, link)[0][-1]["image"] == {"width": 64, "height": 48}


def test_a_change_may_be_seen_late(drive):
    _, link = seen(drive)
    drive.standin.behaviour.delta_delay = 60.0
    drive.file("a.txt")
    entries, link = seen(drive, link)
    assert entries == []
    drive.standin.clock.advance(61)
    assert names(seen(drive, link)[0]) == ["root", "a.txt"]


def test_folder_delta_works_on_personal_drives_only(drive, tmp_path_factory):
    folder = drive.folder("A")
    drive.file("A/a.txt")
    drive.file("other.txt")
    entries, _ = seen(drive, f"/me/drive/items/{folder['id']}/delta")
    assert names(entries) == ["A", "a.txt"]
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        folder = other.folder("A")
        answer = other.get(f"/me/drive/items/{folder['id']}/delta")
        assert code(answer) == (501, "notSupported")


def test_thumbnails_come_along_on_personal_drives_only(drive, tmp_path_factory):
    drive.file("a.jpg", picture())
    entries = drive.get(f"{DELTA}?$expand=thumbnails").json()["value"]
    assert entries[-1]["thumbnails"][0]["small"]["width"] == 64
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        answer = other.get(f"{DELTA}?$expand=thumbnails")
        assert code(answer) == (400, "badArgument")


def test_select_is_kept_by_the_links(drive):
    drive.file("a.txt")
    entries, link = seen(drive, f"{DELTA}?$select=id,name,deleted&$top=1")
    drive.file("b.txt")
    entries += seen(drive, link)[0]
    assert {key for entry in entries for key in entry} == {"@odata.type", "id", "name"}
