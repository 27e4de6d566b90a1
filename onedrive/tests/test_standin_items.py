import pytest

from onedrive.tests.probe import Probe, code, inner_code


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def test_a_folder_is_made_and_its_place_told(drive):
    answer = drive.call(
        "POST", "/me/drive/root/children", json={"name": "Summer", "folder": {}}
    )
    body = answer.json()
    assert answer.status_code == 201
    assert (body["name"], body["folder"]) == ("Summer", {"childCount": 0})
    assert body["parentReference"]["path"] == "/drive/root:"
    assert drive.get(answer.headers["Location"]).json()["id"] == body["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "A", "folder": {}}, 409),
        ({"name": "a:b", "folder": {}}, 400),
        ({"folder": {}}, 400),
        ({"name": "B"}, 400),
        ({"name": "B", "folder": []}, 400),
        ([], 400),
        ({"name": "A", "folder": {}, "@microsoft.graph.conflictBehavior": "no"}, 400),
    ],
)
def test_a_folder_that_cannot_be_made(drive, body, status):
    drive.folder("A")
    answer = drive.call("POST", "/me/drive/root/children", json=body)
    assert answer.status_code == status
    assert "message" in answer.json()["error"]


def test_a_folder_is_made_under_another_name_when_asked(drive):
    drive.folder("A")
    body = {"name": "A", "folder": {}, "@microsoft.graph.conflictBehavior": "rename"}
    made = drive.call("POST", "/me/drive/root/children", json=body).json()
    assert made["name"] == "A 1"


def test_no_folder_is_made_below_a_file(drive):
    file = drive.file("a.txt")
    body = {"name": "B", "folder": {}}
    answer = drive.call("POST", f"/me/drive/items/{file['id']}/children", json=body)
    assert code(answer) == (400, "notAllowed")


def test_an_item_is_renamed_and_moved_at_once(drive):
    folder, file = drive.folder("A"), drive.file("a.txt")
    body = {"name": "b.txt", "parentReference": {"id": folder["id"]}}
    answer = drive.call("PATCH", f"/me/drive/items/{file['id']}", json=body)
    assert (answer.status_code, answer.json()["id"]) == (200, file["id"])
    assert drive.get("/me/drive/root:/A/b.txt").status_code == 200


def test_moving_to_the_root_needs_its_real_id(drive):
    drive.folder("A")
    file = drive.file("A/a.txt")
    address = f"/me/drive/items/{file['id']}"

    def move(folder_id: str) -> int:
        body = {"parentReference": {"id": folder_id}}
        return drive.call("PATCH", address, json=body).status_code

    assert move("root") == 404
    assert move(drive.get("/me/drive/root").json()["id"]) == 200


def test_another_drive_is_no_place_to_move_to(drive):
    file = drive.file("a.txt")
    body = {"parentReference": {"driveId": "f" * 16, "id": "x"}}
    answer = drive.call("PATCH", f"/me/drive/items/{file['id']}", json=body)
    assert code(answer) == (400, "invalidRequest")


def test_the_conflict_behaviour_of_a_rename_may_stand_in_body_or_query(drive):
    drive.file("a.txt")
    address = f"/me/drive/items/{drive.file('b.txt')['id']}"
    key = "@microsoft.graph.conflictBehavior"
    assert drive.call("PATCH", address, json={"name": "a.txt"}).status_code == 409
    renamed = drive.call("PATCH", address, json={"name": "a.txt", key: "rename"})
    assert renamed.json()["name"] == "a 1.txt"
    renamed = drive.call("PATCH", f"{address}?{key}=rename", json={"name": "a.txt"})
    assert renamed.json()["name"].startswith("a ")


def test_file_times_are_kept_to_the_second(drive):
    file = drive.file("a.txt")
    info = {"fileSystemInfo": {"lastModifiedDateTime": "2020-01-02T03:04:05.678Z"}}
    body = drive.call("PATCH", f"/me/drive/items/{file['id']}", json=info).json()
    assert body["fileSystemInfo"]["lastModifiedDateTime"] == "2020-01-02T03:04:05Z"
    assert (body["eTag"] != file["eTag"], body["cTag"]) == (True, file["cTag"])
    info = {"fileSystemInfo": {"lastModifiedDateTime": "yesterday"}}
    answer = drive.call("PATCH", f"/me/drive/items/{file['id']}", json=info)
    assert answer.status_code == 400


def test_a_stale_tag_stops_a_change(drive):
    file = drive.file("a.txt")
    address = f"/me/drive/items/{file['id']}"
    drive.call("PATCH", address, json={"name": "b.txt"})
    for method, body in (("PATCH", {"name": "c.txt"}), ("DELETE", None)):
        answer = drive.call(
            method, address, json=body, headers={"If-Match": file["eTag"]}
        )
        assert code(answer) == (412, "resourceModified")
        assert inner_code(answer) == "entityTagDoesNotMatch"
    assert drive.get("/me/drive/root:/b.txt").status_code == 200


def test_a_deleted_item_goes_to_the_recycle_bin(drive):
    file = drive.file("a.txt", b"12345")
    address = f"/me/drive/items/{file['id']}"
    answer = drive.call("DELETE", address)
    assert (answer.status_code, answer.content) == (204, b"")
    assert code(drive.call("DELETE", address)) == (404, "itemNotFound")
    assert drive.get("/me/drive").json()["quota"]["deleted"] == 5
    assert drive.call("POST", f"{address}/restore").json()["id"] == file["id"]
    assert drive.get(address).status_code == 200


def test_only_a_business_drive_deletes_for_good(drive, tmp_path_factory):
    file = drive.file("a.txt")
    answer = drive.call("POST", f"/me/drive/items/{file['id']}/permanentDelete")
    assert code(answer) == (400, "notSupported")
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        file = other.file("a.txt")
        address = f"/me/drive/items/{file['id']}/permanentDelete"
        assert other.call("POST", address).status_code == 204
        assert other.get("/me/drive").json()["quota"]["deleted"] == 0


def test_a_copy_is_watched_at_its_monitor_without_a_token(drive):
    file, folder = drive.file("a.txt", b"abc"), drive.folder("A")
    body = {"parentReference": {"id": folder["id"]}, "name": "b.txt"}
    answer = drive.call("POST", f"/me/drive/items/{file['id']}/copy", json=body)
    assert (answer.status_code, answer.content) == (202, b"")
    first = drive.bare("GET", answer.headers["Location"])
    assert (first.status_code, first.json()["status"]) == (202, "inProgress")
    done = drive.bare("GET", answer.headers["Location"])
    assert (done.status_code, done.json()["status"]) == (303, "completed")
    made = drive.get("/me/drive/root:/A/b.txt").json()
    assert done.json()["resourceId"] == made["id"] != file["id"]


@pytest.mark.parametrize(
    "body", [{"name": 5}, {"name": "a:b"}, {"parentReference": {"id": "no"}}, []]
)
def test_a_copy_that_cannot_be_made(drive, body):
    file = drive.file("a.txt")
    answer = drive.call("POST", f"/me/drive/items/{file['id']}/copy", json=body)
    assert answer.status_code in (400, 404)
    assert drive.get("/me/drive/root").json()["folder"]["childCount"] == 1
