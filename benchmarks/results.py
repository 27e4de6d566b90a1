"""Results: each a figure with its target, told as rows of a table."""

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

HEAD = "| what | measured | result | target | met |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Result:
    """`measured` says in words what `figure` follows from. A figure without a unit is a
    ratio. `least` and `most` are its target; what has none is told for comparison."""

    what: str
    measured: str
    figure: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def target(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g}{self.unit}"
        return "" if self.most is None else f"at most {self.most:g}{self.unit}"

    @property
    def met(self) -> str:
        if not self.target:
            return ""
        least = self.figure if self.least is None else self.least
        most = self.figure if self.most is None else self.most
        return "yes" if least <= self.figure <= most else "**no**"

    def row(self) -> str:
        figure = f"{self.figure:.3g}" if self.figure < 100 else f"{self.figure:.0f}"
        cells = self.what, self.measured, f"{figure}{self.unit}", self.target, self.met
        return f"| {' | '.join(cells)} |"


def table(results: Iterable[Result]) -> str:
    return "\n".join([HEAD, *(result.row() for result in results)])


def run(measure: Callable[[bool], list[Result]]) -> None:
    """The command of one subject. `--quick` tries that it works, on little data and
    once; its figures say nothing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path, help="write the results to this file too")
    options = parser.parse_args()
    results = measure(options.quick)
    print(table(results))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in results]))


def read(path: Path) -> list[Result]:
    return [Result(**each) for each in json.loads(path.read_text())]
