import pytest

from onedrive.standin.faults import Fault
from onedrive.tests.probe import Probe, by_path, code


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


def send(drive: Probe, *calls: dict) -> dict[str, dict]:
    """The inner answers by id."""
    answer = drive.call("POST", "/$batch", json={"requests": list(calls)})
    assert answer.status_code == 200, answer.text
    return {inner["id"]: inner for inner in answer.json()["responses"]}


def get(name: str, url: str, **more: object) -> dict:
    return {"id": name, "method": "GET", "url": url, **more}


def test_each_call_has_its_own_answer(drive):
    name = "IMG #1 (50%) é+.jpg"
    file = drive.file(name)
    answers = send(
        drive,
        get("a", by_path(name)),
        get("b", "me/drive/items/no"),
        {
            "id": "c",
            "method": "POST",
            "url": "/me/drive/root/children",
            "headers": {"Content-Type": "application/json"},
            "body": {"name": "A", "folder": {}},
        },
    )
    assert answers["a"]["body"]["id"] == file["id"]
    assert answers["b"]["status"] == 404
    assert answers["b"]["body"]["error"]["code"] == "itemNotFound"
    assert answers["c"]["status"] == 201
    assert drive.get("/me/drive/root:/A").status_code == 200


def test_answers_come_in_another_order(drive):
    calls = [get(name, "/me/drive") for name in "abc"]
    answer = drive.call("POST", "/$batch", json={"requests": calls}).json()
    assert [inner["id"] for inner in answer["responses"]] == ["c", "b", "a"]


def test_a_redirect_is_handed_on(drive):
    drive.file("a.txt", b"hello")
    answer = send(drive, get("a", "/me/drive/root:/a.txt:/content"))["a"]
    assert answer["status"] == 302
    assert "body" not in answer
    assert drive.bare("GET", answer["headers"]["Location"]).content == b"hello"


def test_query_options_work_inside(drive):
    drive.file("a.txt")
    drive.file("b.txt")
    answer = send(drive, get("a", "/me/drive/root/children?$top=1&$select=name"))["a"]
    assert set(answer["body"]["value"][0]) == {"id", "name"}
    link = answer["body"]["@odata.nextLink"]
    assert link.startswith(f"{drive.standin.url}/v1.0/me/")
    rest = link.partition("/v1.0")[2]
    assert send(drive, get("a", rest))["a"]["body"]["value"][0]["name"] == "b.txt"
    assert drive.get(link).status_code == 200


def test_a_delete_has_no_body(drive):
    file = drive.file("a.txt")
    url = f"/me/drive/items/{file['id']}"
    answer = send(drive, {"id": "a", "method": "DELETE", "url": url})["a"]
    assert answer["status"] == 204
    assert "body" not in answer


def test_each_call_is_throttled_by_itself(drive):
    drive.standin.faults.add(
        Fault(path="/v1.0/me/drive", status=429, retry_after=7, skip=1, times=1)
    )
    answers = send(drive, *(get(name, "/me/drive") for name in "abc"))
    assert [answers[name]["status"] for name in "abc"] == [200, 429, 200]
    assert answers["b"]["headers"]["Retry-After"] == "7"


def test_what_depends_on_a_failure_fails(drive):
    answers = send(
        drive,
        get("a", "/me/drive/items/no"),
        get("b", "/me/drive", dependsOn=["A"]),
        get("c", "/me/drive", dependsOn=["b"]),
        get("d", "/me/drive", dependsOn=["never"]),
        get("e", "/me/drive"),
    )
    statuses = [answers[name]["status"] for name in "abcde"]
    assert statuses == [404, 424, 424, 424, 200]
    assert answers["b"]["body"]["error"]["code"] == "failedDependency"


def test_twenty_calls_are_the_most(drive):
    calls = [get(str(number), "/me/drive") for number in range(21)]
    assert len(send(drive, *calls[:20])) == 20
    answer = drive.call("POST", "/$batch", json={"requests": calls})
    assert code(answer) == (400, "invalidRequest")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"requests": []},
        {"requests": {}},
        {"requests": [5]},
        {"requests": [{"id": "a", "method": "GET"}]},
        {"requests": [{"id": 1, "method": "GET", "url": "/me"}]},
        {"requests": [get("a", "/me"), get("A", "/me")]},
        {"requests": [get("a", "https://graph.microsoft.com/v1.0/me")]},
        {"requests": [get("a", "/me", dependsOn="b")]},
        {"requests": [get("a", "/me", headers=[])]},
    ],
)
def test_a_batch_that_is_none(drive, body):
    assert code(drive.call("POST", "/$batch", json=body)) == (400, "invalidRequest")


def test_a_bad_token_fails_the_whole(drive):
    url = f"{drive.standin.url}/v1.0/$batch"
    answer = drive.bare("POST", url, json={"requests": [get("a", "/me/drive")]})
    assert code(answer) == (401, "InvalidAuthenticationToken")


def test_the_journal_keeps_the_inner_calls_too(drive):
    send(drive, get("a", "/me/drive"), get("b", "/me/drive/root"))
    journal = drive.standin.journal
    assert [entry.path for entry in journal.entries() if entry.inner] == [
        "/v1.0/me/drive",
        "/v1.0/me/drive/root",
    ]
