"""Small parts of what is recomputed beside the links, by hand."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from allocator.verify.studies.beside import _Beside, _share


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [(-1, (0, "")), (0, (0, "")), (1, (1, 9)), (2, (1, 9)), (3, (2, 4)), (4, ("", ""))],
)
def test_links_are_enough_from_the_household_that_completes_them(
    wanted: int, reached: tuple[object, object]
) -> None:
    # Two persons who wait nine weeks, then one who waits four.
    beside = object.__new__(_Beside)
    beside.links = SimpleNamespace(persons=np.array([2, 1]))
    beside.weeks = [9, 4]
    assert beside._reached([0, 1], wanted) == reached


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1, 3, "0.333333"),
        (2, 3, "0.666667"),
        (1, 2 * 10**6, "0.000001"),
        (1, 2 * 10**6 + 1, "0.000000"),
        (7, 2, "3.500000"),
        (0, 5, "0.000000"),
        (1, 0, ""),
        (1, 1, "1.000000"),
    ],
)
def test_a_share_has_six_decimals_half_up(part: int, whole: int, text: str) -> None:
    assert _share(part, whole) == text
