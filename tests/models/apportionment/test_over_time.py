"""One period after another: carried remainders, their condition, and drift without them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from models.apportionment import (
    ApportionmentError,
    FloatWeightError,
    History,
    HistoryError,
    TieOrderError,
    TotalError,
    divide_online,
    exact_shares,
    measure_drift,
)


def half(*values: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(value, 2) for value in values)


def test_remainders_are_carried_to_the_next_period() -> None:
    first = divide_online(1, [1, 1])
    assert (first.parts, first.tied, first.worst) == ((1, 0), (0, 1), Fraction(1, 2))
    assert first.history == History(half(1, 1), (1, 0))
    second = divide_online(1, [1, 1], first.history)
    assert (second.parts, second.tied, second.worst) == ((0, 1), (), Fraction(0))
    assert second.history == History(half(2, 2), (1, 1))


def test_the_tie_order_decides_between_equal_fractions() -> None:
    assert divide_online(1, [1, 1, 1], tie_order=[2, 0, 1]).parts == (0, 0, 1)
    assert divide_online(2, [1, 1, 1], tie_order=[2, 0, 1]).parts == (1, 0, 1)
    assert divide_online(2, [1, 1, 1], tie_order=[2, 0, 1]).tied == (0, 1, 2)


def test_only_units_level_with_the_cut_are_tied() -> None:
    # Shares of 2: 4/5, 2/5, 2/5, 2/5: the first is served, one of three more.
    step = divide_online(2, [2, 1, 1, 1])
    assert (step.parts, step.tied) == ((1, 1, 0, 0), (1, 2, 3))


def test_equal_fractions_are_tied_whatever_their_floors() -> None:
    # Shares 1.5 and 0.5.
    assert divide_online(2, [3, 1]).tied == (0, 1)


def test_nothing_is_tied_where_nothing_is_rounded() -> None:
    assert divide_online(2, [1, 1]).tied == ()
    assert divide_online(0, [1, 1]).tied == ()


def test_naive_carrying_would_take_a_person_back() -> None:
    # Shares 1/6, 5/4, 1/12, 1/2 of 2, then 2/11, 2/11, 5/11, 2/11 of 1.
    first = divide_online(2, [2, 15, 1, 6])
    second = divide_online(1, [2, 2, 5, 2], first.history)
    assert first.parts == (0, 1, 0, 1)
    assert second.parts == (0, 0, 1, 0)
    assert second.is_bounded


def test_the_condition_is_stated_in_numbers() -> None:
    step = divide_online(3, [5, 3, 2])
    # Shares 1.5, 0.9, 0.6: floors 1, 0, 0.
    assert (step.floor_sum, step.cumulative_total, step.is_bounded) == (1, 3, True)
    assert step.parts == (1, 1, 1)


def test_where_the_condition_fails_the_worst_shortfall_is_least() -> None:
    # One person a period; the key always moves to who has not been served yet.
    first = divide_online(1, [1, 1, 1, 1])
    second = divide_online(1, [0, 1, 1, 1], first.history)
    third = divide_online(1, [0, 0, 1, 1], second.history)
    assert first.is_bounded and second.is_bounded
    # Shares 3/12, 7/12, 13/12, 13/12: two floors of one and two persons given make four.
    assert (third.floor_sum, third.cumulative_total, third.is_bounded) == (4, 3, False)
    assert third.parts == (0, 0, 1, 0)
    assert third.tied == (2, 3)
    assert third.worst == Fraction(13, 12)


def test_a_part_ahead_of_its_ceiling_breaks_the_bound() -> None:
    ahead = History((Fraction(1), Fraction(3)), (3, 1))
    step = divide_online(2, [1, 1], ahead)
    assert step.floor_sum == 3 + 4
    assert not step.is_bounded
    assert step.parts == (0, 2)
    later = divide_online(4, [0, 1], step.history)
    assert later.history.parts == (3, 7)
    assert not later.is_bounded and later.worst == 1


def test_one_part_ahead_breaks_the_bound_even_where_the_floors_fit() -> None:
    ahead = History(half(1, 1, 1, 1), (2, 0, 0, 0))
    step = divide_online(1, [0, 1, 1, 1], ahead)
    assert (step.floor_sum, step.cumulative_total) == (2, 3)
    assert not step.is_bounded and step.worst == Fraction(3, 2)


def test_no_part_is_ever_taken_back_and_the_worst_is_told() -> None:
    dice, failed = random.Random(5), 0
    for _ in range(150):
        n, history = dice.randint(2, 6), None
        for _ in range(8):
            weights = [dice.choice((0, 1, 2, 9)) for _ in range(n)]
            if history is not None and dice.random() < 0.8:
                weights = [int(x <= q) for x, q in zip(history.parts, history.shares, strict=True)]
            weights = weights if any(weights) else [1] * n
            total = dice.randint(0, 2)
            step = divide_online(total, weights, history)
            assert min(step.parts) >= 0 and sum(step.parts) == total
            history = step.history
            gaps = [abs(x - q) for x, q in zip(history.parts, history.shares, strict=True)]
            assert step.worst == max(gaps)
            if step.is_bounded:
                assert step.worst < 1
            failed += not step.is_bounded
    assert failed > 20


def test_shares_of_at_least_one_keep_the_bound_whatever_comes() -> None:
    dice = random.Random(6)
    for _ in range(40):
        n, history = dice.randint(2, 6), None
        for _ in range(8):
            weights = [dice.randint(10, 30) for _ in range(n)]
            step = divide_online(3 * n, weights, history)
            assert min(exact_shares(3 * n, weights)) >= 1
            assert step.is_bounded and step.worst < 1
            history = step.history


def least_worst_shortfall(shares: Any, before: Any, total: int) -> Fraction:
    """Try every way to add ``total`` persons."""
    if total == 0:
        return max(q - x for q, x in zip(shares, before, strict=True))
    return min(
        least_worst_shortfall(shares, [x + (i == unit) for i, x in enumerate(before)], total - 1)
        for unit in range(len(before))
    )


def test_no_other_step_has_a_smaller_worst_shortfall() -> None:
    dice = random.Random(8)
    for _ in range(60):
        n = dice.randint(2, 4)
        before = [dice.randint(0, 4) for _ in range(n)]
        weights = [dice.randint(1, 9) for _ in range(n)]
        history = History(exact_shares(sum(before), weights), tuple(before))
        total = dice.randint(0, 4)
        step = divide_online(total, [dice.randint(1, 9) for _ in range(n)], history)
        after = step.history
        worst = max(q - x for q, x in zip(after.shares, after.parts, strict=True))
        assert worst == least_worst_shortfall(after.shares, before, total)


def test_a_large_arrear_is_made_up_at_once() -> None:
    behind = History((Fraction(10**9), Fraction(0)), (0, 10**9))
    step = divide_online(10**9, [0, 1], behind)
    assert step.history.parts == (10**9, 10**9)
    assert step.worst == 0


@pytest.mark.parametrize(
    ("shares", "parts"), [((Fraction(1),), (1, 0)), ((Fraction(1), Fraction(1)), (1, 0))]
)
def test_a_history_has_equal_sums_and_lengths(shares: Any, parts: Any) -> None:
    with pytest.raises(HistoryError):
        History(shares, parts)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((1, [1, 1], History.none(3)), HistoryError),
        ((1, [1, 0.5]), FloatWeightError),
        ((-1, [1, 1]), TotalError),
        ((1, [1, 1], None, [0, 0]), TieOrderError),
    ],
)
def test_a_malformed_period_is_refused(arguments: Any, error: type[ApportionmentError]) -> None:
    with pytest.raises(error):
        divide_online(*arguments)


def test_exact_shares_sum_to_the_total() -> None:
    assert exact_shares(7, [1, 2, 0]) == (Fraction(7, 3), Fraction(14, 3), Fraction(0))


# Drift
def test_the_ceiling_drifts_by_what_it_rounds_away() -> None:
    # Shares 1/3 and 2/3, one each, twice.
    drift = measure_drift("ceiling", [1, 1], [[1, 2], [1, 2]])
    assert drift.parts == ((1, 1), (1, 1))
    assert drift.shares == ((Fraction(1, 3), Fraction(2, 3)),) * 2
    assert drift.deviations == (
        (Fraction(2, 3), Fraction(1, 3)),
        (Fraction(4, 3), Fraction(2, 3)),
    )
    assert drift.worst == Fraction(4, 3)


def test_adams_drifts_without_bound_towards_the_smallest() -> None:
    totals, weights = [100] * 20, [[1, 50, 120]] * 20
    drift = measure_drift("adams", totals, weights)
    smallest = [period[0] for period in drift.deviations]
    assert smallest == sorted(smallest)
    assert smallest[-1] > 8
    assert drift.worst > 8
    history = None
    for total, claims in zip(totals, weights, strict=True):
        step = divide_online(total, claims, history)
        assert step.is_bounded
        history = step.history


def test_the_order_of_ties_holds_in_every_period() -> None:
    drift = measure_drift("webster", [1, 1], [[1, 1], [1, 1]], tie_order=[1, 0])
    assert drift.parts == ((0, 1), (0, 1))
    assert drift.worst == 1


@pytest.mark.parametrize(
    ("totals", "weights"), [([], []), ([1], []), ([1], [[1], [1]]), ([1, 1], [[1, 1], [1]])]
)
def test_malformed_periods_are_refused(totals: Any, weights: Any) -> None:
    with pytest.raises(HistoryError):
        measure_drift("adams", totals, weights)
