"""Small parts of the studies, by hand: tables beside the links, and bounds of a key."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from allocator.verify.studies.beside import _Beside, _share
from allocator.verify.studies.keys import _filled


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


@pytest.mark.parametrize(
    ("shares", "low", "high", "filled"),
    [
        # Beyond two fifths is cut off, and the two others share the rest.
        (("1/2", "1/4", "1/4"), "0", "2/5", ("2/5", "3/10", "3/10")),
        # Below a fifth is raised, and the two others give it.
        (("1/2", "2/5", "1/10"), "1/5", "1", ("4/9", "16/45", "1/5")),
        # Nobody is beyond a bound, and who has nothing gets nothing.
        (("1/2", "1/2", "0"), "1/5", "3/5", ("1/2", "1/2", "0")),
    ],
)
def test_bounds_of_a_key_are_filled_by_one_factor(
    shares: tuple[str, ...], low: str, high: str, filled: tuple[str, ...]
) -> None:
    found = _filled([Fraction(share) for share in shares], Fraction(low), Fraction(high))
    assert found == [Fraction(share) for share in filled]
