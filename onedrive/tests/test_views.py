"""The original OneDrive routes, over HTTP, against the stand-in."""

from urllib.parse import urlsplit

import pytest
import requests

from onedrive.models import Connection

pytestmark = pytest.mark.django_db(transaction=True)

SIGN_IN_AGAIN = "refresh_token_expired_need_manual_authorization"
ROUTES = [
    ("get", "/admin/onedrive/connect"),
    ("get", "/admin/onedrive/folders"),
    ("get", "/admin/onedrive/add-folder?folder_name=x"),
    ("get", "/admin/onedrive/rename?item_id=x&new_name=y"),
    ("get", "/admin/onedrive/delete-folder?folder_id=x"),
    ("get", "/admin/onedrive/upload-session?folder_id=x&file_name=y"),
    ("post", "/admin/auth/code"),
    ("post", "/admin/add/image"),
]


@pytest.fixture
def alps(standin, tree):
    """The root folder holds Alps (two pictures) and Sea (one)."""
    standin.seed(tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}))


@pytest.fixture
def folders(api, connection, alps):
    def ask():
        listing = api.get("/admin/onedrive/folders").json()["folders"]
        return {
            entry["folder_name"]: {"id": key, **entry}
            for key, entry in listing.items()
            if isinstance(entry, dict)
        }

    return ask


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_without_a_token_it_is_401(client, method, route):
    answer = getattr(client, method)(route)
    assert answer.status_code == 401
    assert answer.json() == {"detail": "Not authenticated"}


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_other_method_is_405(client, method, route):
    other = {"get": "post", "post": "get"}[method]
    answer = getattr(client, other)(route)
    assert answer.status_code == 405
    assert answer.json() == {"detail": "Method Not Allowed"}
    assert method.upper() in answer["Allow"]


@pytest.mark.parametrize(
    ("route", "missing"),
    [
        ("add-folder", ["folder_name"]),
        ("rename", ["item_id", "new_name"]),
        ("delete-folder", ["folder_id"]),
        ("upload-session", ["folder_id", "file_name"]),
    ],
)
def test_each_missing_parameter_is_named(api, route, missing):
    answer = api.get(f"/admin/onedrive/{route}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {
            "loc": ["query", name],
            "msg": "field required",
            "type": "value_error.missing",
        }
        for name in missing
    ]


# Sign-in


def test_the_code_of_a_consent_connects(api, staff, standin, consent):
    answer = api.post("/admin/auth/code", {"auth_code": consent()})

    assert answer.json() == {"code": 1, "hint": "found_tokens"}
    assert Connection.objects.get().user == staff
    assert api.get("/admin/onedrive/connect").json() == {
        "code": 1,
        "hint": "connection_successful",
    }


def test_a_used_code_is_refused_with_the_address_of_the_consent(api, consent):
    code = consent()
    api.post("/admin/auth/code", {"auth_code": code})

    answer = api.post("/admin/auth/code", {"auth_code": code}).json()

    assert (answer["code"], answer["hint"]) == (0, "found_tokens_failed")
    assert urlsplit(answer["url"]).scheme in ("http", "https")


@pytest.mark.parametrize("code", ["", "nonsense", "\x00", "é" * 500])
def test_a_bad_code_is_refused(api, standin, code):
    answer = api.post("/admin/auth/code", {"auth_code": code}).json()
    assert (answer["code"], answer["hint"]) == (0, "found_tokens_failed")
    assert not Connection.objects.exists()


def test_before_the_first_consent_connect_names_the_address(api, standin):
    answer = api.get("/admin/onedrive/connect").json()
    assert (answer["code"], answer["hint"]) == (0, "connection_failed")
    assert "Accept" in requests.get(answer["url"], timeout=5).text


def test_a_body_without_the_code_is_422(api):
    answer = api.post("/admin/auth/code", {})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "auth_code"]


def test_tokens_belong_to_the_user_who_connected(connection, api_of, other_staff):
    answer = api_of(other_staff).get("/admin/onedrive/connect").json()
    assert answer["hint"] == "connection_failed"


# Listing


def test_folders_come_with_their_files_and_the_storage_figures(api, connection, alps):
    answer = api.get("/admin/onedrive/folders").json()

    assert answer["code"] == 1
    listing = answer["folders"]
    assert listing.pop("total_storage") > listing.pop("used_storage") >= 0
    by_name = {entry["folder_name"]: entry for entry in listing.values()}
    assert set(by_name) == {"Alps", "Sea"}
    alps = by_name["Alps"]
    assert alps["is_folder"] is True
    assert alps["folder_size"] == sum(f["file_size"] for f in alps["files"].values())
    assert {file["file_name"] for file in alps["files"].values()} == {"a.png", "b.png"}
    for file in alps["files"].values():
        assert file["is_folder"] is False
        assert file["creation_time"].endswith("Z")


def test_an_empty_folder_has_an_object_of_files(api, folders):
    api.get("/admin/onedrive/add-folder?folder_name=Empty")
    assert folders()["Empty"]["files"] == {}


def test_not_connected_any_more(api, folders, standin):
    standin.identity.revoke_all()
    standin.identity.expire_access_tokens()

    answer = api.get("/admin/onedrive/folders").json()

    assert (answer["code"], answer["hint"]) == (0, SIGN_IN_AGAIN)
    assert answer["url"].startswith("http")


def test_a_wrong_root_folder_is_code_99(api, connection, settings):
    settings.ONEDRIVE_ROOT_FOLDER_ID = "TESTS!NOWHERE"
    assert api.get("/admin/onedrive/folders").json() == {
        "code": 99,
        "hint": "data_extraction_failed_from_json",
    }


# Operations


def test_a_folder_is_added_and_an_existing_name_gets_a_new_one(api, folders):
    for _ in range(2):
        answer = api.get("/admin/onedrive/add-folder", {"folder_name": "Alps"}).json()
        assert answer == {"code": 1, "hint": "folder_creation_operation_successful"}
    assert len(folders()) == 4


@pytest.mark.parametrize(
    "name", ["", "\x00", "a\x00b", "a/b", "CON", "a" * 300, 'a"b', "trailing."]
)
def test_a_name_that_onedrive_does_not_allow_is_refused(api, folders, name):
    before = set(folders())
    answer = api.get("/admin/onedrive/add-folder", {"folder_name": name}).json()
    assert answer == {"code": 0, "hint": "folder_creation_operation_failed"}
    assert set(folders()) == before


@pytest.mark.parametrize("name", ["50 % & #1 + 'two'", "Ünïcødé 😀", "مرحبا"])
def test_a_folder_is_renamed(api, folders, name):
    query = {"item_id": folders()["Alps"]["id"], "new_name": name}
    answer = api.get("/admin/onedrive/rename", query).json()
    assert answer == {"code": 1, "hint": "rename_operation_successful"}
    assert name in folders()


def test_a_file_is_deleted_by_the_folder_route(api, folders):
    [file_id] = folders()["Sea"]["files"]
    answer = api.get("/admin/onedrive/delete-folder", {"folder_id": file_id}).json()
    assert answer == {"code": 1, "hint": "folder_deletion_operation_successful"}
    assert folders()["Sea"]["files"] == {}


def test_the_root_is_neither_renamed_nor_deleted(api, folders, settings):
    root = settings.ONEDRIVE_ROOT_FOLDER_ID
    renamed = api.get("/admin/onedrive/rename", {"item_id": root, "new_name": "x"})
    deleted = api.get("/admin/onedrive/delete-folder", {"folder_id": root})
    assert renamed.json() == {"code": 0, "hint": "rename_operation_failed"}
    assert deleted.json() == {"code": 0, "hint": "folder_deletion_operation_failed"}
    assert set(folders()) == {"Alps", "Sea"}


def test_what_lies_outside_the_root_is_not_touched(api, folders, outside):
    answer = api.get("/admin/onedrive/delete-folder", {"folder_id": outside}).json()
    assert answer["code"] == 0
    answer = api.get(
        "/admin/onedrive/upload-session", {"folder_id": outside, "file_name": "x.png"}
    ).json()
    assert answer == {"code": 0, "hint": "couldn't_get_session"}


def test_an_upload_in_the_frontends_chunks_ends_with_201(api, folders):
    content = bytes(range(256)) * 16_000
    query = {"folder_id": folders()["Sea"]["id"], "file_name": "c.png"}
    answer = api.get("/admin/onedrive/upload-session", query).json()
    assert (answer["code"], answer["hint"]) == (1, "got_session")

    statuses = []
    for start in range(0, len(content), 3_276_800):
        chunk = content[start : start + 3_276_800]
        end = start + len(chunk) - 1
        sent = requests.put(
            answer["sessionUrl"],
            data=chunk,
            headers={
                "Content-Range": f"bytes {start}-{end}/{len(content)}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            timeout=10,
        )
        statuses.append(sent.status_code)

    assert statuses == [202, 201]
    # The name was taken: the first file stays.
    assert len(folders()["Sea"]["files"]) == 2


def test_a_token_that_graph_refuses_is_renewed_once(api, folders, standin):
    standin.identity.expire_access_tokens()
    assert set(folders()) == {"Alps", "Sea"}
