"""How long work shows how far it is: something through which its steps go."""

from collections.abc import Callable, Iterable
from typing import Any

from tqdm import tqdm

# It is given the steps and how many they are, and gives them back one by one.
Progress = Callable[[Iterable[Any], int], Iterable[Any]]


def quiet(steps: Iterable[Any], total: int) -> Iterable[Any]:
    return steps


def bar(steps: Iterable[Any], total: int) -> Iterable[Any]:
    """On a terminal; elsewhere nothing is shown."""
    return tqdm(steps, total=total, disable=None)
