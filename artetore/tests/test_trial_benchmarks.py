"""That every measurement still works; its figures are for `make bench`."""

import subprocess
import sys

import pytest
from django.conf import settings

from benchmarks.__main__ import SUBJECTS

pytestmark = pytest.mark.trial


@pytest.mark.parametrize("subject", SUBJECTS.values())
def test_a_measurement_works(subject):
    command = [sys.executable, "-m", f"benchmarks.{subject}", "--quick"]

    done = subprocess.run(
        command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300
    )

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 2
