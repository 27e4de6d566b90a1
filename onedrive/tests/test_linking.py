"""Pictures that were moved in find their files, and sync leaves them as they are."""

import json
import tempfile
from pathlib import Path

import pytest

from conftest import png
from gallery.models import Group, Image
from gallery.services import image_adopt, images_delete, picture_store
from gallery.tests.commands import run
from onedrive.drive import drive_of
from onedrive.linking import link
from onedrive.models import Connection, DriveFile, DriveFolder, DriveImage, ImportItem
from onedrive.standin.faults import Fault
from onedrive.sync import SyncUnderWay, at_work, plan_sync, sync
from onedrive.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

FOLDERS = {"Alps": ["a.png", "b.png"], "Sea": ["c.png"]}
CONTENTS = {"a.png": png(1), "b.png": png(2), "c.png": png(3)}


@pytest.fixture(params=["personal", "business"])
def drive_kind(request):
    return request.param


@pytest.fixture
def drive(connection, standin, tree):
    """Three files in two folders."""
    standin.seed(tree(FOLDERS))
    return standin.store


@pytest.fixture
def at(drive, standin):
    return lambda path: drive.at(standin.home, path)


def move_in(content: bytes, name: str, *, group: int, folder: str = "Alps") -> Image:
    number = Image.objects.in_group(group).count() + 1
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "original"
        path.write_bytes(content)
        picture = picture_store(path=path, name=name, folder_name=folder)
    return image_adopt(group=group, number=number, image=picture, title=folder)


@pytest.fixture
def moved_in(drive):
    """The same three, as they came from the former service."""
    return [
        move_in(CONTENTS[name], name, group=group, folder=folder)
        for group, folder in enumerate(FOLDERS, 4)
        for name in FOLDERS[folder]
    ]


def links() -> dict[str, str]:
    """`{picture: file}` by their names."""
    files = dict(DriveFile.objects.values_list("key", "name"))
    rows = DriveImage.objects.select_related("image")
    return {row.image.name: files[row.key] for row in rows}


# --- What is the same -------------------------------------------------------------


def test_after_linking_a_sync_has_nothing_to_do(moved_in, staff, standin):
    linking = link(owner=staff)

    assert (len(linking.linked), linking.unlinked, linking.new) == (3, [], 0)
    assert links() == {name: name for name in CONTENTS}
    assert not plan_sync(owner=staff)
    before = list(Image.objects.values())
    sync(owner=staff)
    Worker().run()
    assert list(Image.objects.values()) == before
    assert not ImportItem.objects.exists()
    assert standin.journal.entries("content") == []


def test_the_folders_fill_the_groups_that_their_pictures_are_in(
    moved_in, staff, at, shelf
):
    link(owner=staff)
    groups = DriveFolder.objects.exclude(group=None)
    assert dict(groups.values_list("name", "group__number")) == {"Alps": 4, "Sea": 5}

    shelf.file("d.png", png(9), at("Alps"))
    sync(owner=staff)
    Worker().run()
    names = Image.objects.in_group(4).values_list("name", flat=True)
    assert list(names) == ["a.png", "b.png", "d.png"]


def test_what_happens_to_a_linked_file_happens_to_its_picture(
    moved_in, staff, drive, at
):
    link(owner=staff)
    drive.update(at("Alps/a.png").id, name="peak.png")
    drive.update(at("Alps").id, name="Mountains")
    sync(owner=staff)
    image = Image.objects.in_group(4).get(number=1)
    assert (image.name, image.folder_name) == ("peak.png", "Mountains")
    assert Group.objects.get(number=4).title == "Mountains"


def test_a_picture_that_staff_delete_stays_deleted(moved_in, staff, drive, at):
    link(owner=staff)
    images_delete(numbers={4: [1]})
    drive.update(at("Alps").id, name="Mountains")
    assert plan_sync(owner=staff).added == []


def test_twice_is_harmless(moved_in, staff):
    link(owner=staff)
    before = list(DriveImage.objects.values())
    assert link(owner=staff).linked == []
    assert list(DriveImage.objects.values()) == before


def test_a_dry_run_links_nothing(moved_in, staff):
    assert len(link(owner=staff, dry_run=True).linked) == 3
    assert not DriveImage.objects.exists()
    assert not DriveFolder.objects.exclude(group=None).exists()


def test_a_file_that_was_renamed_since_is_found_by_its_content(
    moved_in, staff, drive, at
):
    drive.update(at("Alps/a.png").id, name="z.png")
    link(owner=staff)
    assert links()["a.png"] == "z.png"
    assert [each.line() for each in plan_sync(owner=staff).renamed] == ["Alps/z.png"]


def test_a_file_is_linked_with_the_picture_most_like_it(drive, staff):
    """Once, and the same whenever it is done again."""
    copy = move_in(CONTENTS["a.png"], "copy.png", group=3)
    image = move_in(CONTENTS["a.png"], "a.png", group=4)
    again = move_in(CONTENTS["a.png"], "a.png", group=9)
    for linked in ([image], []):
        linking = link(owner=staff)
        assert [each for each, _ in linking.linked] == linked
        assert [each.image for each in linking.unlinked] == [copy, again]
        assert DriveImage.objects.get().image == image


def test_a_double_is_named_and_no_fault(moved_in, staff):
    move_in(CONTENTS["a.png"], "a.png", group=9)
    answer = run("link_onedrive")
    assert answer.lines[:2] == [
        "Group 9, picture 1 (a.png): "
        "Its file Alps/a.png is that of group 4, picture 1.",
        "Linked with their files: 3 pictures.",
    ]
    assert answer.error == ""


def test_a_picture_that_came_from_the_file_keeps_it(drive, staff):
    sync(owner=staff)
    Worker().run()
    double = move_in(CONTENTS["a.png"], "a.png", group=9)
    linking = link(owner=staff)
    assert (linking.linked, [each.image for each in linking.unlinked]) == ([], [double])


# --- What is not clear ------------------------------------------------------------


def test_of_two_files_with_its_content_the_more_alike_is_taken(
    moved_in, staff, at, shelf
):
    shelf.file("a.png", CONTENTS["a.png"], at("Sea"))
    link(owner=staff)
    rows = DriveImage.objects.get(image__name="a.png")
    assert rows.item_id == at("Alps/a.png").id


def test_what_could_be_several_files_is_named_and_left(moved_in, staff, at, shelf):
    for folder in ("Alps", "Sea"):
        shelf.file("x.png", png(7), at(folder))
    move_in(png(7), "x.png", group=8, folder="elsewhere")

    answer = run("link_onedrive")

    assert answer.lines[0] == (
        "Group 8, picture 1 (x.png): Several files have its content:"
        " Alps/x.png, Sea/x.png."
    )
    assert answer.lines[1] == "Linked with their files: 3 pictures."
    assert (answer.error, answer.status) == ("Pictures that are unclear: 1.", 1)


def test_a_picture_without_a_file_is_named_and_no_fault(moved_in, staff):
    move_in(png(7), "a.png", group=8)
    answer = run("link_onedrive")
    expected = "Group 8, picture 1 (a.png): No file in OneDrive has its content."
    assert (answer.lines[0], answer.error) == (expected, "")


def test_the_same_size_and_name_do_not_make_the_same_picture(drive, staff):
    other = bytearray(CONTENTS["a.png"] + b"\0")
    image = move_in(bytes(other), "a.png", group=4)
    Image.objects.filter(pk=image.pk).update(size=len(CONTENTS["a.png"]))
    assert link(owner=staff).linked == []


def test_without_hashes_name_folder_and_size_have_to_do(moved_in, staff):
    move_in(CONTENTS["c.png"], "other.png", group=9, folder="Sea")
    plan_sync(owner=staff)
    DriveFile.objects.update(quick_xor_hash="", etag="", ctag="")
    linking = link(owner=staff, dry_run=True)
    assert len(linking.linked) == 3
    assert [each.image.name for each in linking.unlinked] == ["other.png"]


def test_a_lost_original_is_named(moved_in, staff, media):
    (media / moved_in[0].original.name).unlink()
    answer = run("link_onedrive")
    assert "Its original cannot be read." in answer.lines[0]
    assert answer.status == 1
    assert DriveImage.objects.count() == 2


def test_files_that_are_in_no_group_yet_are_counted(drive, staff):
    move_in(CONTENTS["a.png"], "a.png", group=4)
    answer = run("link_onedrive", "--json")
    told = json.loads(answer.lines[0])
    assert told["new"] == 2
    assert told["linked"] == [
        {"group": 4, "picture": 1, "name": "a.png", "file": "Alps/a.png"}
    ]


# --- Refusals ---------------------------------------------------------------------


def test_while_a_sync_is_at_work_nothing_is_linked(moved_in, staff):
    with at_work(staff, drive_of(staff)), pytest.raises(SyncUnderWay):
        link(owner=staff)
    assert run("link_onedrive").error == ""


def test_when_onedrive_fails_nothing_is_linked(moved_in, standin):
    standin.faults.add(Fault(role="graph", status=403))
    answer = run("link_onedrive")
    assert answer.error == "OneDrive does not allow this."
    assert not DriveImage.objects.exists()


def _deleted(drive, item_id):
    drive.delete(item_id)


def _rewritten(drive, item_id):
    with drive.blobs.arrival() as source:
        source.write_bytes(png(8))
        drive.replace_content(item_id, source)


@pytest.mark.parametrize("change", [_deleted, _rewritten])
def test_a_file_that_changes_meanwhile_is_left_for_the_next_time(
    moved_in, staff, drive, at, change
):
    def progress(steps, total):
        yield from steps
        change(drive, at("Alps/a.png").id)

    linking = link(owner=staff, progress=progress)

    assert [each.reason for each in linking.unlinked] == [
        "Its file changed meanwhile. Please try again."
    ]
    assert len(linking.linked) == DriveImage.objects.count() == 2


def test_nobody_is_connected(staff):
    assert not Connection.objects.exists()
    assert run("link_onedrive").error == "Nobody has connected OneDrive."
