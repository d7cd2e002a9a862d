"""Two tiers, and bands against the last period."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from models.apportionment import (
    AllZeroWeightsError,
    ApportionmentError,
    FloatWeightError,
    GroupsError,
    InfeasibleBoundsError,
    NegativeWeightError,
    TotalBelowClaimsError,
    TotalError,
    adams,
    check,
    divide_in_tiers,
    jefferson,
    share_band,
    smallest_band,
    webster,
)
from tests.models.apportionment.reference import METHODS


def test_groups_are_divided_first_and_members_within() -> None:
    # Groups 80 and 30 of 10: Adams 7 and 3; 50 and 30 of 7, 20 and 10 of 3.
    tiers = divide_in_tiers("adams", 10, [50, 20, 30, 10], [0, 1, 0, 1])
    assert tiers.groups == adams(10, [80, 30], lower=[2, 2])
    assert tiers.members == ((0, 2), (1, 3))
    assert tiers.within == (adams(7, [50, 30], lower=[1, 1]), adams(3, [20, 10], lower=[1, 1]))
    assert tiers.parts == (4, 2, 3, 1)


@pytest.mark.parametrize("method", METHODS)
def test_both_tiers_carry_their_own_proof(method: str) -> None:
    rng = np.random.default_rng(4)
    weights, groups = rng.integers(1, 1000, 60), np.arange(60) % 7
    tiers = divide_in_tiers(method, 500, weights, groups)
    sums = [int(weights[groups == g].sum()) for g in range(7)]
    floor = 1 if method in {"adams", "hill"} else 0
    check(tiers.groups, method, 500, sums, [floor * len(m) for m in tiers.members])
    for part, members, within in zip(tiers.groups.parts, tiers.members, tiers.within, strict=True):
        assert within is not None
        check(within, method, part, weights[list(members)].tolist(), [floor] * len(members))
        assert within.parts == tuple(tiers.parts[i] for i in members)
    assert sum(tiers.parts) == 500


def test_a_group_gets_enough_for_the_first_of_each_member() -> None:
    # By size the three small ones together would get two.
    tiers = divide_in_tiers("adams", 6, [1, 1, 1, 97], [0, 0, 0, 1])
    assert tiers.parts == (1, 1, 1, 3)
    with pytest.raises(TotalBelowClaimsError):
        adams(2, [1, 1, 1])


def test_a_cap_of_zero_takes_a_member_out() -> None:
    tiers = divide_in_tiers("adams", 4, [5, 5, 5], [0, 0, 1], upper=[0, None, None])
    assert tiers.parts[0] == 0
    assert sum(tiers.parts) == 4


def test_bounds_of_members_bound_their_group() -> None:
    tiers = divide_in_tiers(
        "webster", 10, [10, 10, 10, 10], [0, 0, 1, 1], [4, 4, 0, 0], [9, 9, 1, None]
    )
    assert tiers.groups.parts == (8, 2)
    assert tiers.parts == (4, 4, 1, 1)
    capped = divide_in_tiers("webster", 10, [10, 10, 10, 10], [0, 0, 1, 1], None, [1, 2, None, 9])
    assert capped.parts[:2] == (1, 2)
    assert capped.groups.parts == (3, 7)


def test_a_group_without_weight_stands_at_its_floors() -> None:
    tiers = divide_in_tiers("webster", 5, [0, 0, 3], [0, 0, 1], [0, 2, 0])
    assert tiers.parts == (0, 2, 3)
    assert tiers.within[0] is None


def test_a_member_without_weight_gets_nothing_in_its_group() -> None:
    assert divide_in_tiers("webster", 5, [0, 2, 3], [0, 0, 1]).parts == (0, 2, 3)
    assert divide_in_tiers("adams", 5, [0, 2, 3], [0, 0, 1]).parts == (0, 2, 3)


def test_one_order_breaks_the_ties_of_both_tiers() -> None:
    even = [1, 1, 1, 1]
    assert divide_in_tiers("jefferson", 1, even, [0, 0, 1, 1]).parts == (1, 0, 0, 0)
    last = divide_in_tiers("jefferson", 1, even, [0, 0, 1, 1], tie_order=[3, 2, 1, 0])
    assert last.parts == (0, 0, 0, 1)
    outer = divide_in_tiers("jefferson", 1, even, [0, 1, 1, 0])
    assert outer.parts == (1, 0, 0, 0)
    middle = divide_in_tiers("jefferson", 1, even, [0, 1, 1, 0], tie_order=[2, 3, 1, 0])
    assert middle.parts == (0, 0, 1, 0)


@pytest.mark.parametrize("groups", [[0], [0, 2], [1, 1], [-1, 0], []])
def test_malformed_groups_are_refused(groups: Any) -> None:
    with pytest.raises(GroupsError):
        divide_in_tiers("webster", 3, [1, 2], groups)


def test_the_literal_ceiling_has_no_tiers() -> None:
    with pytest.raises(GroupsError):
        divide_in_tiers("ceiling", 3, [1, 2], [0, 0])


def test_members_that_cannot_be_served_are_refused() -> None:
    with pytest.raises(InfeasibleBoundsError):
        divide_in_tiers("adams", 3, [1, 1, 1, 97], [0, 0, 0, 1])


# Bands
def test_a_band_is_on_the_share() -> None:
    # 40 and 60 of 100 are 80 and 120 of 200.
    assert share_band("0.05", [40, 60], 200) == ([76, 114], [84, 126])
    assert share_band(0, [40, 60], 200) == ([80, 120], [80, 120])
    assert share_band(Fraction(1, 3), [1, 2], 4) == ([1, 2], [1, 3])


def test_a_band_on_persons_leaves_the_total_out() -> None:
    assert share_band("0.05", [40, 60], 200, on_persons=True) == ([38, 57], [42, 63])


def test_a_band_wider_than_everything_has_no_floor() -> None:
    assert share_band(2, [40, 60], 100) == ([0, 0], [120, 180])


def test_a_division_within_a_band_stays_within_it() -> None:
    previous = webster(100, [10, 20, 70]).parts
    lower, upper = share_band("0.1", previous, 120)
    division = webster(120, [20, 20, 60], lower=lower, upper=upper)
    assert division.parts == (13, 26, 81)
    check(division, "webster", 120, [20, 20, 60], lower, upper)


def test_the_smallest_band_works_and_none_below_it_does() -> None:
    dice = random.Random(2)
    for _ in range(200):
        n, total = dice.randint(1, 6), dice.randint(0, 15)
        previous = [dice.randint(0, 6) for _ in range(n)]
        if not any(previous):
            continue
        for on_persons in (False, True):
            width = smallest_band(previous, total, on_persons=on_persons)
            assert holds(width, previous, total, on_persons)
            if width:
                just_less = width * Fraction(10**9 - 1, 10**9)
                assert not holds(just_less, previous, total, on_persons)


def holds(width: Fraction, previous: list[int], total: int, on_persons: bool) -> bool:
    lower, upper = share_band(width, previous, total, on_persons=on_persons)
    crossed = any(a > b for a, b in zip(lower, upper, strict=True))
    return not crossed and sum(lower) <= total <= sum(upper)


def narrowest(previous: tuple[int, ...], total: int, on_persons: bool) -> Fraction:
    """Try every width at which a floor or a cap changes, the smallest first."""
    scale = Fraction(1) if on_persons else Fraction(total, sum(previous))
    widths = {Fraction(0)} | {
        abs(k / (p * scale) - 1) for p in previous if p * scale for k in range(total + 2)
    }
    return next(x for x in sorted(widths) if holds(x, list(previous), total, on_persons))


@pytest.mark.parametrize("on_persons", [False, True])
def test_the_smallest_band_is_the_first_of_all_widths_that_holds(on_persons: bool) -> None:
    asked = 0
    for n in (1, 2, 3):
        for previous in itertools.product(range(5), repeat=n):
            for total in range(8 if any(previous) else 0):
                found = smallest_band(previous, total, on_persons=on_persons)
                assert found == narrowest(previous, total, on_persons), (previous, total)
                asked += 1
    assert asked > 1_000


def test_a_band_leaves_every_unit_a_whole_number() -> None:
    # 1 of 200 is half a person of 100: its floor would be 1 and its cap 0 in a narrow band,
    # though the floors 1 + 99 and the caps 0 + 100 enclose the total.
    assert share_band(Fraction(1, 199), [1, 199], 100) == ([1, 99], [0, 100])
    assert smallest_band([1, 199], 100) == 1


def test_the_smallest_band_is_where_two_divisors_say() -> None:
    # 1, 1, 1 of 3 are 4/3 each of 4: someone must reach 2, half as much again.
    assert smallest_band([1, 1, 1], 4) == Fraction(1, 2)
    # 2/3 each of 2: someone goes to zero.
    assert smallest_band([1, 1, 1], 2) == 1
    assert smallest_band([2, 3, 5], 20) == 0
    assert smallest_band([5], 0) == 0
    assert smallest_band([5], 0, on_persons=True) == 1
    assert smallest_band([5, 5], 13, on_persons=True) == Fraction(2, 5)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((0.05, [1, 2], 3), FloatWeightError),
        (("-0.05", [1, 2], 3), NegativeWeightError),
        (("0.05", [0, 0], 3), AllZeroWeightsError),
        (("0.05", [1, -2], 3), NegativeWeightError),
        (("0.05", [1, 2], -3), TotalError),
    ],
)
def test_malformed_bands_are_refused(arguments: Any, error: type[ApportionmentError]) -> None:
    with pytest.raises(error):
        share_band(*arguments)


def test_a_wrong_width_is_not_called_a_weight() -> None:
    with pytest.raises(FloatWeightError, match="the number is a binary fraction") as refusal:
        share_band(0.05, [1, 2], 3)  # type: ignore[arg-type]
    assert refusal.value.index is None


def test_jefferson_and_adams_carry_what_the_band_needs() -> None:
    assert jefferson(4, [1, 1, 1]).certificate.high == Fraction(1, 2)  # type: ignore[union-attr]
    assert adams(4, [1, 1, 1]).certificate.low == Fraction(1, 1)  # type: ignore[union-attr]
