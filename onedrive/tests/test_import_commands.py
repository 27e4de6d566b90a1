"""import_onedrive, sync_onedrive and retry_imports, as people and machines run them."""

import json

import pytest
from django.core.management import CommandError, call_command

from conftest import png
from gallery.models import Group, Image
from onedrive.models import DriveFolder, Import, ImportItem, Mirror
from onedrive.standin.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seeded(connection, standin, tree):
    standin.seed(
        tree({"Alps": ["a.png", "b.png"], "Sea": ["c.png", "broken.png", "note.txt"]})
    )
    return standin


@pytest.fixture
def run(capsys):
    """Runs a command; answers its exit status, its lines and those of its errors."""

    def command(*arguments: str):
        status = 0
        try:
            call_command(*arguments)
        except CommandError as error:
            status = error.returncode
            print(error)
        out, err = capsys.readouterr()
        return status, out, err

    return command


def names() -> list[str]:
    return sorted(Image.objects.values_list("name", flat=True))


# --- import_onedrive ----------------------------------------------------------------


def test_folders_are_imported_by_name(seeded, run):
    status, out, err = run("import_onedrive", "Alps")
    assert (status, names()) == (0, ["a.png", "b.png"])
    assert "2 pictures imported." in out
    assert Group.objects.get().title == "Alps"


def test_or_by_id_into_a_group(seeded, run):
    run("import_onedrive", "Alps")
    number = Group.objects.get().number
    sea = seeded.store.at(seeded.home, "Sea").id
    run("import_onedrive", sea, "--group", str(number))
    assert Group.objects.get().images.count() == 3


def test_what_is_there_is_not_imported_again(seeded, run):
    run("import_onedrive", "Alps")
    downloads = len(seeded.journal.entries("content"))
    status, out, _ = run("import_onedrive", "Alps")
    assert status == 0
    assert len(seeded.journal.entries("content")) == downloads
    assert Image.objects.count() == 2


def test_a_folder_goes_on_filling_its_group(seeded, run, shelf):
    run("import_onedrive", "Alps")
    run("sync_onedrive")
    Image.objects.filter(group__title="Alps").delete()
    shelf.file("new.png", png(82), seeded.store.at(seeded.home, "Alps"))
    _, out, _ = run("import_onedrive", "Alps", "--dry-run")
    assert "into group 1\n" in out
    run("import_onedrive", "Alps")
    assert Group.objects.filter(title="Alps").count() == 1


def test_what_failed_is_named_and_the_status_is_1(seeded, run):
    status, out, err = run("import_onedrive", "Sea", "Alps")
    assert status == 1
    assert "Sea/broken.png: " in err
    assert "Traceback" not in out + err
    assert names() == ["a.png", "b.png", "c.png"]


def test_a_dry_run_imports_nothing(seeded, run):
    status, out, _ = run("import_onedrive", "Alps", "--dry-run")
    assert (status, out) == (0, "Alps: 2 files into a new group\n")
    assert not Import.objects.exists()


def test_of_one_picture_is_spoken_as_of_one(seeded, run):
    store = seeded.store
    store.delete(store.at(seeded.home, "Alps/a.png").id)
    _, out, _ = run("import_onedrive", "Alps", "--dry-run")
    assert out == "Alps: 1 file into a new group\n"
    _, out, err = run("import_onedrive", "Alps")
    assert "Importing 1 picture\n" in err
    assert "1 picture imported." in out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Nowhere"], "There is no folder Nowhere"),
        (["Alps", "--group", "99"], "There is no group 99."),
        (["Alps", "--user", "nobody"], "There is no user nobody."),
    ],
)
def test_what_can_not_be_is_said(seeded, run, arguments, reason):
    status, out, _ = run("import_onedrive", *arguments)
    assert status == 1
    assert reason in out
    assert not Import.objects.exists()


def test_nobody_connected_is_said(db, run):
    status, out, _ = run("import_onedrive", "Alps")
    assert (status, out) == (1, "Nobody has connected OneDrive.\n")


def test_an_import_that_was_left_goes_on(seeded, run, staff):
    """Its worker died: what it had in hand is due, what waits is due later."""
    run("import_onedrive", "Alps")
    Image.objects.all().delete()
    ImportItem.objects.update(state="waiting", attempts=1, reason="cut")
    status, _, _ = run("import_onedrive", "Alps")
    assert (status, names()) == (0, ["a.png", "b.png"])
    assert Import.objects.count() == 1


def test_machines_get_json(seeded, run):
    status, out, err = run("import_onedrive", "Sea", "--json")
    report = json.loads(out.splitlines()[0])
    assert (status, report["done"], report["left"]) == (1, 1, 1)
    [failure] = report["failed"]
    assert (failure["folder"], failure["file"]) == ("Sea", "broken.png")
    assert failure["reason"]
    assert failure["tried_again"] is None


def test_machines_get_what_would_be_imported(seeded, run):
    _, out, _ = run("import_onedrive", "Alps", "Sea", "--dry-run", "--json")
    assert json.loads(out) == {
        "dry_run": True,
        "folders": [
            {"folder": "Alps", "files": 2, "group": None},
            {"folder": "Sea", "files": 2, "group": None},
        ],
    }
    assert not Import.objects.exists()


# --- retry_imports ------------------------------------------------------------------


def test_what_failed_is_tried_again_when_asked(seeded, run, shelf):
    run("import_onedrive", "Sea")
    shelf.file("broken.png", png(80), seeded.store.at(seeded.home, "Sea"))
    status, out, _ = run("retry_imports", "--dry-run")
    assert (status, "To be tried again: 1." in out) == (0, True)
    assert names() == ["c.png"]

    status, out, _ = run("retry_imports")

    assert (status, names()) == (0, ["broken.png", "c.png"])
    assert Group.objects.count() == 1


def test_machines_get_what_would_be_tried_again(seeded, run):
    run("import_onedrive", "Sea")
    status, out, _ = run("retry_imports", "--dry-run", "--json")
    report = json.loads(out)
    assert (status, report["dry_run"]) == (0, True)
    [file] = report["files"]
    assert (file["folder"], file["file"]) == ("Sea", "broken.png")
    assert file["reason"]


def test_nothing_to_retry_is_no_fault(seeded, run):
    assert run("retry_imports")[0] == 0


# --- sync_onedrive ------------------------------------------------------------------


@pytest.mark.parametrize("seconds", ["0", "-4", "86401", "soon"])
def test_a_watch_that_means_nothing_is_refused(run, seconds):
    status, out, _ = run("sync_onedrive", f"--watch={seconds}")
    assert status == 1
    assert "give whole seconds from 1 to 86,400" in out


def test_a_dry_run_prints_the_plan(seeded, run):
    status, out, _ = run("sync_onedrive", "--dry-run")
    assert status == 0
    assert "added    Alps/a.png" in out
    assert "4 added, 0 changed, 0 renamed, 0 moved, 0 removed." in out
    assert "Passed over, as no pictures: 1." in out
    assert not Image.objects.exists()


def test_a_sync_follows_the_drive(seeded, run):
    status, out, err = run("sync_onedrive")
    assert status == 1  # broken.png
    assert "Sea/broken.png" in err
    assert names() == ["a.png", "b.png", "c.png"]
    status, out, err = run("sync_onedrive")
    assert (status, "Nothing to do." in out) == (0, True)


def test_too_many_removals_are_said_and_allowed(seeded, run):
    run("sync_onedrive")
    seeded.store.delete(seeded.store.at(seeded.home, "Alps").id)

    status, out, _ = run("sync_onedrive")
    assert status == 1
    assert "2 of 3 pictures would be removed" in out
    assert "--allow-removals" in out
    assert len(names()) == 3

    assert run("sync_onedrive", "--allow-removals")[0] == 0
    assert names() == ["c.png"]


def test_machines_get_the_plan(seeded, run):
    _, out, _ = run("sync_onedrive", "--json")
    report = json.loads(out.splitlines()[0])
    assert report["plan"]["added"] == [
        *("Alps/a.png", "Alps/b.png", "Sea/broken.png", "Sea/c.png")
    ]
    assert (report["done"], report["withheld"]) == (3, 0)


def test_a_sync_that_can_not_be_is_said(seeded, run):
    seeded.faults.add(Fault(path="*/delta", status=403))
    status, out, err = run("sync_onedrive")
    assert (status, "does not allow" in out) == (1, True)
    assert Mirror.objects.get().lease == ""


def test_the_next_sync_goes_on_where_one_was_left(seeded, run):
    run("sync_onedrive")
    Image.objects.filter(name="a.png").delete()
    ImportItem.objects.filter(file_name="a.png").update(
        state="waiting", attempts=2, reason="OneDrive did not answer."
    )
    assert run("sync_onedrive")[0] == 1  # broken.png is of the same run
    assert names() == ["a.png", "b.png", "c.png"]


def test_a_root_folders_own_files_are_no_group(seeded, run, shelf):
    shelf.file("loose.png", png(81))
    run("sync_onedrive")
    assert "loose.png" not in names()
    assert DriveFolder.objects.get(choice="ignore").files.count() == 1


@pytest.mark.parametrize("command", ["retry_imports", "sync_onedrive"])
def test_a_user_who_is_nobody_is_no_success(run, db, command):
    status, out, _ = run(command, "--user", "nobody")
    assert (status, out) == (1, "There is no user nobody.\n")
