from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from onedrive.drive import drive_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sea(connection, staff, standin, tree):
    standin.seed(tree({"Sea": ["c.png"]}))

    def files() -> dict[str, int]:
        [folder] = drive_of(staff).folders()
        return {file.name: file.size for file in folder.files}

    return files


def upload(*arguments) -> str:
    screen, errors = StringIO(), StringIO()
    try:
        call_command(
            "upload_onedrive", *map(str, arguments), stdout=screen, stderr=errors
        )
    except CommandError as error:
        error.printed = errors.getvalue()
        raise
    return screen.getvalue()


def test_files_are_uploaded_by_the_folders_name(sea, tmp_path):
    large, empty = tmp_path / "large & odd #1.bin", tmp_path / "empty.bin"
    large.write_bytes(bytes(12_000_000))
    empty.write_bytes(b"")

    printed = upload("Sea", large, empty)

    assert f"{large}: stored as {large.name}" in printed
    assert sea()[large.name] == 12_000_000
    assert sea()[empty.name] == 0


def test_a_bad_file_is_named_and_the_others_are_uploaded(sea, tmp_path):
    good, gone, bad = tmp_path / "good", tmp_path / "gone", tmp_path / "bad:name"
    good.write_bytes(b"good")
    bad.write_bytes(b"bad")

    with pytest.raises(CommandError, match="2 of 3 files") as caught:
        upload("Sea", gone, bad, good)

    assert f"{gone}: No such file" in caught.value.printed
    assert str(bad) in caught.value.printed
    assert set(sea()) == {"c.png", "good"}


def test_of_one_file_is_spoken_as_of_one(sea, tmp_path):
    with pytest.raises(CommandError, match=r"1 of 1 file was not uploaded\."):
        upload("Sea", tmp_path / "gone")


def test_an_unknown_folder_is_named(sea, tmp_path):
    with pytest.raises(CommandError, match="no folder Lake"):
        upload("Lake", tmp_path / "any")


def test_somebody_has_to_be_connected(db, tmp_path):
    with pytest.raises(CommandError, match="Nobody has connected"):
        upload("Sea", tmp_path / "any")
