"""Measuring in turn, so that whatever else the machine does meets all alike."""

import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

ROUNDS = 5

Key = TypeVar("Key", bound=Hashable)


def medians(
    works: Mapping[Key, Callable[[], float]], *, quick: bool = False
) -> dict[Key, float]:
    """The median of the figures that each work answers, one in each round."""
    found: dict[Key, list[float]] = {name: [] for name in works}
    for _ in range(1 if quick else ROUNDS):
        for name, work in works.items():
            found[name].append(work())
    return {name: statistics.median(figures) for name, figures in found.items()}


def seconds(
    work: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> float:
    start = clock()
    work()
    return clock() - start
