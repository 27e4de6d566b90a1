"""Files that are no whole backup for this site: refused before anything is touched."""

import io
import json
import tarfile

import pytest

from artetore.backups.archive import HEADER, SUMS, archive, entries
from artetore.tests import houses
from gallery.tests.commands import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(staff, tmp_path):
    houses.furnish(staff)
    path = tmp_path / "gallery.tar"
    assert run("backup", str(path)).error == ""
    return path


@pytest.fixture
def whole(path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def refused(path, media):
    """The file is, and nothing changed: neither rows nor files, here or elsewhere."""
    houses.add(9)
    before = houses.everything()
    around = sorted(media.parent.rglob("*"))

    def check(words: str = "") -> None:
        answer = run("restore", str(path), "--replace", "--no-input")
        assert answer.error.startswith("Nothing was restored. ")
        assert words in answer.error
        assert houses.everything() == before
        assert sorted(media.parent.rglob("*")) == around

    return check


def rewritten(path, data, change) -> None:
    """With other entries or another header, and sums that are right for them."""
    path.write_bytes(data)
    found = {entry.name: entry.content.read() for entry in entries(path)}
    header = json.loads(found.pop(HEADER))
    del found[SUMS]
    with path.open("wb") as file, archive(file) as tar:
        for name, content in change(found, header) or found.items():
            tar.add(name, io.BytesIO(content), len(content))
        tar.finish(header)


# --- Damage -----------------------------------------------------------------------


def test_a_changed_byte(path, whole, refused, subtests):
    with tarfile.open(path) as tar:
        found = {info.name: info for info in tar}
    for kind in ("originals/", "previews/", "image.jsonl", HEADER, SUMS):
        info = next(info for name, info in found.items() if kind in name)
        data = bytearray(whole)
        data[info.offset_data + info.size // 2] ^= 1
        path.write_bytes(data)
        with subtests.test(kind):
            refused()


def test_a_changed_byte_in_a_name(path, whole, refused):
    data = whole.replace(b"pictures/thumbnails/", b"pictures/thumbnailz/", 1)
    path.write_bytes(data)
    refused()


def test_a_cut_file(path, whole, refused, subtests):
    for part in (0.01, 0.1, 0.5, 0.8, 0.99):
        path.write_bytes(whole[: int(len(whole.rstrip(b"\0")) * part)])
        with subtests.test(part):
            refused()


def test_a_cut_between_two_entries(path, whole, refused):
    with tarfile.open(path) as tar:
        *_, last = tar
    path.write_bytes(whole[: last.offset] + bytes(1024))
    refused("Its end is missing.")


def test_a_file_that_is_none(path, refused, subtests):
    for data in (b"", b"x" * 5000, bytes(5000), b"\x1f\x8b" * 999):
        path.write_bytes(data)
        with subtests.test(data[:2]):
            refused()


def test_an_archive_of_something_else(path, refused):
    with tarfile.open(path, "w") as tar:
        tar.add(__file__, "etc/passwd")
    refused("No backup has such an entry: 'etc/passwd'.")


# --- Deceit -----------------------------------------------------------------------


def test_a_name_that_leads_elsewhere(path, whole, refused, subtests):
    for name in (
        *("/etc/x", "../x", "pictures/../../x", "pictures/originals/../../x"),
        *("pictures/originals/.x", "pictures/originals//x", "pictures/elsewhere/x"),
        *(
            "pictures/originals/a\nb",
            "pictures/originals/",
            "rows/x",
            "rows/../x.jsonl",
        ),
        *("x", "pictures/originals\\x", "pictures/originals/\u00e4"),
    ):
        rewritten(path, whole, lambda found, _, n=name: [(n, b"x"), *found.items()])
        with subtests.test(name):
            refused("No backup has such an entry: ")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE])
def test_an_entry_that_is_no_file(path, refused, kind):
    with tarfile.open(path, "a") as tar:
        info = tarfile.TarInfo("pictures/originals/x")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
    refused("No backup has such an entry: ")


def test_an_entry_after_the_end(path, refused):
    with tarfile.open(path, "a") as tar:
        tar.addfile(tarfile.TarInfo("pictures/originals/x"))
    refused("Something follows after its end")


def test_an_entry_twice(path, whole, refused):
    rewritten(path, whole, lambda found, _: [*found.items(), *list(found.items())[:1]])
    refused("twice")


def test_a_table_that_is_missing(path, whole, refused):
    rewritten(path, whole, lambda found, _: list(found.items())[:-1])
    refused("other tables")


def test_a_header_that_says_something_else(path, whole, refused, subtests):
    for change, words in (
        ({"version": 2}, "no backup of this version"),
        ({"format": "x"}, "no backup of this version"),
        ({"migrations": {}}, "another version of the site"),
        ({"migrations": 3}, "another version of the site"),
        ({"missing": 3}, "cannot be read"),
        ({"missing": [[]]}, "cannot be read"),
        ({"created": None}, "cannot be read"),
    ):
        rewritten(path, whole, lambda found, header, c=change: header.update(c))
        with subtests.test(change):
            refused(words)


def with_row(found, table, **fields):
    """The first row of a table with other fields, and all others."""
    name = f"rows/{table}.jsonl"
    first, *others = found[name].splitlines()
    row = json.loads(first)
    row = {**row, **fields, "fields": row["fields"] | fields.get("fields", {})}
    found[name] = b"\n".join([json.dumps(row).encode(), *others])


def test_a_row_that_does_not_fit(path, whole, refused, subtests):
    for table, change in (
        ("gallery.image", {"model": "axes.accesslog"}),
        ("gallery.image", {"model": "gallery.group"}),
        ("gallery.image", {"model": "no.such"}),
        ("gallery.image", {"pk": "x"}),
        ("gallery.image", {"fields": {"group": 99999}}),
        ("gallery.image", {"fields": {"group": None}}),
        ("gallery.image", {"fields": {"number": "x"}}),
        ("gallery.image", {"fields": {"number": 2}}),
        ("gallery.image", {"fields": {"number": 2**80}}),
        ("gallery.image", {"fields": {"original": "originals/aa/lost.png"}}),
        ("gallery.image", {"fields": {"unknown": 1}}),
        ("gallery.group", {"fields": {"cover": 99999}}),
        ("accounts.user", {"fields": {"groups": [["Nobody"]]}}),
        ("onedrive.connection", {"fields": {"user": ["nobody"]}}),
    ):
        rewritten(
            path, whole, lambda found, _, t=table, c=change: with_row(found, t, **c)
        )
        with subtests.test((table, change)):
            refused()


def test_a_line_that_is_no_row(path, whole, refused, subtests):
    for line in (b"{", b"[]", b"5", b'{"model": 1}', b"\xff"):
        rows = {"rows/gallery.image.jsonl": line}
        rewritten(path, whole, lambda found, _, r=rows: found.update(r))
        with subtests.test(line):
            refused("gallery.image: ")


def test_a_row_of_a_table_that_is_not_kept(path, whole, refused):
    fields = {"session_data": "x", "expire_date": "2030-01-01T00:00:00Z"}
    row = {"model": "sessions.session", "pk": "x" * 32, "fields": fields}
    name = "rows/gallery.image.jsonl"
    line = json.dumps(row).encode()
    rewritten(path, whole, lambda f, _: f.update({name: f[name] + line}))
    refused("gallery.image: a row of sessions.session")


def test_a_table_without_the_rows_that_are_always_there(path, whole, refused):
    rewritten(path, whole, lambda f, _: f.update({"rows/gallery.counter.jsonl": b""}))
    refused()
