"""Bars on a terminal."""

import os
import subprocess
import sys

SCRIPT = "from gallery.progress import bar; list(bar(range(3), total=3))"


def test_a_terminal_that_does_not_tell_its_size_shows_the_bar():
    ours, theirs = os.openpty()
    try:
        subprocess.run([sys.executable, "-c", SCRIPT], stderr=theirs, check=True)
        assert b"3/3" in os.read(ours, 10_000)
    finally:
        os.close(ours)
        os.close(theirs)


def test_nothing_is_shown_elsewhere():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, check=True
    )
    assert done.stderr == b""
