"""Variants are made anew whatever others do, and whoever is killed."""

import signal
import subprocess
import sys

import pytest
from django.core.files import File
from django.core.files.storage import default_storage

from artetore.tests.servers import environment
from gallery import files, rebuilding
from gallery.models import Image
from gallery.services import images_delete, images_replace
from gallery.storage import AtomicFileSystemStorage
from gallery.tests.commands import run
from gallery.tests.rows import named_files, rows_without_files
from gallery.tests.test_concurrency import together

pytestmark = pytest.mark.django_db

NOTHING = ["Made anew: the variants of 0 pictures."]


# --- Others at the same time ------------------------------------------------------


def test_a_picture_deleted_meanwhile_is_no_failure(added, monkeypatch):
    added(0, 1)
    monkeypatch.setattr(files, "RECIPE", 2)

    def meanwhile(steps, total):
        for step in steps:
            images_delete(numbers={1: [step.number]})
            default_storage.delete(step.original.name)
            yield step

    assert list(rebuilding.rebuild(progress=meanwhile)) == []


class Vanishing(AtomicFileSystemStorage):
    """The picture is deleted at the last moment before its original is opened."""

    def _open(self, name: str, mode: str = "rb") -> File:
        images_delete(numbers={1: [1]})
        return super()._open(name, mode)


@pytest.mark.django_db(transaction=True)
def test_a_picture_deleted_at_the_last_moment_is_no_failure(
    added, monkeypatch, storage, stored_files
):
    added(0)
    monkeypatch.setattr(files, "RECIPE", 2)
    storage(f"{__name__}.Vanishing")

    assert run("rebuild_variants").lines == NOTHING
    assert stored_files() == []


@pytest.mark.django_db(transaction=True)
def test_a_picture_replaced_meanwhile_keeps_its_new_variants(
    added, picture, monkeypatch, stored_files
):
    added(0)
    monkeypatch.setattr(files, "RECIPE", 2)
    new = picture(5)

    def meanwhile(steps, total):
        for step in steps:
            images_replace(numbers={1: [1]}, image=new)
            yield step

    assert list(rebuilding.rebuild(progress=meanwhile)) == []
    assert Image.objects.get().files == new.files
    assert stored_files() == named_files()


@pytest.mark.django_db(transaction=True)
def test_rebuilds_beside_deletions_leave_no_row_without_files(
    added, monkeypatch, stored_files
):
    added(*range(6))
    added(*range(6))
    monkeypatch.setattr(files, "RECIPE", 2)

    answers = together(
        [
            lambda: list(rebuilding.rebuild()),
            lambda: list(rebuilding.rebuild()),
            lambda: images_delete(numbers={2: [1, 2, 3], 1: [1]}),
            lambda: images_delete(numbers={1: [4, 5], 2: [5]}),
        ]
    )

    assert not any(isinstance(answer, Exception) for answer in answers)
    assert not [made for answer in answers[:2] for made in answer if made.reason]
    assert rows_without_files() == []
    assert stored_files() == named_files()
    assert run("rebuild_variants").lines == NOTHING


# --- Death in the middle ----------------------------------------------------------


CHILD = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from django.db import transaction
from gallery import files, rebuilding

files.RECIPE = 2
moment, replace = sys.argv[1], rebuilding.variants_replace
left = [1]

def die(**names):
    if left:
        left.pop()
        return replace(**names)
    if moment == "between files and row":
        os.kill(os.getpid(), signal.SIGKILL)
    with transaction.atomic():
        if moment == "before the old files go":
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
        replace(**names)
        if moment == "before the commit":
            os.kill(os.getpid(), signal.SIGKILL)

rebuilding.variants_replace = die
call_command("rebuild_variants")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("between files and row", 2),
        ("before the commit", 2),
        ("before the old files go", 1),
    ],
)
def test_after_a_kill_another_run_goes_on(
    added, monkeypatch, moment, left, stored_files
):
    added(0, 1, 2)
    child = subprocess.run(
        [sys.executable, "-c", CHILD, moment],
        env=environment(DJANGO_SETTINGS_MODULE="artetore.settings"),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert rows_without_files() == []
    monkeypatch.setattr(files, "RECIPE", 2)

    plural = "s" if left > 1 else ""
    expected = [f"Made anew: the variants of {left} picture{plural}."]
    assert run("rebuild_variants").lines == expected

    assert rows_without_files() == []
    run("prune_media", "--hours", "0")
    assert stored_files() == named_files()
    assert all("-1." not in name for name in named_files())
