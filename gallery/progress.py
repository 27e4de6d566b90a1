"""How long work shows how far it is: something through which its steps go."""

from collections.abc import Callable, Iterable
from shutil import get_terminal_size
from typing import Any

from tqdm import tqdm

# It is given the steps and how many they are, and gives them back one by one.
Progress = Callable[[Iterable[Any], int], Iterable[Any]]


def quiet(steps: Iterable[Any], total: int) -> Iterable[Any]:
    return steps


def meter(steps: Iterable[Any] | None = None, **options: Any) -> tqdm:
    """A bar, also on a terminal that does not say how large it is."""
    columns, lines = get_terminal_size()
    return tqdm(steps, ncols=columns, nrows=lines, **options)


def bar(steps: Iterable[Any], total: int) -> Iterable[Any]:
    """On a terminal; elsewhere nothing is shown."""
    return meter(steps, total=total, disable=None)
