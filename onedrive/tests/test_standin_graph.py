import pytest

from onedrive.tests.probe import Probe, by_path, code, picture


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def test_the_drive_tells_its_kind_owner_and_quota(drive):
    drive.file("a.bin", bytes(1000))
    body = drive.get("/me/drive").json()
    assert body["@odata.context"].endswith("/v1.0/$metadata#drives/$entity")
    assert (body["driveType"], len(body["id"])) == ("personal", 16)
    assert body["quota"]["used"] == 1000
    assert body["quota"]["remaining"] == body["quota"]["total"] - 1000
    assert drive.get(f"/drives/{body['id']}").json()["id"] == body["id"]
    assert drive.get(f"/drives/{body['id']}/root").json()["name"] == "root"


def test_another_drive_is_not_found(drive):
    assert code(drive.get("/drives/ffffffffffffffff/root")) == (404, "itemNotFound")


def test_a_personal_drive_id_may_have_lost_its_leading_zeros(drive):
    drive.standin.store.drive_id = "0123456789abcdef"
    assert drive.get("/drives/123456789ABCDEF/root").status_code == 200


def test_me_is_the_owner(drive):
    body = drive.get("/me").json()
    owner = drive.get("/me/drive").json()["owner"]["user"]
    assert (body["id"], body["displayName"]) == (owner["id"], owner["displayName"])
    assert body["userPrincipalName"] == owner["email"]


def test_the_root_is_a_folder_without_parent(drive):
    body = drive.get("/me/drive/root").json()
    assert (body["root"], body["name"]) == ({}, "root")
    assert set(body["parentReference"]) == {"driveId", "driveType"}
    assert drive.get("/me/drive/root:/").json()["id"] == body["id"]
    assert drive.get(f"/me/drive/items/{body['id']}").json()["id"] == body["id"]


def test_an_item_is_found_by_id_by_path_and_from_another_item(drive):
    drive.folder("Pictures")
    name = "IMG #1 (50%) é+.jpg"
    file = drive.file(f"Pictures/{name}")
    folder = file["parentReference"]["id"]
    for address in (
        f"/me/drive/items/{file['id']}",
        f"/me/drive/items/{file['id'].replace('!', '%21')}",
        f"/me/drive/items('{file['id']}')",
        by_path(f"pictures/{name.upper()}"),
        by_path(f"Pictures/{name}") + ":",
        f"/me/drive/items/{folder}:/{name.replace('%', '%25').replace('#', '%23')}",
        "/me/drive/special/photos:/IMG%20%231%20%2850%25%29%20%C3%A9%2B.jpg",
    ):
        answer = drive.get(address)
        assert answer.json().get("id") == file["id"], address
        assert answer.json()["name"] == name


def test_a_plus_in_a_path_is_a_plus(drive):
    drive.file("a b.txt")
    assert drive.get("/me/drive/root:/a+b.txt").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/me/drive/items/nowhere",
        "/me/drive/root:/no/such",
        "/me/drive/root:/a:/children",
    ],
)
def test_what_is_not_there_is_not_found(drive, address):
    assert code(drive.get(address)) == (404, "itemNotFound")


@pytest.mark.parametrize(
    "address",
    [
        "/me/drive/rooty",
        "/me/drive/root/no",
        "/nothing",
        "/me/drive/special/no",
        "/me/x",
    ],
)
def test_an_address_that_means_nothing_is_refused(drive, address):
    assert code(drive.get(address)) == (400, "BadRequest")


def test_a_method_that_does_not_fit_is_refused(drive):
    assert code(drive.call("POST", "/me/drive/root")) == (405, "notSupported")


def test_a_photo_shows_all_its_facets(drive):
    drive.folder("Ünder %")
    body = drive.file("Ünder %/a.JPG", picture(60, 40, orientation=6))
    assert body["file"]["mimeType"] == "image/jpeg"
    assert set(body["file"]["hashes"]) == {"quickXorHash", "sha1Hash", "sha256Hash"}
    assert body["image"] == {"width": 60, "height": 40}
    assert body["photo"]["takenDateTime"] == "2026-01-31T18:22:05Z"
    assert body["photo"]["orientation"] == 6
    assert body["parentReference"]["path"] == "/drive/root:/%C3%9Cnder%20%25"
    assert body["@microsoft.graph.downloadUrl"].startswith(drive.standin.content_url)
    assert body["eTag"].startswith('"{')


def test_a_business_photo_shows_less(business):
    business.folder("A")
    body = business.file("A/a.jpg", picture())
    assert set(body["file"]["hashes"]) == {"quickXorHash"}
    assert body["photo"] == {"takenDateTime": "2026-01-31T18:22:05Z"}
    assert "cTag" in body
    assert "cTag" not in business.get("/me/drive/root:/A").json()


def test_an_empty_file_has_no_hash(drive):
    assert drive.file("empty.txt", b"")["file"]["hashes"] == {}


def test_facets_appear_later_with_another_etag(drive):
    drive.standin.behaviour.facet_delay = 5.0
    early = drive.file("a.jpg", picture())
    assert "image" not in early
    assert early["file"]["processingMetadata"] is True
    drive.standin.clock.advance(6)
    late = drive.get("/me/drive/root:/a.jpg").json()
    assert late["image"] == {"width": 64, "height": 48}
    assert late["eTag"] != early["eTag"]
    assert late["cTag"] == early["cTag"]


def test_every_entity_has_fields_that_nobody_knows(drive):
    assert "futureFacet" in drive.get("/me/drive").json()
    assert "futureFacet" in drive.get("/me/drive/root").json()


def test_personal_ids_come_in_another_case_when_asked(drive):
    drive.standin.behaviour.mixed_case_ids = True
    ids = {drive.get("/me/drive").json()["id"] for _ in range(4)}
    assert len(ids) == 2
    assert len({drive_id.lower() for drive_id in ids}) == 1


def test_select_keeps_the_id_and_what_was_named(drive):
    drive.file("a.txt")
    body = drive.get("/me/drive/root:/a.txt?$select=name,size").json()
    assert set(body) == {"@odata.context", "id", "name", "size"}
    for name in ("@microsoft.graph.downloadUrl", "content.downloadUrl"):
        body = drive.get(f"/me/drive/root:/a.txt?select=id,{name}").json()
        assert set(body) == {"@odata.context", "@microsoft.graph.downloadUrl", "id"}


def test_a_tag_that_still_fits_saves_the_answer(drive):
    tag = drive.file("a.txt")["eTag"]
    same = {"If-None-Match": tag}
    assert drive.get("/me/drive/root:/a.txt", headers=same).status_code == 304
    drive.file("a.txt", b"other")
    assert drive.get("/me/drive/root:/a.txt", headers=same).status_code == 200


def test_a_search_finds_by_name(drive):
    drive.folder("O'Brien")
    drive.file("O'Brien/o'brien 1.jpg")
    drive.file("other.jpg")
    found = drive.get("/me/drive/root/search(q='O''Brien')").json()["value"]
    assert [item["name"] for item in found] == ["O'Brien", "o'brien 1.jpg"]


def test_without_a_good_token_nothing_is_told(drive):
    for header in ({}, {"Authorization": "Bearer wrong"}):
        answer = drive.bare("GET", f"{drive.standin.url}/v1.0/me/drive", headers=header)
        assert code(answer) == (401, "InvalidAuthenticationToken")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")


def test_a_token_is_good_for_its_scopes_only(drive):
    url = f"{drive.standin.url}/v1.0/me"

    def statuses(scope: str) -> list[int]:
        header = {"Authorization": f"Bearer {drive.token(scope)}"}
        body = {"name": "A", "folder": {}}
        return [
            drive.bare("GET", url, headers=header).status_code,
            drive.bare("GET", f"{url}/drive", headers=header).status_code,
            drive.bare(
                "POST", f"{url}/drive/root/children", json=body, headers=header
            ).status_code,
        ]

    assert statuses("User.Read") == [200, 403, 403]
    assert statuses("Files.Read User.Read") == [200, 200, 403]
    assert statuses("Files.ReadWrite") == [403, 200, 201]


def test_a_token_dies_of_age(drive):
    drive.standin.clock.advance(7200)
    answer = drive.get("/me/drive")
    assert code(answer) == (401, "InvalidAuthenticationToken")
    assert "expired" in answer.json()["error"]["message"]


def test_an_error_names_the_request(drive):
    answer = drive.get("/me/drive/items/no", headers={"client-request-id": "mine"})
    inner = answer.json()["error"]["innerError"]
    assert answer.headers["client-request-id"] == inner["client-request-id"] == "mine"
    assert answer.headers["request-id"] == inner["request-id"]
    assert "Z" not in inner["date"]


def test_links_go_to_the_host_that_was_asked(drive):
    for name in "abc":
        drive.file(name)
    address = "/me/drive/root/children?$top=1"
    link = drive.get(address).json()["@odata.nextLink"]
    assert link.startswith(f"{drive.standin.url}/v1.0/")
    host = {"Host": "graph.microsoft.com"}
    body = drive.get(address, headers=host).json()
    assert body["@odata.nextLink"].startswith("https://graph.microsoft.com/v1.0/me/")
    assert body["@odata.context"].startswith("https://graph.microsoft.com/v1.0/$meta")
    download = body["value"][0]["@microsoft.graph.downloadUrl"]
    assert download.startswith(drive.standin.content_url)
