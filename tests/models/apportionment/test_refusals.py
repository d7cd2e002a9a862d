"""Every wrong question has a name, and hard ones a right answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from models.apportionment import (
    MAX_TOTAL,
    AllZeroWeightsError,
    ApportionmentError,
    BoundsError,
    BoundsNotAllowedError,
    FloatWeightError,
    InfeasibleBoundsError,
    InfiniteWeightError,
    Method,
    NegativeWeightError,
    NotANumberWeightError,
    NoWeightsError,
    TieOrderError,
    TotalBelowClaimsError,
    TotalError,
    TotalTooLargeError,
    WeightTooLargeError,
    WeightTypeError,
    ceiling,
    check,
    divide,
    integer_weights,
    jefferson,
    largest_remainder,
    webster,
)

EVERY = list(Method)


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(
    ("weights", "error", "index"),
    [
        ([-5, 10, 10], NegativeWeightError, 0),
        ([3, -1], NegativeWeightError, 1),
        ([math.nan, 3], NotANumberWeightError, 0),
        ([3, Decimal("NaN")], NotANumberWeightError, 1),
        ([math.inf, 3], InfiniteWeightError, 0),
        ([3, Decimal("-Infinity")], InfiniteWeightError, 1),
        ([1.5, 2.5, 0.5], FloatWeightError, 0),
        ([2, 1.0], FloatWeightError, 1),
        ([2, np.float64(1)], FloatWeightError, 1),
        (np.array([2.0, 1.0]), FloatWeightError, 0),
        (np.array([2.0, math.nan]), FloatWeightError, 0),
        (np.array([math.nan]), NotANumberWeightError, 0),
        ([1, "2"], WeightTypeError, 1),
        ([1, Fraction(1, 2)], WeightTypeError, 1),
        ([1, Fraction(10**400)], WeightTypeError, 1),
        ([1, None], WeightTypeError, 1),
        ([1, True], WeightTypeError, 1),
        (np.array([True, False]), WeightTypeError, 0),
        (np.array([[1, 2], [3, 4]]), WeightTypeError, None),
        ([], NoWeightsError, None),
        (np.array([], dtype=np.int64), NoWeightsError, None),
        ([0, 0, 0], AllZeroWeightsError, None),
        ([1, 2**20_000], WeightTooLargeError, 1),
    ],
)
def test_a_wrong_weight_is_refused_by_name(
    method: str, weights: Any, error: type[ApportionmentError], index: int | None
) -> None:
    with pytest.raises(error) as refusal:
        divide(method, 3, weights)
    assert type(refusal.value) is error
    assert refusal.value.index == index  # type: ignore[attr-defined]
    if index is not None:
        assert f"weight {index}" in str(refusal.value)


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(
    ("total", "error"),
    [
        (-1, TotalError),
        (2.0, TotalError),
        ("3", TotalError),
        (True, TotalError),
        (Fraction(3), TotalError),
        (None, TotalError),
        (2**50 + 1, TotalTooLargeError),
    ],
)
def test_a_wrong_total_is_refused_by_name(
    method: str, total: Any, error: type[ApportionmentError]
) -> None:
    with pytest.raises(error) as refusal:
        divide(method, total, [1, 2])
    assert type(refusal.value) is error


def test_a_numpy_total_is_a_total() -> None:
    assert webster(np.int64(3), [1, 2]) == webster(3, [1, 2])


def test_the_largest_total_is_divided_exactly() -> None:
    weights = [3, 5, 7, 11]
    for method in EVERY:
        check(divide(method, MAX_TOTAL, weights), method, MAX_TOTAL, weights)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="dean"):
        divide("dean", 3, [1, 2])


BOUNDED = [method for method in EVERY if method != "ceiling"]


@pytest.mark.parametrize("method", BOUNDED)
@pytest.mark.parametrize(
    ("lower", "upper", "message"),
    [
        ([1], None, "1 lower bounds for 2 weights"),
        (None, [1, 2, 3], "3 upper bounds for 2 weights"),
        ([0, -1], None, "lower bound 1 is negative"),
        ([None, -1], None, "lower bound 1 is negative"),
        (None, [-1, 5], "upper bound 0 is negative"),
        ([0, 0.5], None, "lower bound 1 is not a whole number"),
        (None, [True, 5], "upper bound 0 is not a whole number"),
        ([4, 0], [3, 9], "unit 0: floor 4 is above cap 3"),
        ([0, 40], [3, 39], "unit 1: floor 40 is above cap 39"),
    ],
)
def test_a_malformed_bound_is_refused(method: str, lower: Any, upper: Any, message: str) -> None:
    with pytest.raises(BoundsError, match=message):
        divide(method, 10, [5, 5], lower, upper)


@pytest.mark.parametrize("method", BOUNDED)
@pytest.mark.parametrize(
    ("weights", "lower", "upper", "sums", "words"),
    [
        ([5, 5], [6, 5], None, (11, None), "total is 10, the floors sum to 11, there is no cap"),
        ([5, 5], [60, 50], None, (110, None), "the floors sum to 110"),
        ([5, 5], None, [4, 5], (0, 9), "the caps sum to 9"),
        ([5, 0], [0, 2], [7, 99], (2, 9), "the caps sum to 9"),
        ([5, 5], [6, 5], [6, 50], (11, 56), "the floors sum to 11, the caps sum to 56"),
    ],
)
def test_bounds_that_cannot_hold_are_refused_with_both_sums(
    method: str, weights: Any, lower: Any, upper: Any, sums: tuple[int, int | None], words: str
) -> None:
    with pytest.raises(InfeasibleBoundsError, match=words) as refusal:
        divide(method, 10, weights, lower, upper)
    error = refusal.value
    assert (error.total, error.upper_sum) == (10, sums[1])
    # The one that the method owes each positive claim counts as a floor.
    first_ones = {0: 2, 2: 1}.get(sums[0], 0) if method in {"adams", "hill"} else 0
    assert error.lower_sum == sums[0] + first_ones


@pytest.mark.parametrize("method", ["adams", "hill"])
def test_fewer_than_the_claims_is_refused_where_everyone_gets_one(method: str) -> None:
    with pytest.raises(TotalBelowClaimsError, match="every positive claim") as refusal:
        divide(method, 2, [5, 4, 0, 3])
    assert (refusal.value.lower_sum, refusal.value.upper_sum) == (3, None)
    with pytest.raises(TotalBelowClaimsError) as refusal:
        divide(method, 3, [5, 4, 3], [2, 0, 0])
    assert refusal.value.lower_sum == 4
    with pytest.raises(TotalBelowClaimsError) as refusal:
        divide(method, 3, [5, 4, 3], [3, 0, 0])
    assert refusal.value.lower_sum == 5
    assert divide(method, 3, [5, 4, 0, 3]).parts == (1, 1, 0, 1)


def test_floors_beyond_the_total_are_not_blamed_on_the_first_ones() -> None:
    with pytest.raises(InfeasibleBoundsError) as refusal:
        divide("adams", 3, [5, 4, 3], [4, 0, 0])
    assert type(refusal.value) is InfeasibleBoundsError
    assert refusal.value.lower_sum == 6


def test_the_literal_ceiling_takes_no_bounds() -> None:
    for bounds in ({"lower": [0, 0]}, {"upper": [9, 9]}):
        with pytest.raises(BoundsNotAllowedError):
            divide("ceiling", 3, [1, 2], **bounds)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", BOUNDED)
@pytest.mark.parametrize("order", [[0], [0, 0], [0, 2], [1, 2], [-1, 0], [0, 1, 2], [], [[0], [1]]])
def test_a_tie_order_is_a_permutation(method: str, order: Any) -> None:
    with pytest.raises((TieOrderError, WeightTypeError)):
        divide(method, 3, [1, 2], tie_order=order)


# Where packages failed: weights, totals and sizes that are hard, not wrong.
HARD: list[tuple[str, int, list[int], tuple[int, ...]]] = [
    ("webster", 3, [2**60, 2**60 + 1], (1, 2)),
    ("webster", 3, [2**60 + 1, 2**60], (2, 1)),
    ("webster", 9, [3, 5, 1], (3, 5, 1)),
    (
        "largest_remainder",
        10**7,
        [9 * 10**12, 8 * 10**12, 7 * 10**12],
        (3_750_000, 3_333_333, 2_916_667),
    ),
    ("jefferson", 17, [1, 3], (4, 13)),
    ("adams", 4, [22, 25, 686, 9], (1, 1, 1, 1)),
    ("webster", 0, [5, 3], (0, 0)),
    ("hill", 3, [2**200, 1, 2**200], (1, 1, 1)),
]


@pytest.mark.parametrize(("method", "total", "weights", "parts"), HARD)
def test_hard_questions_have_right_answers(
    method: str, total: int, weights: list[int], parts: tuple[int, ...]
) -> None:
    division = divide(method, total, weights)
    assert division.parts == parts
    check(division, method, total, weights)


def test_the_longest_weight_is_still_a_weight() -> None:
    assert webster(3, [1, 2**300 - 1]).parts == (0, 3)


def test_unsigned_and_mixed_integers_keep_their_value() -> None:
    large = np.array([2**63 + 1, 2**63], dtype=np.uint64)
    assert webster(3, large).parts == (2, 1)
    assert webster(3, [np.int32(2), 1]).parts == (2, 1)
    assert webster(3, np.array([2, 1], dtype=np.int8)).parts == (2, 1)
    assert webster(3, np.array([2**70, 2**69], dtype=object)).parts == (2, 1)


@pytest.mark.parametrize("method", [m for m in EVERY if m not in {"adams", "hill"}])
def test_a_hundred_thousand_units_with_few_persons(method: str) -> None:
    weights = np.random.default_rng(1).integers(1, 10**6, 100_000)
    division = divide(method, 13_500, weights)
    assert sum(division.parts) == 13_500 + division.surplus
    assert min(division.parts) >= 0


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("total", [3_000, 3_001, 60_000, 10**6])
def test_thousands_of_units_are_cut_in_the_right_place(method: str, total: int) -> None:
    rng = np.random.default_rng(total)
    weights = rng.integers(1, 10**5, 3_000)
    check(divide(method, total, weights), method, total, weights)
    caps = rng.integers(1, 3 * total // 1_000, 3_000)
    if method != "ceiling":
        capped = divide(method, total, weights, None, caps)
        check(capped, method, total, weights, None, caps)


@pytest.mark.parametrize("method", EVERY)
def test_a_hundred_thousand_equal_units(method: str) -> None:
    weights = [7] * 100_000
    division = divide(method, 10**7 + 1, weights)
    if method == "ceiling":
        assert set(division.parts) == {101}
        return
    assert division.parts == (101,) + (100,) * 99_999
    assert len(division.tied) == 100_000


def test_products_beyond_64_bits_take_the_exact_road() -> None:
    # The guard is on the product of the sum of the weights and the total.
    for shift in (40, 41, 42, 61, 62, 63, 64, 120):
        weights = [2**shift + 1, 2**shift, 2**shift - 1]
        for method in EVERY:
            for total in (4, 10**6, MAX_TOTAL):
                check(divide(method, total, weights), method, total, weights)


def test_many_large_weights_do_not_overflow_their_sum() -> None:
    weights = [2**61] * 9
    for method in EVERY:
        check(divide(method, 20, weights), method, 20, weights)
    assert ceiling(18, weights).parts == (2,) * 9


def test_large_bounds_do_not_overflow_their_sum() -> None:
    total = MAX_TOTAL
    weights = list(range(1, 9001))
    caps = [total] * 9000
    assert total * 9000 > 2**63
    division = jefferson(total, weights, upper=caps)
    assert sum(division.parts) == total
    assert sum(largest_remainder(total, weights, upper=caps).parts) == total


# Exact rationals
Making = Callable[[], list[int]]


def test_exact_fractions_become_whole_numbers() -> None:
    assert integer_weights([1, Fraction(1, 2), Decimal("0.25"), "1.75"]) == [4, 2, 1, 7]
    assert integer_weights([Fraction(2, 3), Fraction(4, 3)]) == [1, 2]
    assert integer_weights(["0.10", " 3 ", "+2.5"]) == [1, 30, 25]
    assert integer_weights([np.int64(6), 9]) == [2, 3]
    assert integer_weights([0, 0]) == [0, 0]
    assert integer_weights([]) == []
    assert integer_weights([Decimal("1e75"), Decimal("2e75")]) == [1, 2]
    assert integer_weights([Decimal("1e-75"), Decimal("2e-75"), 0]) == [1, 2, 0]
    assert webster(9, integer_weights(["1.5", "2.5", "0.5"])).parts == (3, 5, 1)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (0.5, FloatWeightError),
        (np.float32(0.5), FloatWeightError),
        (math.nan, NotANumberWeightError),
        ("NaN", NotANumberWeightError),
        (Decimal("sNaN"), NotANumberWeightError),
        (math.inf, InfiniteWeightError),
        ("-inf", InfiniteWeightError),
        ("Infinity", InfiniteWeightError),
        (Decimal("Infinity"), InfiniteWeightError),
        (-1, NegativeWeightError),
        ("-0.1", NegativeWeightError),
        (Fraction(-1, 3), NegativeWeightError),
        ("1,5", WeightTypeError),
        ("1.000.000", WeightTypeError),
        ("1e3", WeightTypeError),
        ("", WeightTypeError),
        ("twelve", WeightTypeError),
        ("1_000", WeightTypeError),
        (None, WeightTypeError),
        (True, WeightTypeError),
        (1j, WeightTypeError),
        (Decimal("1e76"), WeightTooLargeError),
        (Decimal("1e-76"), WeightTooLargeError),
        (Decimal("1e999999"), WeightTooLargeError),
    ],
)
def test_what_is_not_exact_is_refused_by_name(value: Any, error: type[ApportionmentError]) -> None:
    with pytest.raises(error) as refusal:
        integer_weights([1, value])
    assert type(refusal.value) is error
    assert refusal.value.index == 1  # type: ignore[attr-defined]
