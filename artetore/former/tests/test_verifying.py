"""What `--verify-only` tells of what was moved in, then and later."""

import pytest

from artetore.former.tests.service import data_url
from gallery.models import Image
from gallery.services import (
    image_update,
    images_delete,
    images_move,
    images_rename,
    images_replace,
)
from gallery.tests import samples


@pytest.fixture
def index(former, moved) -> int:
    """Of a row that was moved in as picture 2 of group 5."""
    index = former.add(samples.png((40, 30)), image_group=5, image_id=2)
    moved()
    return index


def original() -> str:
    return Image.objects.get().original.name


def test_all_is_well_right_after(index, report):
    told = report("--verify-only")
    assert (told["rows"], told["new"], told["pictures"], told["compared"]) == (
        *(1, 0),
        *(1, 1),
    )
    assert told["bytes"] == len(samples.png((40, 30)))
    assert told["broken"] == told["differing"] == []


def test_before_anything_was_moved_all_is_missing(former, moved):
    former.add(samples.png())
    answer = moved("--verify-only")
    assert answer.lines[0] == "Row 1 (group 1, picture 1, a.png): It was not moved in."
    assert answer.status == 1
    assert not Image.objects.exists()


def test_what_is_broken_is_named_again(former, moved):
    former.add("@@@")
    moved()
    answer = moved("--verify-only")
    assert "Its base64 is wrong" in answer.lines[0]
    assert answer.status == 1


CHANGES = {
    "deleted": (
        lambda new: images_delete(numbers={5: [2]}),
        "It was deleted since.",
    ),
    "moved": (
        lambda new: images_move(numbers={5: [2]}, group=None),
        "It was moved to group 6, picture 1 since.",
    ),
    "retitled": (
        lambda new: image_update(group=5, image=2, title="Dawn"),
        "Its title is 'Dawn' now.",
    ),
    "renamed": (
        lambda new: images_rename(names={5: {2: ("b.png", "Alps")}}),
        "It is called 'b.png' now.",
    ),
    "in another folder": (
        lambda new: images_rename(names={5: {2: ("a.png", "Sea")}}),
        "Its folder is 'Sea' now.",
    ),
    "replaced": (
        lambda new: images_replace(numbers={5: [2]}, image=new),
        "Its content was replaced since. It is called '0.png' now.",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_staff_changed_since_is_told_and_no_fault(index, moved, stored, change):
    do, told = CHANGES[change]
    do(stored(0))
    answer = moved("--verify-only")
    assert answer.lines[0] == f"Row {index} (group 5, picture 2, a.png): {told}"
    assert (answer.error, answer.status) == ("", 0)


def test_what_staff_deleted_does_not_come_back(index, moved):
    images_delete(numbers={5: [2]})
    moved()
    assert not Image.objects.exists()


def test_a_lost_original_is_a_fault(index, moved, media):
    (media / original()).unlink()
    answer = moved("--verify-only")
    assert "Its original is missing." in answer.lines[0]
    assert answer.status == 1


def test_a_damaged_original_is_a_fault(index, moved, media):
    path = media / original()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    answer = moved("--verify-only")
    assert "Its original has other contents" in answer.lines[0]
    assert answer.status == 1


@pytest.mark.parametrize("text", [data_url(samples.png((41, 30))), "@@@", None])
def test_a_row_that_changed_is_a_fault(index, former, moved, text):
    former.execute("UPDATE imagedb SET full_image = %s", text)
    answer = moved("--verify-only")
    assert "It has other content now than was moved in." in answer.lines[0]
    assert answer.status == 1
