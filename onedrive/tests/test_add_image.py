"""POST /admin/add/image: from files of the drive to pictures of the gallery."""

import pytest

from gallery.models import Group, Image
from onedrive.models import DriveImage
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(api, connection, standin, tree):
    """File entries of two folders by name, as the frontend sends them."""
    standin.seed(
        tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png", "broken.png", "note.txt"]})
    )
    listing = api.get("/admin/onedrive/folders").json()["folders"]
    return {
        file["file_name"]: {"file_name": file["file_name"], "file_id": key}
        for folder in listing.values()
        if isinstance(folder, dict)
        for key, file in folder["files"].items()
    }


@pytest.fixture
def add(api):
    def post(**folders):
        return api.post("/admin/add/image", {"image_list": folders})

    return post


def folder(*entries, group=-1, name="Alps"):
    return {"all_image_id": list(entries), "group": group, "folder_name": name}


def test_each_folder_makes_a_group_of_its_own(add, files):
    answer = add(
        one=folder(files["a.png"], files["b.png"]),
        two=folder(files["c.png"], name="Sea"),
    )

    assert answer.json() == {
        "code": 1,
        "failed": [],
        "hint": "image_added_in_database",
    }
    first, second = Group.objects.all()
    assert (first.title, second.title) == ("Alps", "Sea")
    assert list(first.images.values_list("number", "name", "folder_name")) == [
        (1, "a.png", "Alps"),
        (2, "b.png", "Alps"),
    ]
    assert list(second.images.values_list("number", "name", "folder_name")) == [
        (1, "c.png", "Sea")
    ]


def test_it_keeps_where_a_picture_came_from(add, files):
    add(one=folder(files["a.png"]))
    source = DriveImage.objects.get()
    assert source.item_id == files["a.png"]["file_id"]
    assert source.image.name == "a.png"


def test_a_number_fills_that_group(add, files):
    add(one=folder(files["a.png"]))
    number = Group.objects.get().number

    assert add(one=folder(files["b.png"], group=number)).json()["code"] == 1

    assert Group.objects.get().images.count() == 2


def test_an_emptied_group_can_be_filled_again_with_new_numbers(api, add, files):
    add(one=folder(files["a.png"]))
    number = Group.objects.get().number
    api.post("/admin/delete/image", {"image_list": {number: [{"image_id": 1}]}})

    assert add(one=folder(files["b.png"], group=number)).json()["code"] == 1

    assert Image.objects.get().number == 2


@pytest.mark.parametrize("group", [99, 0, -2, 10**40])
def test_a_number_never_given_out_is_code_2(add, files, group):
    answer = add(one=folder(files["a.png"], group=group)).json()

    assert (answer["code"], answer["hint"]) == (2, "invalid image list")
    [failure] = answer["failed"]
    assert failure["file_name"] == "a.png"
    assert failure["reason"]
    assert not Group.objects.exists()


def test_a_file_named_twice_counts_once(add, files):
    add(one=folder(files["a.png"], files["a.png"]), two=folder(files["a.png"]))
    assert Image.objects.count() == 1
    assert Group.objects.count() == 1


def test_bad_files_are_named_and_do_not_spoil_the_others(add, files, stored_files):
    gone = {"file_name": "gone.png", "file_id": "TESTS!GONE"}

    answer = add(
        one=folder(files["broken.png"], files["c.png"], files["note.txt"], gone)
    ).json()

    assert answer["code"] == 1
    assert [f["file_name"] for f in answer["failed"]] == [
        "broken.png",
        "note.txt",
        "gone.png",
    ]
    assert all(failure["reason"] for failure in answer["failed"])
    assert Image.objects.get().name == "c.png"
    assert len(stored_files()) == 3


def test_nothing_good_is_code_2_and_makes_no_group(add, files, stored_files):
    answer = add(one=folder(files["broken.png"])).json()

    assert (answer["code"], answer["hint"]) == (2, "invalid image list")
    assert answer["failed"][0]["file_id"] == files["broken.png"]["file_id"]
    assert not Group.objects.exists()
    assert stored_files() == []


def test_an_empty_list_is_code_2(add, connection):
    assert add().json() == {"code": 2, "hint": "invalid image list", "failed": []}


def test_a_file_over_the_limit_is_named(add, files, settings):
    settings.MAX_PICTURE_BYTES = 10
    answer = add(one=folder(files["a.png"])).json()
    assert answer["code"] == 2
    assert "large" in answer["failed"][0]["reason"]


def test_a_file_outside_the_root_is_refused(add, files, outside):
    entry = {"file_name": "x.png", "file_id": outside}
    answer = add(one=folder(entry)).json()
    assert answer["code"] == 2


def test_a_drive_that_fails_names_every_file(add, files, standin):
    standin.faults.add(Fault(role="graph", status=403))
    answer = add(one=folder(files["a.png"], files["b.png"])).json()
    assert answer["code"] == 2
    assert [f["file_name"] for f in answer["failed"]] == ["a.png", "b.png"]
    assert all("does not allow" in failure["reason"] for failure in answer["failed"])


def test_not_connected(api, add, standin):
    answer = add(one=folder({"file_name": "a", "file_id": "b"})).json()
    assert answer["code"] == 0
    assert answer["hint"] == "refresh_token_expired_need_manual_authorization"
    assert answer["url"].startswith("http")


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "image_list"]),
        ({"image_list": 5}, ["body", "image_list"]),
        ({"image_list": {"f": 5}}, ["body", "image_list", "f"]),
        ({"image_list": {"f": {}}}, ["body", "image_list", "f", "all_image_id"]),
        (
            {"image_list": {"f": folder({"file_name": "a"})}},
            ["body", "image_list", "f", "all_image_id", 0, "file_id"],
        ),
        (
            {"image_list": {"f": folder(group=True)}},
            ["body", "image_list", "f", "group"],
        ),
    ],
)
def test_a_wrong_shape_is_422_and_stores_nothing(api, body, loc):
    answer = api.post("/admin/add/image", body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == loc
    assert not Group.objects.exists()


def test_it_is_one_commit_a_folder(add, files, revision):
    before = revision()
    add(one=folder(files["a.png"], files["b.png"]), two=folder(files["c.png"]))
    assert revision() == before + 2


def test_a_token_that_dies_in_the_middle_is_renewed(add, files, standin):
    standin.identity.expire_access_tokens()
    assert add(one=folder(files["a.png"])).json()["code"] == 1


def test_downloads_run_side_by_side(add, files, standin):
    entries = [files[name] for name in ("a.png", "b.png", "c.png")]
    standin.faults.add(Fault(role="content", delay=0.2))
    add(one=folder(*entries))
    assert max(e.concurrent for e in standin.journal.entries("content")) == 3
