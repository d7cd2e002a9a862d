"""Expected households: whole, in the proportions of the mix, and making up the persons."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from allocator.swapping.expected import expected_households
from allocator.swapping.household_mix import Mix


def mix(**shares: str) -> Mix:
    return Mix({int(name[1:]): Fraction(share) for name, share in shares.items()})


def test_households_make_up_the_persons() -> None:
    # 2 in 3 are single: mean 5/3. 50 persons are 30 households, 10 of them of three persons,
    # divided over 40 and 10 persons: 8 and 2. What is left is single: 40 - 24 and 10 - 6.
    found = expected_households([40, 10], mix(s1="2/3", s3="1/3"))
    assert found.counts == ((16, 8), (4, 2))
    assert found.remainders == (0, 0)


def test_a_half_goes_down() -> None:
    # 5 persons in households of 2: two and a half.
    found = expected_households([5], mix(s2="1"))
    assert found.counts == ((2,),)
    assert found.remainders == (1,)


def test_households_that_are_too_large_show_below_zero() -> None:
    # Three households, one of five persons; it goes to the first of equals, which has three.
    found = expected_households([3, 3], mix(s1="0.7", s5="0.3"))
    assert found.counts == ((0, 1), (3, 0))
    assert found.remainders == (-2, 0)


def test_nobody_to_link_is_no_household() -> None:
    found = expected_households([0, 0], mix(s1="0.6", s2="0.4"))
    assert found.counts == ((0, 0), (0, 0))
    assert found.remainders == (0, 0)


@pytest.mark.parametrize("seed", range(8))
def test_larger_households_are_a_webster_table(seed: int) -> None:
    rng = np.random.default_rng(seed)
    persons = [int(n) for n in rng.integers(0, 90, 12)]
    own = mix(s1="0.5", s2="0.2", s4="0.2", s6="0.1")
    found = expected_households(persons, own)
    half = Fraction(1, 2)
    for row, a in zip(found.counts, found.row_multipliers, strict=True):
        for n, b in zip(row[1:], found.column_multipliers, strict=True):
            assert n - half <= a * b <= n + half
    for total, row, rest in zip(persons, found.counts, found.remainders, strict=True):
        assert total == rest + sum(k * n for k, n in zip(own.sizes, row, strict=True))
