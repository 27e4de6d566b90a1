import pytest

from onedrive.exceptions import InvalidName
from onedrive.names import checked_name


@pytest.mark.parametrize(
    "name",
    [
        "Summer 2026",
        "IMG #1 (50%) é+.jpg",
        "O'Brien & sons, 100%.jpg",
        "🏖️ beach.png",
        "صور العائلة",
        ".hidden",
        "console.jpg",
        "com.jpg",
        "a~b",
        "x" * 255,
    ],
)
def test_it_lets_good_names_through(name):
    assert checked_name(name) == name


def test_it_takes_the_space_around_a_name_away():
    assert checked_name("  Summer \t") == "Summer"


def test_it_composes_what_a_mac_takes_apart():
    assert checked_name("Caf\u0065\u0301") == "Caf\u00e9"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a/b", "/"),
        ("a\\b", "\\"),
        ('a"b', '"'),
        ("a*b", "*"),
        ("12:30", ":"),
        ("<b>", "<"),
        ("what?", "?"),
        ("a|b", "|"),
        ("..", "full stop"),
        ("Mr.", "full stop"),
        ("a\x00b", "cannot be seen"),
        ("a\x7fb", "cannot be seen"),
        ("a\ud800b", "cannot be seen"),
        ("~$open.docx", "~"),
        ("con", "for itself"),
        ("Con.jpg", "for itself"),
        ("LPT9.tar.gz", "for itself"),
        ("Desktop.ini", "for itself"),
        (".lock", "for itself"),
        ("Personal Vault", "for itself"),
        ("my_vti_folder", "for itself"),
        ("x" * 256, "255"),
        ("🏖" * 128, "255"),
    ],
)
def test_it_says_what_is_wrong_with_a_bad_name(name, word):
    with pytest.raises(InvalidName) as refusal:
        checked_name(name)

    assert word in str(refusal.value)
    assert not refusal.value.retryable
