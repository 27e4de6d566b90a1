import base64

import pytest
import requests

from onedrive.standin.server import StandIn
from onedrive.tests.probe import Probe


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def control(drive: Probe, method: str, path: str, **options) -> requests.Response:
    url = f"{drive.standin.url}/_standin/{path}"
    return drive.bare(method, url, **options)


def test_it_says_that_it_is_up(drive):
    answer = control(drive, "GET", "health")
    assert (answer.status_code, answer.json()["kind"]) == (200, "personal")


def test_someone_else_edits_the_drive(drive):
    link = drive.get("/me/drive/root/delta?token=latest").json()["@odata.deltaLink"]
    folder = control(drive, "POST", "items", json={"path": "/A"}).json()
    content = base64.b64encode(b"abc").decode()
    body = {"path": "/A/a.txt", "content": content}
    file = control(drive, "POST", "items", json=body).json()
    entries = drive.get(link).json()["value"]
    assert [entry["id"] for entry in entries[1:]] == [folder["id"], file["id"]]
    body["content"] = base64.b64encode(b"other").decode()
    again = control(drive, "POST", "items", json=body).json()
    assert (again["id"], again["size"]) == (file["id"], 5)
    found = control(drive, "GET", "items", params={"path": "/a/A.TXT"}).json()
    assert (found["id"], found["etag"]) == (file["id"], again["etag"])


def test_someone_else_renames_moves_deletes_and_restores(drive):
    file, folder = drive.file("a.txt"), drive.folder("A")
    path = f"items/{file['id']}"
    change = {"name": "b.txt", "parent": folder["id"]}
    assert control(drive, "PATCH", path, json=change).status_code == 200
    assert drive.get("/me/drive/root:/A/b.txt").json()["id"] == file["id"]
    assert control(drive, "DELETE", path).status_code == 204
    assert drive.get("/me/drive/root:/A/b.txt").status_code == 404
    assert control(drive, "POST", f"{path}/restore").json()["id"] == file["id"]
    assert drive.get("/me/drive/root:/A/b.txt").status_code == 200


def test_faults_are_set_listed_and_cleared(drive):
    rule = {"path": "*/drive", "status": 503, "times": 1}
    assert control(drive, "POST", "faults", json=rule).status_code == 200
    assert [drive.get("/me/drive").status_code for _ in range(2)] == [503, 200]
    (listed,) = control(drive, "GET", "faults").json()["faults"]
    assert (listed["status"], listed["seen"], listed["acted"]) == (503, 2, 1)
    assert control(drive, "DELETE", "faults").status_code == 204
    assert control(drive, "GET", "faults").json() == {"faults": []}


def test_the_journal_is_read_and_cleared_and_leaves_this_out(drive):
    drive.get("/me/drive")
    drive.get("/me")
    entries = control(drive, "GET", "journal", params={"path": "/drive"}).json()
    assert [entry["path"] for entry in entries["entries"]] == ["/v1.0/me/drive"]
    assert control(drive, "DELETE", "journal").status_code == 204
    assert control(drive, "GET", "journal").json() == {"entries": []}


def test_tokens_expire_when_asked(drive):
    assert control(drive, "POST", "identity/expire").status_code < 300
    assert drive.get("/me/drive").status_code == 401


def test_time_is_put_ahead(drive):
    before = drive.standin.clock.now()
    now = control(drive, "POST", "clock", json={"advance": 3600}).json()["now"]
    assert now >= before + 3600


def test_behaviour_and_throttle_are_changed(drive):
    drive.folder("A")
    drive.folder("B")
    changed = control(drive, "PATCH", "behaviour", json={"page_size": 1})
    assert changed.json()["page_size"] == 1
    assert len(drive.get("/me/drive/root/children").json()["value"]) == 1
    control(drive, "PUT", "throttle", json={"rate": 0, "burst": 1})
    assert [drive.get("/me/drive").status_code for _ in range(2)] == [200, 429]
    control(drive, "DELETE", "throttle")
    assert drive.get("/me/drive").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "faults", {"colour": "red"}, 400),
        ("POST", "faults", {"edit": "no"}, 400),
        ("POST", "faults", {"path": "re:("}, 400),
        ("POST", "faults", [], 400),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"advance": "soon"}, 400),
        ("PATCH", "behaviour", {"colour": "red"}, 400),
        ("PUT", "throttle", {"rate": 1}, 400),
        ("POST", "items", {}, 400),
        ("POST", "items", {"path": "/no/a.txt"}, 404),
        ("POST", "items", {"path": "/a.txt", "content": "?"}, 400),
        ("PATCH", "items/no", {"name": "a"}, 404),
        ("DELETE", "items/no", None, 404),
        ("POST", "items/no/restore", None, 404),
        ("GET", "nothing", None, 404),
        ("DELETE", "clock", None, 405),
    ],
)
def test_a_mistake_is_named(drive, method, path, body, status):
    assert control(drive, method, path, json=body).status_code == status


def test_the_folder_of_the_gallery_has_the_id_that_was_wished(tmp_path):
    tree = tmp_path / "tree" / "Summer"
    tree.mkdir(parents=True)
    (tree / "a.txt").write_text("abc")
    for _ in range(2):
        with Probe(tmp_path / "drive", root_folder_id="01WISHED") as drive:
            drive.standin.seed(tmp_path / "tree")
            body = drive.get("/me/drive/items/01WISHED").json()
            assert (body["name"], body["folder"]) == ("Artetore", {"childCount": 1})
            assert (
                drive.get("/me/drive/root:/Artetore/Summer/a.txt").json()["size"] == 3
            )


def test_a_restart_after_its_deletion_does_not_seed_again(tmp_path):
    (tmp_path / "tree" / "Summer").mkdir(parents=True)
    for copied in ("Summer", None):
        with Probe(tmp_path / "drive", root_folder_id="01WISHED") as drive:
            drive.standin.seed(tmp_path / "tree")
            found = drive.get("/me/drive/root:/Artetore/Summer").json()
            assert found.get("name") == copied
            drive.call("DELETE", "/me/drive/items/01WISHED")


def test_a_busy_port_is_told_and_nothing_is_left_open(drive, tmp_path_factory):
    port = int(drive.standin.content_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        StandIn(tmp_path_factory.mktemp("other"), ports=(0, port, 0))


def test_a_stopped_stand_in_leaves_no_connection_open(tmp_path):
    with Probe(tmp_path) as drive:
        drive.get("/me/drive")
        drive.standin.stop()
        with pytest.raises(requests.ConnectionError):
            drive.get("/me/drive")


def test_a_stand_in_that_never_started_can_be_stopped(tmp_path):
    StandIn(tmp_path).stop()
