"""Divisions summed by hand, one statement of the result at a time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from models.apportionment import (
    CeilingSurplus,
    Division,
    DivisorInterval,
    Method,
    RemainderCut,
    adams,
    ceiling,
    divide,
    hill,
    jefferson,
    largest_remainder,
    webster,
)

# Shares of 10 over 50, 30, 20, 3: 4.85, 2.91, 1.94, 0.29.
WEIGHTS = [50, 30, 20, 3]


@pytest.mark.parametrize(
    ("method", "parts"),
    [
        # d = 15: 50/15 = 3.3, 2, 1.3, 0.2, all up.
        ("adams", (4, 3, 2, 1)),
        # d = 11: 4.5 up (d <= 100/9), 2.7, 1.8, 0.3.
        ("webster", (5, 3, 2, 0)),
        # d = 9: 5.6, 3.3, 2.2, 0.3, all down.
        ("jefferson", (5, 3, 2, 0)),
        # The fourth has its one for free; of nine among 50, 30, 20: 4, 3, 2.
        ("hill", (4, 3, 2, 1)),
        # 4, 2, 1, 0 and three more to the fractions .85, .91, .94.
        ("largest_remainder", (5, 3, 2, 0)),
        ("ceiling", (5, 3, 2, 1)),
    ],
)
def test_six_methods_on_one_example(method: str, parts: tuple[int, ...]) -> None:
    assert divide(method, 10, WEIGHTS).parts == parts


def test_each_method_has_a_function_of_its_name() -> None:
    for named in (adams, webster, jefferson, hill, largest_remainder, ceiling):
        assert named(10, WEIGHTS) == divide(Method(named.__name__), 10, WEIGHTS)


def test_named_functions_pass_bounds_and_order_on() -> None:
    for named in (adams, webster, jefferson, hill, largest_remainder):
        division = named(4, [1, 1, 1], lower=[0, 0, 2], upper=[1, 2, 2], tie_order=[2, 1, 0])
        assert division.parts == (1, 1, 2), named


def test_the_interval_holds_every_divisor_that_gives_the_parts() -> None:
    # Low: 8/3.5 = 16/7 over 5/2.5 = 2. High: 8/2.5 = 16/5 under 5/1.5.
    division = webster(5, [5, 8])
    assert division.parts == (2, 3)
    assert division.certificate == DivisorInterval(Fraction(16, 7), Fraction(16, 5))
    for divisor in (Fraction(16, 7), Fraction(5, 2), Fraction(16, 5)):
        assert abs(Fraction(5, divisor) - 2) <= Fraction(1, 2)
        assert abs(Fraction(8, divisor) - 3) <= Fraction(1, 2)


def test_the_interval_of_hill_is_of_squares() -> None:
    # 1 has one for free; 9 has three: 81/6 = 13.5 was its third, 81/12 = 6.75 the fourth.
    division = hill(4, [1, 9])
    assert division.parts == (1, 3)
    assert division.certificate == DivisorInterval(Fraction(27, 4), Fraction(27, 2), True)


def test_a_free_first_person_bounds_nothing() -> None:
    assert adams(2, [7, 5]).certificate == DivisorInterval(Fraction(7), None)


def test_nothing_to_divide_leaves_the_divisor_open_above() -> None:
    for named, low in ((jefferson, 7), (webster, 14)):
        division = named(0, [7, 5])
        assert division.parts == (0, 0)
        assert division.certificate == DivisorInterval(Fraction(low), None)
    assert largest_remainder(0, [7, 5]).parts == (0, 0)
    assert ceiling(0, [7, 5]) == Division((0, 0), certificate=CeilingSurplus(0, 12))


def test_one_unit_takes_all_with_an_interval_on_both_sides() -> None:
    division = jefferson(4, [10])
    assert division.parts == (4,)
    assert division.certificate == DivisorInterval(Fraction(2), Fraction(5, 2))


def test_a_unit_at_its_cap_drops_out_of_the_low_side() -> None:
    free, capped = jefferson(3, [10, 2]), jefferson(3, [10, 2], upper=[3, None])
    assert free.parts == capped.parts == (3, 0)
    assert free.certificate == DivisorInterval(Fraction(10, 4), Fraction(10, 3))
    assert capped.certificate == DivisorInterval(Fraction(2), Fraction(10, 3))


def test_a_unit_at_its_floor_drops_out_of_the_high_side() -> None:
    division = jefferson(3, [10, 2], lower=[0, 1])
    assert division.parts == (2, 1)
    assert division.certificate == DivisorInterval(Fraction(10, 3), Fraction(5))


def test_bounds_that_leave_no_choice_leave_no_interval() -> None:
    division = webster(3, [10, 2], lower=[1, 2], upper=[1, 2])
    assert division.certificate == DivisorInterval(None, None)
    assert division.quota_violations == (0, 1)


def test_bounds_clip_what_the_divisor_gives() -> None:
    # Within 1..4 at d = 10: 10 -> 4, 3 -> 3, .4 -> 1.
    assert jefferson(8, [100, 30, 4], lower=[1, 1, 1], upper=[4, 4, 4]).parts == (4, 3, 1)


def test_a_cap_of_zero_wins_from_the_first_for_everyone() -> None:
    assert adams(3, [5, 5, 5], upper=[0, None, None]).parts == (0, 2, 1)


def test_a_weight_of_zero_stands_at_its_floor() -> None:
    for method in ("adams", "webster", "jefferson", "hill", "largest_remainder"):
        assert divide(method, 5, [0, 3, 0], lower=[0, 0, 2], upper=[4, 4, 4]).parts == (0, 3, 2)


@pytest.mark.parametrize("method", ["adams", "webster", "jefferson", "hill", "largest_remainder"])
def test_a_weight_of_zero_gets_nothing_of_itself(method: str) -> None:
    division = divide(method, 7, [0, 3, 2, 0])
    assert division.parts == (0, 4, 3, 0)
    assert division == divide(method, 7, [0, 3, 2, 0], [0] * 4, [8] * 4)
    assert division.certificate == divide(method, 7, [3, 2]).certificate


def test_bounds_are_lists_or_arrays_with_or_without_gaps() -> None:
    expected = webster(6, [4, 4, 4], lower=[0, 3, 0], upper=[1, 9, 9]).parts
    assert expected == (1, 3, 2)
    assert webster(6, [4, 4, 4], lower=[None, 3, None], upper=[1, None, None]).parts == expected
    lower, upper = np.array([0, 3, 0]), np.array([1, 9, 9])
    assert webster(6, [4, 4, 4], lower=lower, upper=upper).parts == expected


def test_enormous_bounds_say_nothing() -> None:
    free = webster(6, [4, 5, 6])
    assert webster(6, [4, 5, 6], upper=[10**30] * 3) == free


# Ties
def test_a_tie_names_exactly_the_units_at_the_edge() -> None:
    # Claims: 6/.5 = 12, 4/.5 = 8, then 6/1.5 = 2/.5 = 4: units 0 and 2 are level.
    division = webster(3, [6, 4, 2])
    assert division.parts == (2, 1, 0)
    assert division.tied == (0, 2)
    assert division.certificate == DivisorInterval(Fraction(4), Fraction(4))


def test_ties_go_to_the_lower_index_or_to_the_order_given() -> None:
    assert jefferson(1, [3, 3, 3]).parts == (1, 0, 0)
    assert jefferson(1, [3, 3, 3], tie_order=[1, 0, 2]).parts == (0, 1, 0)
    assert jefferson(2, [3, 3, 3], tie_order=[2, 0, 1]).parts == (1, 0, 1)
    assert largest_remainder(1, [3, 3, 3]).parts == (1, 0, 0)
    assert largest_remainder(1, [3, 3, 3], tie_order=[1, 0, 2]).parts == (0, 1, 0)
    assert largest_remainder(2, [3, 3, 3], tie_order=[2, 0, 1]).parts == (1, 0, 1)


def test_an_order_that_breaks_no_tie_changes_nothing() -> None:
    for method in ("adams", "webster", "jefferson", "hill", "largest_remainder"):
        assert divide(method, 11, WEIGHTS, tie_order=[3, 2, 1, 0]) == divide(method, 11, WEIGHTS)


def test_tied_units_are_all_named_however_the_last_ones_fall() -> None:
    for total in (1, 2):
        assert jefferson(total, [3, 3, 3]).tied == (0, 1, 2)
        assert largest_remainder(total, [3, 3, 3]).tied == (0, 1, 2)
    assert jefferson(3, [3, 3, 3]).tied == ()
    assert largest_remainder(3, [3, 3, 3]).tied == ()


def test_a_tied_unit_at_its_cap_is_out_of_the_draw() -> None:
    assert jefferson(2, [3, 3, 3], upper=[0, None, None]).tied == ()
    assert jefferson(1, [3, 3, 3], upper=[0, None, None]).tied == (1, 2)


def test_rounded_up_in_one_unit_and_tied_in_others() -> None:
    # Shares of 5: 0 r 5, then three times 1 r 3, in sevenths; two are rounded up.
    division = largest_remainder(5, [1, 2, 2, 2])
    assert division.parts == (1, 2, 1, 1)
    assert division.tied == (1, 2, 3)
    assert division.certificate == RemainderCut(5, 7, 2, 3, 3)


# Remainders
def test_the_cut_says_what_was_rounded_where() -> None:
    # Shares of 10: 500/103 = 4 r 88, 300/103 = 2 r 94, 200/103 = 1 r 97, 30/103 = 0 r 30.
    division = largest_remainder(10, WEIGHTS)
    assert division.certificate == RemainderCut(10, 103, 3, 88, 30)


def test_whole_shares_need_no_cut() -> None:
    division = largest_remainder(6, [1, 2, 3])
    assert division.parts == (1, 2, 3)
    assert division.certificate == RemainderCut(6, 6, 0, None, 0)


def test_water_is_filled_before_remainders_are_cut() -> None:
    # 10 over 6, 3, 1 with at most 4: 4, then 6 over 3 and 1: 4.5 and 1.5; the cap again: 4, 2.
    division = largest_remainder(10, [6, 3, 1], upper=[4, 4, 4])
    assert division.parts == (4, 4, 2)
    assert division.certificate == RemainderCut(2, 1, 0, None, 0)


def test_floors_take_from_the_others_in_proportion() -> None:
    # 10 over 6, 3, 1 with at least 3 for the last: 7 over 6 and 3: 4.67 and 2.33.
    division = largest_remainder(10, [6, 3, 1], lower=[0, 0, 3])
    assert division.parts == (5, 2, 3)
    assert division.certificate == RemainderCut(7, 9, 1, 6, 3)
    assert division.quota_violations == (0, 1, 2)


def test_floor_and_cap_that_balance_leave_the_rate_alone() -> None:
    # Shares 6, 3, 1: the cap cuts one off, the floor adds one; the other keeps its three.
    division = largest_remainder(10, [6, 3, 1], lower=[0, 0, 2], upper=[5, None, None])
    assert division.parts == (5, 3, 2)
    assert division.certificate == RemainderCut(10, 10, 0, None, 0)


# Quota and surplus
def test_parts_outside_their_quota_are_reported() -> None:
    # Shares of 10: 8.5, 0.5 (three times): Jefferson gives all to the first, Adams seven.
    assert jefferson(10, [85, 5, 5, 5]).quota_violations == (0,)
    assert adams(10, [85, 5, 5, 5]).quota_violations == (0,)
    assert webster(10, [85, 5, 5, 5]).quota_violations == ()


def test_a_whole_share_is_left_by_a_single_person() -> None:
    # Shares of 4: 2, 1, 1.
    assert webster(4, [2, 1, 1], upper=[1, None, None]).quota_violations == (0, 1)


def test_rounding_each_up_overshoots_by_the_surplus() -> None:
    division = ceiling(10, WEIGHTS)
    assert division.surplus == 1
    assert sum(division.parts) == 11
    assert division.certificate == CeilingSurplus(10, 103)
    assert ceiling(6, [1, 2, 3]).surplus == 0


# The result
def test_parts_are_plain_integers() -> None:
    for method in Method:
        division = divide(method, 10, np.array(WEIGHTS))
        assert {type(x) for x in division.parts} == {int}
        assert {type(x) for x in division.tied} <= {int}


def test_a_division_prints_its_parts_and_ties() -> None:
    assert repr(jefferson(1, [3, 3])) == "Division(parts=(1, 0), tied=(0, 1))"


def test_a_division_can_be_compared_and_kept_in_a_set() -> None:
    assert {webster(10, WEIGHTS), webster(10, np.array(WEIGHTS))} == {webster(10, WEIGHTS)}
    with pytest.raises(AttributeError):
        webster(10, WEIGHTS).parts = ()  # type: ignore[misc]


def test_input_arrays_are_left_as_they_were() -> None:
    weights, lower, order = np.array(WEIGHTS), np.array([0, 0, 0, 1]), np.array([3, 2, 1, 0])
    for method in ("adams", "webster", "jefferson", "hill", "largest_remainder"):
        divide(method, 10, weights, lower, None, order)
    assert weights.tolist() == WEIGHTS
    assert (lower.tolist(), order.tolist()) == ([0, 0, 0, 1], [3, 2, 1, 0])


def test_a_unit_at_its_cap_takes_no_more_however_large_its_claim() -> None:
    # The capped units have the largest claims to a person beyond their cap.
    upper = [1, 3, 8, None, None, 2]
    division = divide("adams", 23, [19, 26, 56, 10, 32, 17], upper=upper)
    assert division.parts == (1, 3, 8, 2, 7, 2)
