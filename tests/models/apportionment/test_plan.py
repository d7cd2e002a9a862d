"""A known horizon: period, running and total figures hold together."""

from __future__ import annotations

import itertools
import math
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from models.apportionment import (
    CertificateError,
    HistoryError,
    check_plan,
    exact_shares,
    plan_over_time,
)
from models.apportionment import plan as plan_module
from models.solution import SolverDisagreementError


def rounded(values: tuple[Fraction, ...]) -> list[set[int]]:
    return [{math.floor(q), math.ceil(q)} for q in values]


def assert_in_quota_throughout(totals: Any, weights: Any, parts: Any) -> None:
    """Every part and every running sum is the floor or the ceiling of its exact share."""
    running, due = [0] * len(parts[0]), [Fraction(0)] * len(parts[0])
    for total, claims, given in zip(totals, weights, parts, strict=True):
        shares = exact_shares(total, claims)
        running = [a + b for a, b in zip(running, given, strict=True)]
        due = [a + b for a, b in zip(due, shares, strict=True)]
        assert sum(given) == total
        assert all(x in ends for x, ends in zip(given, rounded(shares), strict=True))
        assert all(x in ends for x, ends in zip(running, rounded(tuple(due)), strict=True))


def test_everyone_has_a_turn() -> None:
    plan = plan_over_time([1] * 6, [[1, 1, 1]] * 6)
    assert [sum(column) for column in zip(*plan.parts, strict=True)] == [2, 2, 2]
    assert_in_quota_throughout([1] * 6, [[1, 1, 1]] * 6, plan.parts)
    assert plan.worst_period == Fraction(2, 3)
    assert plan.worst_cumulative < 1


def test_whole_shares_are_given_as_they_are() -> None:
    plan = plan_over_time([4, 8], [[1, 3], [1, 1]])
    assert plan.parts == ((1, 3), (4, 4))
    assert plan.worst_period == plan.worst_cumulative == 0


def test_empty_periods_and_zero_claims_fit_in() -> None:
    plan = plan_over_time([0, 3, 0], [[1, 1], [0, 2], [1, 0]])
    assert plan.parts == ((0, 0), (0, 3), (0, 0))


def fairest(totals: Any, weights: Any) -> Fraction:
    """Try every plan; return the least sum of squared running deviations."""
    shares = [exact_shares(total, claims) for total, claims in zip(totals, weights, strict=True)]
    ahead = {tuple([Fraction(0)] * len(shares[0])): Fraction(0)}
    for total, due in zip(totals, shares, strict=True):
        then: dict[tuple[Fraction, ...], Fraction] = {}
        for parts in itertools.product(*map(sorted, rounded(due))):
            if sum(parts) != total:
                continue
            for before, cost in ahead.items():
                gaps = tuple(b + x - q for b, x, q in zip(before, parts, due, strict=True))
                if max(map(abs, gaps)) < 1:
                    value = cost + sum(gap * gap for gap in gaps)
                    then[gaps] = min(value, then.get(gaps, value))
        ahead = then
    return min(ahead.values())


def unfairness(totals: Any, weights: Any, parts: Any) -> Fraction:
    gaps = [Fraction(0)] * len(parts[0])
    total_cost = Fraction(0)
    for total, claims, given in zip(totals, weights, parts, strict=True):
        shares = exact_shares(total, claims)
        gaps = [gap + x - q for gap, x, q in zip(gaps, given, shares, strict=True)]
        total_cost += sum(gap * gap for gap in gaps)
    return total_cost


def test_no_plan_is_fairer() -> None:
    dice = random.Random(12)
    for _ in range(60):
        n, periods = dice.randint(1, 4), dice.randint(1, 5)
        totals = [dice.randint(0, 5) for _ in range(periods)]
        weights = [[dice.randint(0, 5) for _ in range(n)] for _ in range(periods)]
        weights = [claims if any(claims) else [1] * n for claims in weights]
        plan = plan_over_time(totals, weights)
        assert_in_quota_throughout(totals, weights, plan.parts)
        found = unfairness(totals, weights, plan.parts)
        assert found - fairest(totals, weights) < Fraction(1, 10**6)


@pytest.mark.parametrize("total", [300, 13_500])
def test_twenty_periods_of_a_nation_hold_together(total: int) -> None:
    rng = np.random.default_rng(1)
    sizes = np.maximum(900, np.exp(rng.normal(10.3, 0.85, 120)))
    totals = [total + 37 * t for t in range(20)]
    weights = [(sizes * (1 + 0.003 * t * rng.random(120))).astype(np.int64) for t in range(20)]
    plan = plan_over_time(totals, weights)
    assert_in_quota_throughout(totals, weights, plan.parts)
    assert plan.worst_cumulative < Fraction(3, 5)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (((1, 1), (0, 1)), "period 0 sums to 2"),
        (((1, 0), (1, 0)), "a person or more"),
        (((2, -1), (0, 1)), "a person or more"),
    ],
)
def test_a_wrong_plan_is_refused(parts: Any, words: str) -> None:
    shares = [exact_shares(1, [1, 1])] * 2
    with pytest.raises(CertificateError, match=words):
        check_plan([1, 1], shares, parts)
    assert check_plan([1, 1], shares, ((1, 0), (0, 1))).worst_cumulative == Fraction(1, 2)


def test_an_engine_that_returns_a_dearer_flow_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import models.solver.flow as engine

    honest = engine.min_cost_flow
    monkeypatch.setattr(
        engine,
        "min_cost_flow",
        lambda tails, heads, room, costs, supplies: honest(tails, heads, room, -costs, supplies),
    )
    with pytest.raises(SolverDisagreementError, match="cheaper"):
        plan_over_time([1, 1], [[2, 1], [2, 1]])


@pytest.mark.parametrize(("totals", "weights"), [([], []), ([1, 2], [[1, 1]])])
def test_a_malformed_horizon_is_refused(totals: Any, weights: Any) -> None:
    with pytest.raises(HistoryError):
        plan_module.plan_over_time(totals, weights)
