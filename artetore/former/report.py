"""What moving in tells at its end, people and machines alike."""

from dataclasses import dataclass, field
from typing import Any

from artetore.former.comparing import Compared
from artetore.former.moving import Tried
from artetore.former.people import Person


@dataclass
class Report:
    """`rows`: of the former pictures; `new`: those that came by this run, or would by
    a dry one. `pictures` are in the gallery; `compared` of them have the very bytes
    that the former rows have, by their SHA-256, and these are `bytes` together."""

    dry_run: bool
    rows: int = 0
    new: int = 0
    pictures: int = 0
    compared: int = 0
    bytes: int = 0
    broken: list[Tried | Compared] = field(default_factory=list)
    differing: list[Compared] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    def take_tried(self, tried: Tried) -> None:
        if not tried.problem:
            self.new += 1
        elif self.dry_run:  # otherwise the comparison tells
            self.broken.append(tried)

    def take_compared(self, compared: Compared) -> None:
        self.pictures += compared.is_picture
        self.compared += compared.size > 0
        self.bytes += compared.size
        if compared.problem:
            self.broken.append(compared)
        elif compared.differences:
            self.differing.append(compared)

    @property
    def failed(self) -> list[Person]:
        return [person for person in self.people if person.problem]

    @property
    def failures(self) -> str:
        """What is not as it should be, in a sentence; empty when nothing is."""
        counts = {"rows": len(self.broken), "accounts or consents": len(self.failed)}
        told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        return f"Not as it should be: {told}." if told else ""

    def lines(self) -> list[str]:
        named = [
            *(f"{row.picture}: {row.problem}" for row in self.broken),
            *(f"{row.picture}: {' '.join(row.differences)}" for row in self.differing),
            *(f"{person}: {person.problem}" for person in self.failed),
        ]
        return [*named, *(self._dry() if self.dry_run else self._proof())]

    def _dry(self) -> list[str]:
        return [f"To be moved in: {self.new:,} of {self.rows:,} rows."]

    def _proof(self) -> list[str]:
        well = len(self.people) - len(self.failed)
        return [
            f"Rows: {self.rows:,}, of which this run moved in {self.new:,}.",
            f"Pictures: {self.pictures:,}.",
            f"Originals that have the very bytes of their rows, by SHA-256:"
            f" {self.compared:,}, together {self.bytes:,} bytes.",
            f"Accounts and OneDrive consents: {well} of {len(self.people)}.",
        ]

    def as_json(self) -> dict[str, Any]:
        counts = ("dry_run", "rows", "new", "pictures", "compared", "bytes")
        return {
            **{name: getattr(self, name) for name in counts},
            "broken": [_named(each) | {"reason": each.problem} for each in self.broken],
            "differing": [
                _named(each) | {"differences": each.differences}
                for each in self.differing
            ],
            "people": [vars(person) for person in self.people],
        }


def _named(row: Tried | Compared) -> dict[str, Any]:
    names = ("index", "group", "number", "name", "folder")
    return {name: getattr(row.picture, name) for name in names}
