"""How the bars of imports are drawn."""

import pytest

from onedrive.standing import Standing


def bar(**counts: int) -> list[int]:
    return [part["value"] for part in Standing(**counts).parts()]


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        ({}, [0, 0]),
        ({"open": 9}, [0, 0]),
        ({"done": 9}, [100, 0]),
        ({"failed": 9}, [0, 100]),
        ({"done": 25, "failed": 5}, [83, 17]),
        ({"done": 1, "open": 999}, [1, 0]),
        ({"done": 998, "failed": 1, "open": 1}, [99, 1]),
    ],
)
def test_a_bar_is_full_when_nothing_is_open(counts, drawn):
    assert bar(**counts) == drawn
