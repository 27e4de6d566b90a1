import resource
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat
from pillow_heif import register_heif_opener

from artetore.demo.catalogue import FOLDERS, PICTURES
from artetore.demo.collection import draw_collection, draw_picture

SMALL = 0.1
QUICK = ["Quarter Turns/Rope Work.jpg", "Rooms with Windows/Dessau.png"]
SIDEWAYS = "Hills in Mist/Held Upright.jpg"

register_heif_opener()


def shown(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


def test_there_are_sixteen_folders_of_three_to_six_pictures():
    assert len(FOLDERS) == 16
    assert all(3 <= len(pictures) <= 6 for pictures in FOLDERS.values())
    assert len(PICTURES) == sum(map(len, FOLDERS.values())) == 69


def test_every_format_that_people_keep_is_there():
    endings = [Path(place).suffix for place in PICTURES]

    assert {*endings} == {".jpg", ".webp", ".png", ".heic", ".gif", ".tiff"}
    assert endings.count(".jpg") > len(endings) / 2


def test_names_are_as_awkward_as_people_s_names_and_fit_for_a_drive():
    everything = "".join(PICTURES)

    assert all(sign in everything for sign in " é&#û")
    assert not set('\\:*?"<>|') & set(everything)


@pytest.mark.parametrize(
    ("place", "stored"),
    [
        ("Night Garden/Cow Parsley.jpg", "JPEG"),
        ("Night Garden/Weeds in Flower.webp", "WEBP"),
        ("Night Garden/Thicket.heic", "HEIF"),
        ("Quarter Turns/Three Scales.gif", "GIF"),
        ("Quarter Turns/Glazed Floor.png", "PNG"),
        ("Rooms with Windows/Broadway.tiff", "TIFF"),
    ],
)
def test_a_file_is_what_its_name_says(tmp_path: Path, place: str, stored: str):
    draw_picture(tmp_path, place, SMALL)

    with Image.open(tmp_path / place) as image:
        assert image.format == stored
        assert image.size == tuple(round(side * SMALL) for side in PICTURES[place].size)
        assert max(ImageStat.Stat(image.convert("RGB")).stddev) > 10


def test_one_picture_is_stored_turned_and_shows_upright(tmp_path: Path):
    draw_picture(tmp_path, SIDEWAYS, SMALL)

    with Image.open(tmp_path / SIDEWAYS) as image:
        assert image.width > image.height
    upright = shown(tmp_path / SIDEWAYS)
    sky = upright.crop((0, 0, upright.width, 10))
    ground = upright.crop((0, upright.height - 10, *upright.size))
    assert upright.height > upright.width
    assert brightness(sky) > brightness(ground) + 50


def brightness(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


def test_the_collection_is_drawn_into_folders_and_its_progress_told(tmp_path: Path):
    told = []

    def progress(pending: Collection) -> Collection:
        told.append(len(pending))
        return pending

    drawn = draw_collection(tmp_path, pictures=QUICK, scale=SMALL, progress=progress)

    assert drawn == QUICK
    assert told == [2]
    assert places_in(tmp_path) == {*QUICK}


def places_in(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_is_there_is_not_drawn_again(tmp_path: Path):
    for place in QUICK:
        draw_picture(tmp_path, place, SMALL)
    before = {place: (tmp_path / place).stat().st_mtime_ns for place in QUICK}

    assert draw_collection(tmp_path, pictures=QUICK, scale=SMALL) == []
    assert {place: (tmp_path / place).stat().st_mtime_ns for place in QUICK} == before


def test_what_an_interruption_left_is_replaced(tmp_path: Path):
    place = QUICK[0]
    draw_picture(tmp_path, place, SMALL)
    file = tmp_path / place
    whole = file.read_bytes()
    file.with_name(f".{file.name}.part").write_bytes(whole[: len(whole) // 2])
    file.unlink()

    assert draw_collection(tmp_path, pictures=[place], scale=SMALL) == [place]
    assert file.read_bytes() == whole
    assert places_in(tmp_path) == {place}


def test_a_picture_that_cannot_be_saved_leaves_none_under_its_name(tmp_path: Path):
    with files_limited_to(2000), pytest.raises(OSError, match="File too large"):
        draw_picture(tmp_path, QUICK[0], SMALL)

    assert not (tmp_path / QUICK[0]).exists()
    assert draw_collection(tmp_path, pictures=QUICK[:1], scale=SMALL) == QUICK[:1]
    shown(tmp_path / QUICK[0])
    assert places_in(tmp_path) == {QUICK[0]}


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """No file of this process may grow beyond `size` bytes: a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_same_place_always_gets_the_same_picture(tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    draw_picture(first, QUICK[1], SMALL)
    draw_collection(second, pictures=QUICK[1:], scale=SMALL)

    one, other = shown(first / QUICK[1]), shown(second / QUICK[1])
    assert ImageChops.difference(one, other).getbbox() is None


@pytest.mark.trial
def test_the_whole_collection_fits_a_small_drive(tmp_path: Path):
    draw_collection(tmp_path)

    sizes = {place: (tmp_path / place).stat().st_size for place in PICTURES}
    assert places_in(tmp_path) == {*PICTURES}
    assert all(40_000 < size < 1_000_000 for size in sizes.values()), sizes
