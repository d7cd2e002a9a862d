"""Leximin against every plan of most relief."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from models.exchange import (
    ExchangeProblem,
    Fairness,
    Transfer,
    remaining_shortfall,
    solve_exchange,
)
from models.exchange.block import build_blocks
from models.exchange.flows import can_cover, most_relief
from models.exchange.leximin import leximin_relief
from tests.models.exchange.cases import every_plan, left_over, make, random_problem


def ratios(problem: ExchangeProblem, plan: tuple[Transfer, ...]) -> list[Fraction]:
    left = left_over(problem, plan)
    pairs = zip(left, problem.quota.tolist(), strict=True)
    return sorted((Fraction(r, q) for r, q in pairs), reverse=True)


def test_leximin_is_the_best_sorted_list_of_all_plans() -> None:
    rng = np.random.default_rng(11)
    differs = 0
    for _ in range(100):
        problem = random_problem(rng)
        problem = replace(problem, quota=problem.quota + 1)
        plans = [(sum(left_over(problem, p)), ratios(problem, p)) for p in every_plan(problem)]
        fair = solve_exchange(problem, fairness=Fairness.LEXIMIN).transfers
        assert (sum(left_over(problem, fair)), ratios(problem, fair)) == min(plans)
        worst = solve_exchange(problem).transfers
        differs += ratios(problem, worst) != ratios(problem, fair)
    assert differs >= 1


def test_the_second_worst_is_helped_too() -> None:
    # Party 0 cannot be helped; room for 2 goes to one person each, not both to the first.
    problem = make([5, 4, 4, 0], [0, 4, 4, 0], [0, 0, 0, 2])
    fair = solve_exchange(problem, fairness=Fairness.LEXIMIN)
    assert remaining_shortfall(problem, fair.transfers).tolist() == [5, 3, 3, 0]


def test_of_two_that_are_as_badly_off_the_smaller_quota_comes_first() -> None:
    # 4 of 20 and 2 of 10 are both a fifth. One person less leaves 3 of 20 or 1 of 10, the other
    # party a fifth: a fifth and a tenth is the better list.
    problem = make([4, 2, 0], [4, 2, 0], [0, 0, 1], quota=[20, 10, 5])
    fair = solve_exchange(problem, fairness=Fairness.LEXIMIN)
    assert remaining_shortfall(problem, fair.transfers).tolist() == [4, 1, 0]


def test_leximin_is_the_best_list_where_parties_are_as_badly_off() -> None:
    rng = np.random.default_rng(29)
    as_badly_off = 0
    for _ in range(60):
        # Quotas of 2, 4 and 6 and shortfalls of whole halves of them: many equal fractions.
        quota = 2 * rng.integers(1, 4, 4)
        short = quota * rng.integers(0, 4, 4) * (rng.random(4) < 0.8) // 2
        room = np.where(short, 0, rng.integers(0, max(2, int(short.sum())), 4))
        problem = make(short.tolist(), short.tolist(), room.tolist(), quota=quota.tolist())
        plans = [(sum(left_over(problem, p)), ratios(problem, p)) for p in every_plan(problem)]
        fair = solve_exchange(problem, fairness=Fairness.LEXIMIN).transfers
        assert (sum(left_over(problem, fair)), ratios(problem, fair)) == min(plans)
        equal = [share for share in ratios(problem, fair) if share]
        as_badly_off += len(set(equal)) < len(equal)
    assert as_badly_off >= 10


def test_leximin_is_refused_where_it_would_not_be_exact() -> None:
    problem = replace(make([5, 0], [5, 0], [0, 5]), lot=2)
    with pytest.raises(ValueError, match="leximin"):
        solve_exchange(problem, fairness=Fairness.LEXIMIN)


def test_the_most_even_relief_can_be_carried_and_is_all_there_is() -> None:
    blocks = [
        block
        for seed in range(80)
        for block in build_blocks(random_problem(np.random.default_rng(seed), 8, 12))
    ]
    assert len(blocks) >= 60
    for block in blocks:
        relief = leximin_relief(block)
        assert can_cover(block, relief)
        assert int(relief.sum()) == most_relief(block)
