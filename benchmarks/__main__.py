"""All measurements, one after another, each in a process of its own; written to
RESULTS.md beside this file. `python -m benchmarks [--quick]`
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import machine
from benchmarks.results import Result, read, table

SUBJECTS = {
    "Pages": "pages",
    "Pages of large galleries": "depth",
    "Lists of the staff site": "staff",
    "Variants": "pictures",
    "Listing OneDrive": "listing",
    "Imports": "importing",
    "Visitors during an import": "together",
    "Start": "start",
}
RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = """# Results

Made by `make bench`. Each figure is the median of five rounds in which everything was
measured in turn, so that ratios hold on other machines too. What is measured, and how,
is said at the top of each file of this folder.

{machine}
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="only try that all works")
    quick = parser.parse_args().quick
    told = [HEAD.format(machine=machine.described())]
    for title, subject in SUBJECTS.items():
        print(f"\n{title}", flush=True)
        told.append(f"## {title}\n\n{table(results_of(subject, quick))}\n")
    if not quick:
        RESULTS.write_text("\n".join(told))


def results_of(subject: str, quick: bool) -> list[Result]:
    """Raises CalledProcessError when the measurement fails."""
    with tempfile.NamedTemporaryFile() as file:
        command = [sys.executable, "-m", f"benchmarks.{subject}", "--json", file.name]
        subprocess.run([*command, *(["--quick"] if quick else [])], check=True)
        return read(Path(file.name))


if __name__ == "__main__":
    main()
