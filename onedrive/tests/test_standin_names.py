import pytest

from onedrive.standin.errors import StoreError
from onedrive.standin.kinds import BUSINESS, PERSONAL
from onedrive.standin.names import check_path_length, checked_name


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "IMG #1 (50%) é+.jpg",
        "concert",
        "console.txt",
        "a b",
        "😀" * 127,
        "日本",
    ],
)
@pytest.mark.parametrize("kind", [PERSONAL, BUSINESS])
def test_ordinary_names_are_kept_as_they_are(name, kind):
    assert checked_name(name, kind) == name


@pytest.mark.parametrize(
    "name",
    [
        *(f"a{character}b" for character in '"*:<>?/\\|\x00\x1f\x7f\ud800'),
        *("CON", "con.jpg", "prn", "AUX.txt", "nul", "com0", "LPT9.a", ".lock"),
        *("desktop.ini", "~$a.docx", "~a", "a.", "", "   ", None, 5, []),
    ],
)
@pytest.mark.parametrize("kind", [PERSONAL, BUSINESS])
def test_names_that_no_drive_takes(name, kind):
    with pytest.raises(StoreError) as caught:
        checked_name(name, kind)
    assert (caught.value.status, caught.value.code) == (400, "invalidRequest")


def test_spaces_around_a_name_are_not_kept():
    assert checked_name("  a.jpg ", PERSONAL) == "a.jpg"


@pytest.mark.parametrize(
    ("name", "kind", "at_root"),
    [
        ("a_vti_b", BUSINESS, False),
        ("Forms", BUSINESS, True),
        ("Personal Vault", PERSONAL, True),
    ],
)
def test_some_names_are_reserved_on_one_kind(name, kind, at_root):
    with pytest.raises(StoreError):
        checked_name(name, kind, at_root=at_root)


def test_reserved_names_of_one_kind_are_free_on_the_other():
    assert checked_name("a_vti_b", PERSONAL)
    assert checked_name("Forms", BUSINESS, at_root=False)
    assert checked_name("Personal Vault", BUSINESS, at_root=True)


@pytest.mark.parametrize("name", ["a" * 256, "😀" * 128])
def test_length_is_counted_in_utf_16_units(name):
    with pytest.raises(StoreError) as caught:
        checked_name(name, PERSONAL)
    assert caught.value.code == "pathIsTooLong"


def test_a_path_stays_below_400_characters():
    check_path_length("/" + "a" * 398)
    with pytest.raises(StoreError):
        check_path_length("/" + "a" * 399)
