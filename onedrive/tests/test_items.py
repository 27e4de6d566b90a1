import pytest

from onedrive.exceptions import BadAnswer
from onedrive.items import DriveItem, drive_key, id_key, is_ordinary

PHOTO = {
    "id": "A1!s2",
    "name": "IMG_0042.jpg",
    "size": 2483921,
    "createdDateTime": "2026-02-01T09:10:11Z",
    "lastModifiedDateTime": "2026-02-01T09:10:15.123Z",
    "eTag": '"{0F3A},3"',
    "cTag": '"c:{0F3A},1"',
    "webUrl": "https://onedrive.live.com/?id=1",
    "parentReference": {"driveId": "a1", "id": "A1!s77"},
    "file": {
        "mimeType": "image/jpeg",
        "hashes": {"quickXorHash": "k0f=", "sha1Hash": "5B", "sha256Hash": "9C"},
    },
    "somethingNew": {"value": 1},
}


def test_a_photo_is_read():
    assert DriveItem.of(PHOTO) == DriveItem(
        id="A1!s2",
        name="IMG_0042.jpg",
        size=2483921,
        created="2026-02-01T09:10:11Z",
        modified="2026-02-01T09:10:15.123Z",
        is_folder=False,
        parent_id="A1!s77",
        drive_id="a1",
        mime_type="image/jpeg",
        etag='"{0F3A},3"',
        ctag='"c:{0F3A},1"',
        quick_xor_hash="k0f=",
        sha1="5B",
        sha256="9C",
        web_url="https://onedrive.live.com/?id=1",
    )


def test_a_folder_and_the_root_are_folders():
    assert DriveItem.of({"id": "1", "folder": {"childCount": 2}}).is_folder
    assert DriveItem.of({"id": "1", "root": {}}).is_folder


@pytest.mark.parametrize(
    "facets",
    [
        {},
        {"file": None, "parentReference": None, "size": None, "name": None},
        {"file": {"hashes": {}}, "size": -1},
        {"file": {"hashes": {"quickXorHash": None}}, "size": "12"},
    ],
)
def test_facets_may_be_missing(facets):
    item = DriveItem.of({"id": "1", **facets})

    assert (item.size, item.quick_xor_hash, item.parent_id) == (0, "", "")


@pytest.mark.parametrize("data", [{}, {"id": ""}, {"id": 7}])
def test_without_an_id_it_is_no_item(data):
    with pytest.raises(BadAnswer):
        DriveItem.of(data)


def test_ids_of_personal_drives_are_compared_without_case_and_leading_zeros():
    assert id_key("0A1B2C3D4E5F6071!S0F") == id_key("a1b2c3d4e5f6071!s0f")


def test_ids_of_business_drives_are_exact():
    assert id_key("01ABC") != id_key("01abc")


def test_ids_of_drives_are_compared_as_those_in_their_files_ids():
    assert drive_key("0A1B2C3D4E5F6071") == drive_key("a1b2c3d4e5f6071")
    assert drive_key("b!x1Y") != drive_key("b!x1y")


def test_notebooks_and_shortcuts_are_not_ordinary():
    assert is_ordinary(PHOTO)
    assert not is_ordinary({"id": "1", "package": {"type": "oneNote"}})
    assert not is_ordinary({"id": "1", "remoteItem": {}})
