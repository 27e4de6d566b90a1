"""The former pictures with their numbers, their names and their very bytes."""

import pytest

from artetore.former.models import FormerRow
from artetore.former.tables import PIECE
from artetore.former.tests.service import SAMPLE, data_url
from gallery.models import Counter, Group, Image
from gallery.services import images_add
from gallery.tests import samples
from gallery.tests.rows import named_files, rows_without_files


def place(image: Image) -> tuple[int, int]:
    return image.group.number, image.number


def places() -> dict[tuple[int, int], str]:
    """`{(group, picture): name}`"""
    images = Image.objects.select_related("group")
    return {place(image): image.name for image in images}


def original(group: int, number: int) -> bytes:
    image = Image.objects.in_group(group).get(number=number)
    with image.original.open() as file:
        return file.read()


def test_pictures_keep_groups_numbers_names_and_folders(former, moved):
    former.add(samples.png((40, 30)), image_group=7, image_id=2, image_name="two.png")
    former.add(samples.png((41, 30)), image_group=7, image_id=9, image_name="nine.png")
    former.add(samples.png((42, 30)), image_group=3, image_folder="Sea & Wind")

    answer = moved()

    assert (answer.error, answer.lines[-4:]) == ("", answer.lines)
    assert places() == {(3, 1): "a.png", (7, 2): "two.png", (7, 9): "nine.png"}
    assert set(Image.objects.values_list("folder_name", flat=True)) == {
        "Alps",
        "Sea & Wind",
    }
    assert list(Group.objects.values_list("title", flat=True)) == ["Sea & Wind", "Alps"]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "heic"])
def test_originals_get_their_true_type_and_stay_as_they_are(former, moved, kind):
    make, content_type = samples.PICTURES[kind]
    content = make()
    former.add(content, image_name="always.png")

    moved()

    image = Image.objects.get()
    assert image.content_type == content_type
    assert original(1, 1) == content
    with image.thumbnail.open() as file:
        assert samples.opened(file.read()).size == (180, 115)


def test_a_picture_of_several_pieces_arrives_whole(former, moved):
    content = samples.png((40, 30)) + bytes(2 * PIECE)
    former.add(content)
    moved()
    assert original(1, 1) == content


def test_sample_titles_are_dropped_and_others_kept(former, moved):
    former.add(samples.png((40, 30)), image_id=1, title=SAMPLE)
    former.add(samples.png((41, 30)), image_id=2, title=None)
    former.add(samples.png((42, 30)), image_id=3, title="Our hike 🏔️")
    moved()
    titles = Image.objects.in_group(1).values_list("title", flat=True)
    assert list(titles) == ["", "", "Our hike 🏔️"]


def test_pictures_stand_in_the_order_of_their_numbers(former, moved):
    for number in (3, 1, 2):
        former.add(samples.png((40 + number, 30)), image_id=number)
    moved()
    assert list(Image.objects.in_group(1).values_list("number", flat=True)) == [1, 2, 3]


def test_no_number_of_before_is_given_out_again(former, moved, stored):
    former.add(samples.png(), image_group=4, image_id=2)
    former.add(None, image_group=4, image_id=8)
    former.add(None, image_group=11, image_id=1)
    moved()
    assert images_add(group=4, images=[stored(0)])[0].number == 9
    assert images_add(group=None, images=[stored(1)])[0].group.number == 12


def test_the_former_tables_are_only_read(former, moved):
    former.add(samples.png())
    former.add("data:image/png;base64,@@@")
    before = former.rows()
    moved()
    assert former.rows() == before


# --- Several rows of one place ----------------------------------------------------


def test_rows_that_repeat_one_are_the_same_picture(former, report):
    content = samples.png()
    first, again = former.add(content), former.add(content)

    told = report()

    assert Image.objects.count() == 1
    assert (told["pictures"], told["compared"]) == (1, 2)
    [differing] = told["differing"]
    assert differing["index"] == again
    assert differing["differences"] == [f"It is the same picture as row {first}."]


def test_of_several_pictures_of_one_number_the_first_keeps_it(former, report):
    contents = [samples.png((40 + index, 30)) for index in range(4)]
    former.add(contents[0], image_id=1)
    other = former.add(contents[1], image_id=1)
    former.add(contents[2], image_id=2)
    former.add(contents[1], image_id=1)

    told = report()

    assert [original(1, number) for number in (1, 2, 3)] == [
        contents[0],
        contents[2],
        contents[1],
    ]
    assert Image.objects.count() == 3
    assert told["differing"][0]["index"] == other
    assert told["differing"][0]["differences"] == [
        "It got number 3, as 1 is another's."
    ]


def test_a_broken_row_leaves_its_number_to_a_good_one(former, moved):
    former.add("data:image/png;base64,@@@")
    content = samples.png()
    former.add(content)
    moved()
    assert original(1, 1) == content


def test_a_picture_without_a_number_gets_a_free_one(former, report):
    former.add(samples.png((40, 30)), image_id=None)
    former.add(samples.png((41, 30)), image_id=5)
    told = report()
    assert set(places()) == {(1, 5), (1, 6)}
    assert told["differing"][0]["differences"] == ["It got number 6, as it had none."]


def test_what_is_in_the_gallery_already_keeps_its_numbers(former, moved, stored):
    images_add(group=None, images=[stored(0)])
    former.add(samples.png((90, 30)))
    moved()
    assert list(Image.objects.in_group(1).values_list("number", flat=True)) == [1, 2]


# --- Broken rows ------------------------------------------------------------------

WHOLE = data_url(samples.png())
BROKEN = {
    "NULL": (None, {}, "It has no original."),
    "empty": ("", {}, "It has no original."),
    "no group": (WHOLE, {"image_group": None}, "It belongs to no group."),
    "group below zero": (WHOLE, {"image_group": -1}, "Its numbers are below zero."),
    "number below zero": (WHOLE, {"image_id": -1}, "Its numbers are below zero."),
    "no base64": ("data:image/png;base64,@@@@", {}, "Its base64 is wrong"),
    "umlauts": ("data:image/png;base64,äöüä", {}, "Its base64 is wrong"),
    "padding amid": (WHOLE[:62] + "==" + WHOLE[62:], {}, "Its base64 "),
    "cut base64": (WHOLE[:-37], {}, "damaged or cut short"),
    "no picture": (data_url(samples.text()), {}, "This is no picture"),
    "truncated jpeg": (data_url(samples.truncated_jpeg()), {}, "damaged or cut short"),
    "bomb": (data_url(samples.huge_png()), {}, "too many pixels"),
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_row_is_named_and_left(former, moved, way, stored_files):
    text, columns, reason = BROKEN[way]
    good = samples.png((50, 30))
    index = former.add(text, **columns)
    former.add(good, image_id=2)

    answer = moved()

    assert (answer.error, answer.status) == ("Not as it should be: 1 rows.", 1)
    assert answer.lines[0].startswith(f"Row {index} (group ")
    assert reason in answer.lines[0]
    assert (Image.objects.count(), original(1, 2)) == (1, good)
    assert stored_files() == named_files()


def test_odd_names_lose_no_picture(former, report):
    names = ["🏖️ Strand.jpg", None, "", "n" * 900 + ".jpg", "a\x07b.png"]
    for number, name in enumerate(names, 1):
        content = samples.png((40 + number, 30))
        former.add(content, image_id=number, image_name=name, image_folder=name)

    told = report()

    kept = Image.objects.in_group(1).values_list("name", flat=True)
    cut = "n" * 251 + ".jpg"
    assert list(kept) == [
        names[0],
        "picture",
        "picture",
        cut,
        "a\N{REPLACEMENT CHARACTER}b.png",
    ]
    assert (told["compared"], len(told["differing"])) == (5, 4)
    assert rows_without_files() == []


def test_folded_base64_and_absent_padding_are_understood(former, moved):
    content = samples.png()
    head, text = data_url(content).rstrip("=").split(",")
    folded = "\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    former.add(f"{head},{folded}\n", image_id=1)
    former.add(text, image_id=2)
    moved()
    assert original(1, 1) == original(1, 2) == content


# --- Once more --------------------------------------------------------------------


def test_twice_is_harmless(former, moved, report, stored_files, revision):
    for number in range(1, 4):
        former.add(samples.png((40 + number, 30)), image_id=number)
    first = report()
    images, files = list(Image.objects.values()), stored_files()
    before = revision()

    second = report()

    assert (first["new"], second["new"]) == (3, 0)
    assert second | {"new": 3} == first
    assert list(Image.objects.values()) == images
    assert (stored_files(), revision()) == (files, before)


def test_what_came_since_and_what_was_mended_is_moved_in_too(former, report):
    former.add(samples.png((40, 30)), image_id=1)
    broken = former.add("@@@", image_id=2)
    assert len(report()["broken"]) == 1

    sql = "UPDATE imagedb SET full_image = %s WHERE `index` = %s"
    former.execute(sql, data_url(samples.png((41, 30))), broken)
    former.add(samples.png((42, 30)), image_id=3)

    told = report()
    assert (told["new"], told["broken"], told["compared"]) == (2, [], 3)
    assert set(places()) == {(1, 1), (1, 2), (1, 3)}


def test_a_dry_run_names_what_is_broken_and_keeps_nothing(former, moved, stored_files):
    former.add(samples.png(), image_group=5)
    former.add(data_url(samples.truncated_jpeg()))

    answer = moved("--dry-run")

    assert (answer.error, answer.status) == ("Not as it should be: 1 rows.", 1)
    assert "damaged or cut short" in answer.lines[0]
    assert answer.lines[1:] == ["To be moved in: 1 of 2 rows."]
    assert (Image.objects.count(), Group.objects.count(), stored_files()) == (0, 0, [])
    assert Counter.read(Counter.GROUP) == 0
    assert not FormerRow.objects.exists()
